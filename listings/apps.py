from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ListingsConfig(AppConfig):
    """Homes and vehicles on offer."""

    name = "listings"
    verbose_name = _("Listings")

    def ready(self) -> None:
        from key2key.common import background, plugins
        from listings import evidence, privacy, receivers, review_queue, services  # noqa: F401
        from listings.management import seeding
        from listings.models import ListingChange
        from listings.permissions import WHO_MAY

        plugins.who_may.register("listings", WHO_MAY)
        background.register(ListingChange, services.match_listing)
        privacy.register_parts()
        plugins.evidence_panels.register("listings", evidence.LISTINGS_OF_PERSON)
        plugins.home_counters.register("review", review_queue.COUNTER)
        plugins.seed_steps.register("listings", plugins.SeedStep(seeding.ORDER, seeding.sow))
