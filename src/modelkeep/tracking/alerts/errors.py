"""What can be wrong with an alert rule."""

from __future__ import annotations

from modelkeep.errors import ConflictError, InvalidInputError, NotFoundError


class AlertNotFoundError(NotFoundError):
    """There is no such alert rule."""

    code = "alert_not_found"

    def __init__(self, reference: str) -> None:
        super().__init__(
            f"no alert rule {reference!r}; name one by its id, or by its model and its own name: "
            "'model/name'"
        )
        self.reference = reference


class AlertExistsError(ConflictError):
    """The model has an alert rule of this name already."""

    code = "alert_exists"

    def __init__(self, model_id: str, name: str) -> None:
        super().__init__(
            f"model {model_id!r} already has an alert rule {name!r}; "
            "remove that first, or give this one a name of its own"
        )
        self.model_id = model_id
        self.name = name


class InvalidAlertError(InvalidInputError):
    """An alert rule cannot be followed."""

    code = "invalid_alert"

    def __init__(self, field: str, value: object, rule: str) -> None:
        super().__init__(f"{field} of the alert rule is {value!r}; it must be {rule}")
        self.field = field
