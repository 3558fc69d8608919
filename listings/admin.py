"""Listings for staff: the review queue, all listings, sellers, reference data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.contrib.forms.widgets import ArrayWidget
from unfold.decorators import action, display

from key2key.common.plugins import Panel
from key2key.common.staff_pages import (
    EditablePage,
    ReadOnlyPage,
    ReasonForm,
    StockReasonForm,
    age,
    attempt,
    audit_panel,
    go,
    link,
    page_of,
)
from listings import reasons, review_queue, selectors, services
from listings.enums import AreaLevel, Status
from listings.models import (
    Area,
    Listing,
    ListingChange,
    ReviewItem,
    SavedSearch,
    Seller,
    VehicleBrand,
    VehicleModel,
)
from listings.review_sheet import price_of, sheet_of
from uploads.selectors import variant_paths

COLOURS = {
    Status.ACTIVE: "success", Status.COMING_SOON: "success", Status.PENDING_REVIEW: "info",
    Status.CHANGES_REQUESTED: "warning", Status.UNDER_OFFER: "primary", Status.RESERVED: "primary",
    Status.REJECTED: "danger", Status.REMOVED: "danger",
}  # fmt: skip


class CorrectionForm(StockReasonForm):
    """What the owner has to correct."""

    stock_reasons = reasons.TO_CORRECT


class RefusalForm(StockReasonForm):
    """Why it cannot be listed."""

    stock_reasons = reasons.TO_REFUSE


class ListingSheetPage(ReadOnlyPage):
    """A page that shows a listing whole: photos, words, facts, seller, warnings."""

    change_form_template = "admin/listings/sheet.html"
    list_display_links = ("picture", "title")
    fields = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return selectors.with_details(super().get_queryset(request)).select_related("owner")

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **known: Any) -> HttpResponse:
        if known.get("obj") is not None:
            context["sheet"] = sheet_of(known["obj"])
        return super().render_change_form(request, context, **known)

    def panels(self, request: HttpRequest, row: Listing) -> list[Panel]:
        return [audit_panel(row)]

    @admin.display(description=_("photo"))
    def picture(self, listing: Listing) -> str:
        for photo in listing.photos.all():
            if paths := variant_paths(photo.upload):
                return format_html('<img class="k2k-thumb" src="{}" alt="" loading="lazy">', paths["thumb"])
        return "–"

    @admin.display(description=_("price"), ordering="price_base")
    def shown_price(self, listing: Listing) -> str:
        return price_of(listing)

    @display(description=_("status"), ordering="status", label=COLOURS)
    def state(self, listing: Listing) -> tuple[str, str]:
        return listing.status, listing.get_status_display()


@admin.register(ReviewItem)
class ReviewPage(ListingSheetPage):
    """The queue: what waits, the longest waiting first; one screen and one decision for each."""

    list_display = ("picture", "title", "kind", "purpose", "shown_price", "area", "seller", "waiting")
    list_filter = ("kind", "purpose", "seller__type")
    list_filter_submit = False
    search_fields = ("title", "=owner__email")
    ordering = ("submitted_at", "id")
    actions_detail = ("request_changes", "reject")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(status=Status.PENDING_REVIEW)

    def get_urls(self) -> list[URLPattern]:
        def page(view: Callable[..., HttpResponse], name: str) -> URLPattern:
            guarded = self.admin_site.admin_view(view)
            return path(f"<uuid:object_id>/{name}/", guarded, name=f"listings_reviewitem_{name}")

        return [page(self.approve, "approve"), page(self.next, "next"), *super().get_urls()]

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """None in the header: the bar at the foot of the page has them."""
        return []

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **known: Any) -> HttpResponse:
        item = known.get("obj")
        if item is not None:
            context["waits"] = review_queue.length()
            context["is_own"] = is_own = item.owner_id == request.user.pk
            context["may_decide"] = not is_own and self.has_act_permission(request)
        return super().render_change_form(request, context, **known)

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:listings_reviewitem_changelist"))

    @admin.display(description=_("waits"), ordering="submitted_at")
    def waiting(self, item: ReviewItem) -> str:
        return age(item.submitted_at)

    def approve(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Put it on the market."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_act_permission(request):
            raise PermissionDenied
        return self._decide(
            request,
            object_id,
            lambda: services.approve_listing(listing_id=object_id, by=request.user),
            done=_("Approved: it is on the market."),
        )

    def next(self, request: HttpRequest, object_id: UUID) -> HttpResponse:
        """Leave it for now and go on."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(self._following(request, object_id))

    @action(
        description=_("Request changes"),
        permissions=["act"],
        dialog={
            "title": _("Request changes"),
            "description": _("The owner corrects the listing and submits it again."),
            "form_class": CorrectionForm,
            "form_submit_text": _("Send back"),
        },
    )
    def request_changes(self, request: HttpRequest, form: CorrectionForm, object_id: str) -> HttpResponse:
        return self._refuse(request, object_id, form, rule=services.request_changes, done=_("Sent back."))

    @action(
        description=_("Reject"),
        permissions=["act"],
        dialog={
            "title": _("Reject"),
            "description": _("The listing is refused. The owner may revise it into a new draft."),
            "form_class": RefusalForm,
            "form_submit_text": _("Reject"),
        },
    )
    def reject(self, request: HttpRequest, form: RefusalForm, object_id: str) -> HttpResponse:
        return self._refuse(request, object_id, form, rule=services.reject_listing, done=_("Rejected."))

    def _refuse(
        self, request: HttpRequest, object_id: str, form: StockReasonForm, **how: Any
    ) -> HttpResponse:
        key = UUID(object_id)
        language = Listing.objects.filter(pk=key).values_list("owner__language", flat=True).first()
        with translation.override(language or "en"):
            reason = form.reason()
        return self._decide(
            request,
            key,
            lambda: how["rule"](listing_id=key, by=request.user, reason=reason),
            done=how["done"],
        )

    def _decide(
        self, request: HttpRequest, object_id: UUID, deed: Callable[[], Any], *, done: Any
    ) -> HttpResponse:
        """Do it and go on to the next; where it was refused and the listing still waits, stay."""
        following = self._following(request, object_id)
        if not attempt(request, deed, done=done) and review_queue.queue().filter(pk=object_id).exists():
            following = page_of(ReviewItem, pk=object_id)
        return go(request, following)

    def _following(self, request: HttpRequest, object_id: UUID) -> str:
        item = ReviewItem.objects.filter(pk=object_id, submitted_at__isnull=False).first()
        coming = review_queue.next_after(item, by=request.user) if item else None
        if coming is None:
            return reverse("admin:listings_reviewitem_changelist")
        return page_of(ReviewItem, pk=coming.pk)


