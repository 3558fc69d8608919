"""What others like to know about verification."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class CaseSubmitted:
    """A case waits for staff."""

    case_id: UUID
    user_id: UUID
    kind: str


@dataclass(frozen=True)
class CaseDecided:
    """Staff decided about a case; `state` says how."""

    case_id: UUID
    user_id: UUID
    kind: str
    state: str
