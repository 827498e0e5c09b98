"""Which family of errors ends with which exit code."""

from __future__ import annotations

from modelkeep.errors import (
    ConflictError,
    IllegalTransitionError,
    IntegrityError,
    InvalidInputError,
    IsolatedModelError,
    ModelkeepError,
    NotFoundError,
    SignatureError,
    StorageUnavailableError,
    UntrustedModelError,
)

DAMAGE_FOUND = 6
NOT_TRUSTED = 8
INTERRUPTED = 130
INTERNAL = 70

EXIT_CODES: dict[type[ModelkeepError], int] = {
    InvalidInputError: 2,
    NotFoundError: 3,
    ConflictError: 4,
    IllegalTransitionError: 5,
    IntegrityError: DAMAGE_FOUND,
    StorageUnavailableError: 7,
    UntrustedModelError: NOT_TRUSTED,
    SignatureError: NOT_TRUSTED,
    IsolatedModelError: 9,
    ModelkeepError: 1,
}

EPILOG = (
    "A version is named by its id, model@1.2.0, model@latest or model@production. "
    "Exit codes: 0 done, 2 bad input, 3 not found, 4 conflict, 5 not allowed in this state, "
    "6 damage, 7 storage unavailable, 8 not trusted, 9 an isolated model failed, "
    "10 the canary that was watched is aborted, 70 a fault of modelkeep."
)


def exit_code(error: ModelkeepError) -> int:
    """Return the exit code of an error's family."""
    for family, code in EXIT_CODES.items():
        if isinstance(error, family):
            return code
    return EXIT_CODES[ModelkeepError]
