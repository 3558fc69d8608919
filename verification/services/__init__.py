"""Every rule that writes verification."""

from __future__ import annotations

from verification.services.cases import change_facts, open_case, submit_case
from verification.services.decisions import approve, reject, request_revision, revoke, start_review
from verification.services.documents import (
    add_document,
    delete_document,
    receive,
    show,
)
from verification.services.upkeep import expire_due, forget_documents, wipe_deleted

__all__ = [
    "add_document",
    "approve",
    "change_facts",
    "delete_document",
    "expire_due",
    "forget_documents",
    "open_case",
    "receive",
    "reject",
    "request_revision",
    "revoke",
    "show",
    "start_review",
    "submit_case",
    "wipe_deleted",
]
