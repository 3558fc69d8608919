"""What listings do when something happened below them."""

from __future__ import annotations

from accounts.events import (
    OrganisationChanged,
    UserChanged,
    UserErased,
    UserRegistered,
    UserReinstated,
    UserSuspended,
)
from key2key.common.events import on
from listings import services
from listings.events import ListingChanged
from uploads.events import UploadProcessed


@on(UserRegistered)
def new_user_may_sell(event: UserRegistered) -> None:
    """Whoever registers is a private seller without a licence gate."""
    services.open_private_seller(event.user_id)


@on(UserChanged)
def seller_follows_name(event: UserChanged) -> None:
    """A changed name is shown on the person's cards."""
    services.follow_person(event.user_id)


@on(UserSuspended)
def suspended_seller_disappears(event: UserSuspended) -> None:
    """A suspended person's listings are hidden."""
    services.follow_person(event.user_id)


@on(UserReinstated)
def reinstated_seller_returns(event: UserReinstated) -> None:
    """A reinstated person's listings are shown again."""
    services.follow_person(event.user_id)


@on(UserErased)
def erased_seller_is_forgotten(event: UserErased) -> None:
    """What an erased person offered and said goes, or names nobody any more."""
    services.forget_person(event.user_id)


@on(UserErased)
def erased_person_looks_for_nothing(event: UserErased) -> None:
    """What an erased person looked for goes."""
    services.forget_searches_of(event.user_id)


@on(OrganisationChanged)
def seller_follows_organisation(event: OrganisationChanged) -> None:
    """A changed name is shown on the organisation's cards."""
    services.follow_organisation(event.organisation_id)


@on(ListingChanged)
def saved_searches_hear_of_it(event: ListingChanged) -> None:
    """A listing that came on the market or changed there is held against the saved searches."""
    services.note_change(event.listing_id)


@on(UploadProcessed)
def ready_photo_is_shown(event: UploadProcessed) -> None:
    """A processed photo appears on its listing's card."""
    services.show_ready_photo(event.upload_id)
