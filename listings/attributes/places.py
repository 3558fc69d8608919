"""The attributes that say where anything lies, home or vehicle, beside the columns of the listing."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from listings.attribute_enums.sites import LandmarkDirection
from listings.attributes.definition import dropdown, number, text

PLACES = (
    text("woreda", _("Woreda"), max_length=50),
    text("street_name", _("Street"), max_length=50, reveals_place=True),
    text("cross_street", _("Cross street"), max_length=50, reveals_place=True),
    text("subdivision_name", _("Estate"), max_length=50, reveals_place=True),
    text("postal_code", _("Postal code"), max_length=10, pattern="[0-9A-Za-z -]+"),
    text("directions", _("Way there"), max_length=1024, reveals_place=True),
    dropdown("landmark_direction", _("From the landmark"), LandmarkDirection, reveals_place=True),
    number("landmark_distance_m", _("Distance to the landmark"), most="100000", unit="m", reveals_place=True),
)
