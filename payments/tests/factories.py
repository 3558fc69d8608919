"""Full rows of payments for tests."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import factory

from accounts.tests.factories import UserFactory
from key2key.common import clock
from key2key.common.ids import uuid7
from key2key.common.sealing import seal
from listings.tests.factories import ListingFactory
from payments.enums import PayoutAccountState, Purpose
from payments.models import Hold, Payment, PayoutAccount
from payments.references import new_reference
from payments.tests.stand import TARGET


class HoldFactory(factory.django.DjangoModelFactory):
    """A deposit that a buyer is asked for, pending, on a listing that is under offer."""

    class Meta:
        model = Hold

    listing = factory.SubFactory(ListingFactory, status="under_offer")
    asset = factory.SelfAttribute("listing.asset")
    target_type = TARGET
    target_id = factory.LazyFunction(uuid7)
    buyer = factory.SubFactory(UserFactory)
    payee_id = factory.LazyAttribute(
        lambda made: made.listing.seller.organisation_id or made.listing.seller.user_id
    )
    amount = Decimal("250000.00")
    currency = "ETB"


class PaymentFactory(factory.django.DjangoModelFactory):
    """A payment of a whole deposit that waits for its payer; `hold=None` pays for a service."""

    class Meta:
        model = Payment

    hold = factory.SubFactory(HoldFactory)
    payer = factory.LazyAttribute(lambda made: made.hold.buyer if made.hold else UserFactory())
    payee_id = factory.LazyAttribute(lambda made: made.hold.payee_id if made.hold else None)
    purpose = factory.LazyAttribute(lambda made: Purpose.DEPOSIT if made.hold else Purpose.BOOST)
    target_type = factory.LazyAttribute(lambda made: made.hold.target_type if made.hold else "listing")
    target_id = factory.LazyAttribute(lambda made: made.hold.target_id if made.hold else uuid7())
    gateway = "sandbox"
    mode = "test"
    amount = factory.LazyAttribute(lambda made: made.hold.amount if made.hold else Decimal("500.00"))
    currency = "ETB"
    description = "Deposit for a villa with a garden"
    reference = factory.LazyFunction(lambda: new_reference("K2K"))
    gateway_reference = factory.Sequence(lambda number: f"chk-{number}")
    checkout_url = factory.LazyAttribute(lambda made: f"https://pay.example/{made.gateway_reference}")
    return_url = "https://app.example/back"
    expires_at = factory.LazyFunction(lambda: clock.now() + timedelta(minutes=30))


class PayoutAccountFactory(factory.django.DjangoModelFactory):
    """A bank account of a verified person, checked by staff; `payee` is the person."""

    class Meta:
        model = PayoutAccount
        exclude = ("payee", "account_number")

    payee = factory.SubFactory(UserFactory, identity_verified=True)
    account_number = factory.Sequence(lambda number: f"1000{number:09d}")
    payee_id = factory.LazyAttribute(lambda made: made.payee.pk)
    added_by = factory.SelfAttribute("payee")
    bank_code = "946"
    bank_name = "Commercial Bank of Ethiopia"
    account_name = factory.LazyAttribute(lambda made: made.payee.full_name)
    sealed_number = factory.LazyAttribute(lambda made: seal(made.account_number))
    number_ending = factory.LazyAttribute(lambda made: made.account_number[-4:])
    currency = "ETB"
    state = PayoutAccountState.ACTIVE
