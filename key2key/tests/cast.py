"""The people of the permission tests: an owner, a colleague of the same organisation, a counterpart."""

from __future__ import annotations

from typing import Any

from accounts.models import Membership
from accounts.tests.factories import MembershipFactory, OrganisationFactory, SellerFactory, UserFactory
from brokers.tests.factories import BrokerFactory


def owner_with_people() -> Any:
    """A seller, by profession, who owns an organisation; `.organisation`, `.colleague` (an agent there) and
    `.counterpart` (who buys) hang on the instance, for `tests/examples.py` of every app.
    """
    owner: Any = SellerFactory()
    BrokerFactory(user=owner)
    owner.organisation = OrganisationFactory()
    owner.colleague = UserFactory()
    owner.counterpart = UserFactory()
    MembershipFactory(organisation=owner.organisation, user=owner, role=Membership.Role.OWNER)
    MembershipFactory(organisation=owner.organisation, user=owner.colleague, role=Membership.Role.AGENT)
    return owner
