"""What may be asked of the lists."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import (
    CharFilter,
    ChoiceFilter,
    FilterSet,
    NumberFilter,
    TypedChoiceFilter,
    UUIDFilter,
)
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from brokers import selectors
from brokers.enums import LIVE_VIEWINGS, DealState, LeadStage, OfferState, Speciality, ViewingState
from brokers.models import Broker, Deal, Lead, Offer, Viewing
from key2key.common import clock
from key2key.common.errors import InvalidInput
from listings import areas


@extend_schema_field(OpenApiTypes.BOOL)
class YesNoFilter(TypedChoiceFilter):  # type: ignore[misc]  # the package has no types
    """True or false: the package's own filter takes any other word for none, and finds everything."""

    def __init__(self, **how: Any) -> None:
        words = (("true", _("Yes")), ("false", _("No")))
        super().__init__(choices=words, coerce=lambda word: word == "true", **how)


class BrokerFilter(FilterSet):  # type: ignore[misc]  # the package has no types
    """Professionals by where they work, what they are good at, what they speak, how they are rated."""

    area = CharFilter(method="filter_area", max_length=80)
    speciality = ChoiceFilter(choices=Speciality.choices, method="filter_speciality")
    language = CharFilter(method="filter_language", max_length=3)
    rating_min = NumberFilter(field_name="rating", lookup_expr="gte", min_value=1, max_value=5)
    verified = YesNoFilter(field_name="user__identity_verified")
    q = CharFilter(field_name="user__full_name", lookup_expr="icontains", max_length=80)

    class Meta:
        model = Broker
        fields: ClassVar[list[str]] = ["area", "speciality", "language", "rating_min", "verified", "q"]

    def filter_area(self, rows: QuerySet[Broker], name: str, slug: str) -> QuerySet[Broker]:
        """Whoever works in the area, inside it, or all around it."""
        place = areas.find(slug)
        if place is None:
            raise InvalidInput(faults=[areas.unknown_area(slug, pointer="/area")])
        around = [each.id for each in areas.ancestors(place.id)]
        links = Broker.areas.through.objects.filter(area_id__in=[*areas.descendant_ids([slug]), *around])
        return rows.filter(pk__in=links.values("broker"))

    def filter_speciality(self, rows: QuerySet[Broker], name: str, slug: str) -> QuerySet[Broker]:
        """Whoever is good at it."""
        return rows.filter(specialities__contains=[slug])

    def filter_language(self, rows: QuerySet[Broker], name: str, code: str) -> QuerySet[Broker]:
        """Whoever speaks it."""
        return rows.filter(languages__contains=[code])


class OfferFilter(FilterSet):  # type: ignore[misc]  # the package has no types
    """Offers by state and listing."""

    state = ChoiceFilter(choices=OfferState.choices)
    listing = UUIDFilter(field_name="listing_id")

    class Meta:
        model = Offer
        fields: ClassVar[list[str]] = ["state", "listing"]


class DealFilter(FilterSet):  # type: ignore[misc]  # the package has no types
    """Deals by state and listing."""

    state = ChoiceFilter(choices=DealState.choices)
    listing = UUIDFilter(field_name="listing_id")

    class Meta:
        model = Deal
        fields: ClassVar[list[str]] = ["state", "listing"]


class LeadFilter(FilterSet):  # type: ignore[misc]  # the package has no types
    """Leads by stage, listing, agency, whether the next action is late, and the person's name."""

    stage = ChoiceFilter(choices=LeadStage.choices)
    listing = UUIDFilter(field_name="listing_id")
    organisation = UUIDFilter(field_name="organisation_id")
    overdue = YesNoFilter(method="filter_overdue")
    q = CharFilter(field_name="buyer__full_name", lookup_expr="icontains", max_length=80)

    class Meta:
        model = Lead
        fields: ClassVar[list[str]] = ["stage", "listing", "organisation", "overdue", "q"]

    def filter_overdue(self, rows: QuerySet[Lead], name: str, value: bool) -> QuerySet[Lead]:  # noqa: FBT001
        """Those whose next action is late, or the others."""
        late = selectors.overdue(Lead.objects.all(), at=clock.now()).order_by().values("pk")
        return rows.filter(pk__in=late) if value else rows.exclude(pk__in=late)


class ViewingFilter(FilterSet):  # type: ignore[misc]  # the package has no types
    """Viewings by listing, state, and whether they are still to come."""

    state = ChoiceFilter(choices=ViewingState.choices)
    listing = UUIDFilter(field_name="listing_id")
    upcoming = YesNoFilter(method="filter_upcoming")

    class Meta:
        model = Viewing
        fields: ClassVar[list[str]] = ["state", "listing", "upcoming"]

    def filter_upcoming(self, rows: QuerySet[Viewing], name: str, value: bool) -> QuerySet[Viewing]:  # noqa: FBT001
        """Live ones whose time is to come, or the others."""
        coming = Q(state__in=sorted(LIVE_VIEWINGS), starts_at__gt=clock.now())
        return rows.filter(coming if value else ~coming)
