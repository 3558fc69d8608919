"""The registries of the floor (decision 4), filled by apps in their `apps.py`. There is no other one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from django.db import models

Item = TypeVar("Item")


class Registry(Generic[Item]):
    """Named things in the order they came. A name is given once."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._items: dict[str, Item] = {}

    def register(self, name: str, item: Item) -> None:
        """Add `item`. Raises ValueError when the name is taken by something else."""
        if self._items.setdefault(name, item) != item:
            raise ValueError(f"{self._what} {name!r} is registered twice")

    def __getitem__(self, name: str) -> Item:
        return self._items[name]

    def __contains__(self, name: str) -> bool:
        return name in self._items

    def __iter__(self) -> Iterator[tuple[str, Item]]:
        return iter(self._items.items())


class Who(StrEnum):
    """Who may make a call; the rows of WHO_MAY."""

    ANYONE = "anyone"
    USER = "user"  # whoever is signed in
    OWNER = "owner"  # whose it is; for everybody else it does not exist
    SIDE = "side"  # the owner and a colleague of the owner's organisation
    PARTIES = "parties"  # the owner, a colleague and the counterpart
    COUNTERPART = "counterpart"  # whom the owner deals with: the buyer
    SUPPORT = "support"  # staff of the group, second factor shown
    MODERATOR = "moderator"
    FINANCE = "finance"
    TREASURY = "treasury"
    KYC = "kyc"
    GATEWAY = "gateway"  # a payment company: no person, but whoever signs as it


WhoMay = Mapping[tuple[str, str], Who | tuple[Who, ...]]  # (method, path as in the schema) -> who


@dataclass(frozen=True)
class PrivacyPart:
    """What one app holds on a person: for the data map, the export and the erasure."""

    model: type[models.Model]
    fields: Mapping[str, str]  # field -> why we hold it
    export: Callable[[Any], list[dict[str, Any]]]
    erase: Callable[[Any], None]


@dataclass(frozen=True)
class HealthCheck:
    """One dependency. `probe` raises when it is not well; only a critical one makes us not ready."""

    probe: Callable[[], None]
    critical: bool = True


@dataclass(frozen=True)
class HomeCounter:
    """A number on the admin's first page: duties that wait, where they are worked on, since when.

    `permission` ("app.codename") decides who sees it; `url` is the name of an address.
    """

    label: Any
    url: str
    count: Callable[[], int]
    permission: str
    oldest: Callable[[], datetime | None] | None = None
    query: str = ""


@dataclass(frozen=True)
class Panel:
    """A small table on a page of the admin. A cell is text or safe HTML."""

    title: Any
    headers: Sequence[Any]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True)
class EvidencePanel:
    """What an upper app can say, in the admin, about an object of a lower one; None when it is silent.

    `permission` decides who sees it. `read` is given the object of the page, of whatever model.
    """

    permission: str
    read: Callable[[Any], Panel | None]


@dataclass(frozen=True)
class Sowing:
    """How to sow demo data: where progress is told, and how much of the whole, above 0 and up to 1."""

    tell: Callable[[str], None]
    share: float = 1.0


@dataclass(frozen=True)
class SeedStep:
    """One app's part of the demo data, safe to repeat; `order` rises from the floor to the roof."""

    order: int
    sow: Callable[[Sowing], None]


privacy: Registry[PrivacyPart] = Registry("privacy part")
payable_targets: Registry[Any] = Registry("payable target")
evidence_panels: Registry[EvidencePanel] = Registry("evidence panel")
home_counters: Registry[HomeCounter] = Registry("home counter")
seed_steps: Registry[SeedStep] = Registry("seed step")
health_checks: Registry[HealthCheck] = Registry("health check")
who_may: Registry[WhoMay] = Registry("WHO_MAY fragment")
notification_kinds: Registry[Any] = Registry("notification kind")