@admin.register(Listing)
class ListingPage(ListingSheetPage):
    """Every listing, in whatever state."""

    list_display = (
        "picture", "title", "state", "kind", "purpose", "shown_price", "area", "seller", "created_at"
    )  # fmt: skip
    list_filter = ("status", "kind", "purpose", "seller__type", "edited_since_review", "created_at")
    search_fields = (
        "title", "=owner__email", "=asset__vin", "=asset__chassis_number", "=asset__parcel_number"
    )  # fmt: skip
    search_help_text = _("Title, owner's e-mail, VIN, frame or parcel number, or an id")
    actions_detail = ("remove",)

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        gone = Listing.objects.filter(pk=object_id, status__in=[Status.REMOVED, Status.CLOSED])
        return [] if gone.exists() else super().get_actions_detail(request, object_id)

    @action(
        description=_("Remove"),
        icon="delete",
        permissions=["act"],
        dialog={
            "title": _("Remove for good"),
            "description": _("For fraud and duplicates. The owner is told why; nobody can bring it back."),
            "form_class": ReasonForm,
            "form_submit_text": _("Remove"),
        },
    )
    def remove(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        key, reason = UUID(object_id), form.cleaned_data["reason"]
        attempt(
            request,
            lambda: services.remove_listing(listing_id=key, by=request.user, reason=reason),
            done=_("Removed."),
        )
        return go(request, page_of(Listing, pk=key))


@admin.register(Seller)
class SellerPage(ReadOnlyPage):
    """Who sells, as listings know it."""

    list_display = ("name", "type", "verified", "suspended", "may_publish_until", "created_at")
    list_filter = ("type", "verified", "suspended")
    search_fields = ("name", "=user__email")
    ordering = ("-created_at", "-id")
    fields = (
        "person", "organisation", "type", "name", "verified", "suspended", "rating", "response_minutes",
        "may_publish_until", "live_quota", "photo_quota", "created_at",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("person"))
    def person(self, seller: Seller) -> str:
        return link(seller.user, url=page_of("accounts.user", pk=seller.user_id)) if seller.user_id else "–"


@admin.register(SavedSearch)
class SavedSearchPage(ReadOnlyPage):
    """What people look for."""

    list_display = ("name", "person", "alert", "kind", "created_at")
    list_filter = ("alert", "kind", "created_at")
    list_select_related = ("user",)
    search_fields = ("name", "=user__email")
    ordering = ("-created_at", "-id")
    fields = ("person", "name", "query", "alert", "next_digest_at", "created_at", "updated_at")
    readonly_fields = fields

    @admin.display(description=_("person"))
    def person(self, saved: SavedSearch) -> str:
        return link(saved.user, url=page_of("accounts.user", pk=saved.user_id))


@admin.register(ListingChange)
class ListingChangePage(ReadOnlyPage):
    """New and changed listings that wait to be held against the saved searches."""

    list_display = ("listing", "work_state", "attempts", "due_at")
    list_filter = ("work_state",)
    list_select_related = ("listing",)
    ordering = ("due_at", "id")
    fields = ("listing", "after", "work_state", "attempts", "due_at", "last_error")
    readonly_fields = fields


class ReferencePage(EditablePage):
    """Names with a permanent slug: it is in addresses and bookmarks, so it is set once."""

    formfield_overrides: ClassVar[dict[Any, Any]] = {ArrayField: {"widget": ArrayWidget}}
    search_fields = ("^slug", "name_en", "name_am")
    settled: tuple[str, ...] = ("slug",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.settled if obj else ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:  # noqa: PLR0917
        super().save_model(request, obj, form, change)
        services.announce_reference_change()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        services.announce_reference_change()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        super().delete_queryset(request, queryset)
        services.announce_reference_change()


@admin.register(Area)
class AreaPage(ReferencePage):
    """The area tree."""

    list_display = ("name_en", "name_am", "level", "parent", "popularity")
    list_filter = ("level",)
    list_select_related = ("parent",)
    autocomplete_fields = ("parent",)
    exclude = ("path", "market")
    settled = ("slug", "parent", "level")

    def save_model(self, request: HttpRequest, obj: Area, form: Any, change: Any) -> None:  # noqa: PLR0917
        """The path follows from the parent; the country's name is not part of it."""
        is_inside = obj.parent is not None and obj.parent.level != AreaLevel.COUNTRY
        obj.path = f"{obj.parent.path}/{obj.slug}" if is_inside else obj.slug
        super().save_model(request, obj, form, change)


@admin.register(VehicleBrand)
class BrandPage(ReferencePage):
    """Makers."""

    list_display = ("name_en", "name_am", "country", "popularity")


@admin.register(VehicleModel)
class ModelPage(ReferencePage):
    """Makers' models."""

    list_display = ("name_en", "brand", "classes", "year_from", "year_to", "popularity")
    list_filter = ("brand",)
    list_select_related = ("brand",)
    autocomplete_fields = ("brand",)
    settled = ("slug", "brand")
