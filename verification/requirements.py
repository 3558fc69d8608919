"""What each kind of case needs: documents (one of each group), facts, and what it is about."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from verification.enums import CaseKind, DocumentKind

MOST_DOCUMENTS = 12
DOCUMENTS = "verification.document"  # whose documents a token opens

D = DocumentKind


@dataclass(frozen=True)
class Requirement:
    """Of every group one document, and every fact of `facts`.

    `subject` says what the case is about besides the person: nothing, a listing or an organisation of theirs.
    """

    groups: tuple[tuple[DocumentKind, ...], ...]
    facts: tuple[str, ...] = ()
    subject: str = ""


LICENCE_FACTS = ("number", "authority", "category", "region", "expires_on")
REQUIREMENTS: Mapping[str, Requirement] = {
    CaseKind.IDENTITY: Requirement(
        ((D.NATIONAL_ID, D.PASSPORT, D.KEBELE_ID, D.DRIVING_LICENCE), (D.SELFIE,))
    ),
    CaseKind.BROKER_LICENCE: Requirement(((D.BROKER_LICENCE,),), facts=LICENCE_FACTS),
    CaseKind.OWNERSHIP: Requirement(
        ((D.TITLE_DEED, D.LEASE_CONTRACT, D.CONDOMINIUM_CONTRACT, D.OWNERSHIP_BOOK, D.POWER_OF_ATTORNEY),),
        subject="listing",
    ),
    CaseKind.BUSINESS: Requirement(((D.TRADE_LICENCE,), (D.TIN_CERTIFICATE,)), subject="organisation"),
}


def missing_groups(kind: str, *, present: Collection[str]) -> list[tuple[DocumentKind, ...]]:
    """The groups of which no document is there yet."""
    return [group for group in REQUIREMENTS[kind].groups if not set(group) & set(present)]


def accepted_kinds(kind: str) -> frozenset[str]:
    """The documents that a case of the kind takes: those it needs, and any other evidence."""
    return frozenset(str(each) for group in REQUIREMENTS[kind].groups for each in group) | {str(D.OTHER)}
