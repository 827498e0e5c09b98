"""The routing table: an immutable picture of which share of the units each version gets.

A unit is hashed to a point, one of 2^64. Every arm but the first claims ranges of points; the first
arm, the stable one, has all points that no other claims.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from modelkeep import canonical
from modelkeep.errors import DamagedCatalogueError

POINTS = 1 << 64
STABLE = "stable"
CANARY = "canary"


class Claim(NamedTuple):
    """A range of points that an arm has.

    Attributes:
        start: Its first point.
        end: The point after its last one, at most 2^64.
        arm: The index of the arm.
    """

    start: int
    end: int
    arm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """A version that gets a share of the units.

    Attributes:
        name: Of the arm, such as `stable` or `canary`.
        version_id: What it serves.
        weight: The share of the points it has, 0 to 1.
    """

    name: str
    version_id: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingTable:
    """Who gets what, until the next revision.

    Attributes:
        model_id: The model.
        revision: Grows with each change of the tables of a registry.
        split_id: The rollout or the experiment that splits the units; empty where nothing does.
        salt: What is hashed together with a unit.
        arms: The stable arm first.
        claims: Of the other arms, sorted, without overlap.
        overrides: Units that always get an arm, with its index; they are no evidence.
        shadow: Index of an arm that is called beside the first for each unit, and never served.
    """

    model_id: str
    revision: int
    split_id: str = ""
    salt: str = ""
    arms: tuple[Arm, ...]
    claims: tuple[Claim, ...] = ()
    overrides: Mapping[str, int] = field(default_factory=dict)
    shadow: int | None = None

    def to_json(self) -> str:
        """Return it as text."""
        return canonical.encode_text(msgspec.to_builtins(self))

    @staticmethod
    def from_json(text: str | bytes) -> RoutingTable:
        """Undo `to_json`.

        Raises:
            DamagedCatalogueError: The text is no routing table.
        """
        try:
            return msgspec.json.decode(text, type=RoutingTable)
        except msgspec.DecodeError as error:
            raise DamagedCatalogueError("a routing table", str(error)) from error


class Choice(NamedTuple):
    """What a unit got.

    Attributes:
        version_id: The version to serve.
        arm: The name of its arm.
        weight: The share of the points that the arm had when this was chosen.
        revision: Of the routing table that chose.
        split_id: The rollout or the experiment; empty where nothing splits the units.
        point: The point of the unit, which stands for the unit in the evidence.
        arm_index: Which arm.
        forced: Whether an override chose: then it is no evidence.
        shadow_version_id: Called beside it, and not served; empty for none.
    """

    version_id: str
    arm: str
    weight: float
    revision: int
    split_id: str
    point: int
    arm_index: int
    forced: bool
    shadow_version_id: str
