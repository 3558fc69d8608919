"""Many rows for the changelists of the admin that need several apps' factories."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from analytics.enums import EntityType
from analytics.models import DailyFigure
from brokers.enums import DealState
from brokers.tests.factories import LeadFactory, OfferFactory, ViewingFactory, deal_in
from chat.enums import ReportReason
from chat.models import Nudge, Report
from chat.tests.factories import ConversationFactory
from key2key.common import clock
from verification.enums import CaseState
from verification.tests.factories import CaseFactory


def _deals(number: int) -> None:
    for _ in range(number):
        deal_in(DealState.DEPOSIT_DUE)


def _reports(number: int) -> None:
    for conversation in ConversationFactory.create_batch(number):
        Report.objects.create(
            conversation=conversation, reporter=conversation.buyer, reason=ReportReason.SPAM, snapshot=[]
        )


def _nudges(number: int) -> None:
    for conversation in ConversationFactory.create_batch(number):
        Nudge.objects.create(member=conversation.members.first())


def _figures(number: int) -> None:
    for _ in range(number):
        DailyFigure.objects.create(
            entity_type=EntityType.LISTING, entity=uuid4(), metric="view", day=clock.today(), value=3
        )


def _waiting_cases(number: int) -> None:
    CaseFactory.create_batch(number, state=CaseState.SUBMITTED)


ROWS: dict[str, Callable[[int], Any]] = {
    "analytics_dailyfigure": _figures,
    "brokers_deal": _deals,
    "brokers_lead": LeadFactory.create_batch,
    "brokers_offer": OfferFactory.create_batch,
    "brokers_viewing": ViewingFactory.create_batch,
    "chat_conversation": ConversationFactory.create_batch,
    "chat_nudge": _nudges,
    "chat_report": _reports,
    "verification_case": CaseFactory.create_batch,
    "verification_queuedcase": _waiting_cases,
}
