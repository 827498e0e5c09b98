"""Names of tensors, each given once, where a file may give one to several."""

from __future__ import annotations


class FreeNames:
    """Gives each name once; one that was given gets a number behind it.

    The time for all names grows with how many there are, whatever a file calls its tensors.

    Example:
        >>> names = FreeNames()
        >>> [names.take("w"), names.take("w"), names.take("w#2"), names.take("w")]
        ['w', 'w#2', 'w#2#2', 'w#3']
    """

    def __init__(self) -> None:
        # The last number behind each.
        self._given: dict[str, int] = {}

    def take(self, name: str) -> str:
        """Return the name, or the first with a number behind it that is free."""
        free, number = name, self._given.get(name, 1)
        while free in self._given:
            number += 1
            free = f"{name}#{number}"
        self._given[name] = number
        self._given.setdefault(free, 1)
        return free
