"""What the demo sells: three plans, somebody who has one, a listing that is boosted."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings

from accounts.selectors import user_by_email
from key2key.common.plugins import Sowing
from listings.enums import Status
from listings.selectors import own_listings
from payments.enums import Purpose
from payments.management.seeding import buy
from payments.models import Boost, Plan, PlanPrice, Subscription
from payments.targets import Target

ORDER = 58  # after the deals: what they hold is not boosted
PLANS = (
    ("starter", "Starter", "ጀማሪ", 15, 30, "450.00"),
    ("plus", "Plus", "ፕላስ", 60, 40, "1500.00"),
    ("agency", "Agency", "ኤጀንሲ", 400, 60, "6000.00"),
)
SUBSCRIBER, BOOSTER = "seller@key2key.example", "broker@key2key.example"


def sow(sowing: Sowing) -> None:
    """Put them there, those that are missing. The sandbox is paid for it."""
    for order, plan in enumerate(PLANS, start=1):
        _sow_plan(*plan[:3], quotas=plan[3:5], price=plan[5], order=order)
    bought = _subscribe() + _boost()
    sowing.tell(f"plans: {len(PLANS)} on sale, {bought} bought" if bought else "plans: all there already")


def _sow_plan(
    code: str, name_en: str, name_am: str, *, quotas: tuple[int, int], price: str, order: int
) -> None:
    live, photos = quotas
    plan, is_new = Plan.objects.get_or_create(
        code=code,
        defaults={
            "name_en": name_en, "name_am": name_am, "live_quota": live, "photo_quota": photos, "order": order
        },
    )  # fmt: skip
    if is_new:
        PlanPrice.objects.create(plan=plan, currency=settings.BASE_CURRENCY, amount=Decimal(price))


def _subscribe() -> int:
    buyer = user_by_email(SUBSCRIBER)
    if buyer is None or Subscription.objects.filter(user=buyer).exists():
        return 0
    plan = Plan.objects.get(code="starter")
    buy(purpose=Purpose.SUBSCRIPTION, target=Target("plan", plan.pk), by=buyer)
    return 1


def _boost() -> int:
    seller = user_by_email(BOOSTER)
    if seller is None or Boost.objects.filter(payment__payer=seller).exists():
        return 0
    on_show = own_listings(seller).filter(status=Status.ACTIVE, hidden_reasons__len=0)
    listing = on_show.order_by("published_at", "pk").first()
    if listing is None:
        return 0
    buy(purpose=Purpose.BOOST, target=Target("listing", listing.pk), by=seller, days=30)
    return 1
