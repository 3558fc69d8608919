"""The five ways in which a rule says no. Every door turns them into its own kind of answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with the input: where (RFC 6901 pointer), a stable code, a sentence."""

    pointer: str
    code: str
    detail: Any


class DomainError(Exception):
    """A refusal with a stable snake_case `code` and a sentence for a person.

    `extra` goes beside the fields of the problem document (for instance the legal transitions).
    """

    status: ClassVar[int]
    default_detail: ClassVar[Any]

    def __init__(self, code: str, detail: Any = None, **extra: Any) -> None:
        super().__init__(code)
        self.code = code
        self.detail = self.default_detail if detail is None else detail
        self.extra = extra


class NotFound(DomainError):
    """There is no such thing, or not for this person: both answer alike."""

    status = 404
    default_detail = _("There is nothing here.")

    def __init__(self, code: str = "not_found", detail: Any = None, **extra: Any) -> None:
        super().__init__(code, detail, **extra)


class NotAllowed(DomainError):
    """The person is known, the thing may be known, the deed is not theirs to do."""

    status = 403
    default_detail = _("You may not do this.")


class Conflict(DomainError):
    """The deed does not fit the present state; the state is unchanged."""

    status = 409
    default_detail = _("This does not fit the present state.")


class IllegalTransition(Conflict):
    """The step is not possible from the present state; `allowed` names those that are."""

    def __init__(self, *, status_now: str, allowed: Sequence[str]) -> None:
        super().__init__(
            "illegal_transition",
            _("This step is not possible now."),
            status_now=status_now,
            allowed=list(allowed),
        )


class InvalidInput(DomainError):
    """The input is wrong; `faults` name every place."""

    status = 400
    default_detail = _("The input is not valid.")

    def __init__(
        self,
        code: str = "validation_error",
        detail: Any = None,
        *,
        faults: Sequence[Fault] = (),
        **extra: Any,
    ) -> None:
        super().__init__(code, detail, **extra)
        self.faults = tuple(faults)


class Unavailable(DomainError):
    """Something we depend on does not answer; trying again after `retry_after` seconds is right."""

    status = 503
    default_detail = _("This is not possible at the moment. Please try again soon.")

    def __init__(self, code: str, detail: Any = None, *, retry_after: int = 5, **extra: Any) -> None:
        super().__init__(code, detail, **extra)
        self.retry_after = retry_after


class Throttled(NotAllowed):
    """Too many tries; the next one makes sense after `retry_after` seconds."""

    status = 429
    default_detail = _("Too many requests. Please wait.")

    def __init__(self, *, retry_after: int, detail: Any = None, **extra: Any) -> None:
        super().__init__("rate_limited", detail, **extra)
        self.retry_after = retry_after


class Stale(Conflict):
    """The caller's If-Match names a version that is no longer the present one."""

    status = 412
    default_detail = _("It has changed since you read it. Read it again.")

    def __init__(self) -> None:
        super().__init__("stale")
