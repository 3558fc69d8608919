"""All that a decision about a deal needs, as small tables for the page of staff."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from brokers.enums import Side
from brokers.models import Deal, Lead
from key2key.common.plugins import Panel
from key2key.common.staff_pages import link, page_of

SHOWN = 50


def panels_of(deal: Deal) -> Iterator[Panel]:
    """The tables, the most telling first."""
    yield _decisions(deal)
    yield _evidence(deal)
    yield _papers(deal)
    yield _codes(deal)
    yield _steps(deal)
    yield _links(deal)


def _evidence(deal: Deal) -> Panel:
    return Panel(
        title=_("Evidence"),
        headers=[_("When"), _("Side"), _("Who"), _("Text")],
        rows=[
            [_at(row.created_at), row.get_side_display(), row.author.full_name, row.text]
            for row in deal.evidence.select_related("author")[:SHOWN]
        ],
    )


def _decisions(deal: Deal) -> Panel:
    return Panel(
        title=_("Decisions"),
        headers=[
            _("When"),
            _("Decision"),
            _("To the buyer"),
            _("Reason"),
            _("By"),
            _("Approved by"),
            _("State"),
        ],
        rows=[
            [
                _at(row.created_at),
                row.get_kind_display(),
                f"{row.refund_amount:,} {deal.currency}",
                row.reason,
                row.proposed_by.full_name,
                row.approved_by.full_name if row.approved_by else "–",
                _("took effect") if row.taken_at else _("dropped") if row.dropped_at else _("waits"),
            ]
            for row in deal.decisions.select_related("proposed_by", "approved_by")[:SHOWN]
        ],
    )


def _papers(deal: Deal) -> Panel:
    return Panel(
        title=_("Papers"),
        headers=[_("Paper"), _("Required"), _("Ticked by the buyer"), _("Ticked by the seller")],
        rows=[
            [
                paper.name,
                _("yes") if paper.required else _("no"),
                _at(paper.buyer_ticked_at),
                _at(paper.seller_ticked_at),
            ]
            for paper in deal.papers.all()
        ],
    )


def _codes(deal: Deal) -> Panel:
    return Panel(
        title=_("Handover codes"),
        headers=[_("Given by"), _("Made"), _("Wrong tries"), _("Entered")],
        rows=[
            [code.get_giver_display(), _at(code.updated_at), code.tries, _at(code.entered_at)]
            for code in deal.codes.all()
        ],
    )


def _steps(deal: Deal) -> Panel:
    return Panel(
        title=_("Steps"),
        headers=[_("When"), _("Step"), _("Side"), _("State then")],
        rows=[
            [_at(step.happened_at), step.action, step.get_side_display() or "–", step.get_state_display()]
            for step in deal.steps.all()[:SHOWN]
        ],
    )


def _links(deal: Deal) -> Panel:
    lead = Lead.objects.filter(listing=deal.listing_id, buyer=deal.buyer_id).first()
    conversation = lead.conversation_id if lead else None
    places = [
        (_("Listing"), deal.listing.title, page_of("listings.listing", pk=deal.listing_id)),
        (_("Offer"), str(deal.offer), page_of("brokers.offer", pk=deal.offer_id)),
        (Side.BUYER.label, deal.buyer.full_name, page_of("accounts.user", pk=deal.buyer_id)),
        (Side.SELLER.label, deal.owner.full_name, page_of("accounts.user", pk=deal.owner_id)),
    ]
    if conversation is not None:
        address = page_of("chat.conversation", pk=conversation)
        places.append((_("Conversation"), str(conversation), address))
    return Panel(
        title=_("Where to look"),
        headers=[_("What"), _("Link")],
        rows=[[what, link(text, url=url)] for what, text, url in places],
    )


def _at(moment: Any) -> str:
    return f"{moment:%F %H:%M}" if moment else "–"
