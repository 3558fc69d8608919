"""The closed lists of what a home stands on and is connected to."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class WaterSource(TextChoices):
    """Where its water comes from."""

    CITY = "city", _("City line")
    BOREHOLE = "borehole", _("Borehole")
    WELL = "well", _("Well")
    TANK = "tank", _("Water tank")
    RAIN = "rain", _("Rain water")
    DELIVERED = "delivered", _("Delivered by truck")
    SPRING_OR_RIVER = "spring_or_river", _("Spring or river")
    NONE = "none", _("None")


class Sewer(TextChoices):
    """Where its waste water goes."""

    PUBLIC = "public", _("Public sewer")
    SEPTIC_TANK = "septic_tank", _("Septic tank")
    PIT = "pit", _("Pit latrine")
    SHARED = "shared", _("Shared with neighbours")
    TREATMENT_PLANT = "treatment_plant", _("Own treatment plant")
    NONE = "none", _("None")


class Electric(TextChoices):
    """How it has electricity."""

    SINGLE_PHASE = "single_phase", _("Single phase")
    THREE_PHASE = "three_phase", _("Three phases")
    OWN_TRANSFORMER = "own_transformer", _("Own transformer")
    SHARED_METER = "shared_meter", _("Shared meter")
    GENERATOR = "generator", _("Generator")
    OFF_GRID = "off_grid", _("Off the grid")
    NONE = "none", _("None")


class Connection(TextChoices):
    """What is laid to the place."""

    ELECTRICITY = "electricity", _("Electricity")
    WATER = "water", _("Water")
    SEWER = "sewer", _("Sewer")
    TELEPHONE = "telephone", _("Telephone")
    FIBRE = "fibre", _("Fibre")
    GAS = "gas", _("Gas")
    DRAINAGE = "drainage", _("Drainage")


class PowerProduction(TextChoices):
    """Power made on the spot."""

    SOLAR = "solar", _("Solar panels")
    DIESEL_GENERATOR = "diesel_generator", _("Diesel generator")
    PETROL_GENERATOR = "petrol_generator", _("Petrol generator")
    WIND = "wind", _("Wind")
    HYDRO = "hydro", _("Water power")
    BIOGAS = "biogas", _("Biogas")


class PowerStorage(TextChoices):
    """Power kept on the spot."""

    LITHIUM = "lithium", _("Lithium battery")
    LEAD_ACID = "lead_acid", _("Lead-acid battery")
    INVERTER_UPS = "inverter_ups", _("Inverter with battery")
    OTHER = "other", _("Other")


class View(TextChoices):
    """What one sees from it."""

    CITY = "city", _("City")
    MOUNTAIN = "mountain", _("Mountain")
    LAKE = "lake", _("Lake")
    RIVER = "river", _("River")
    PARK = "park", _("Park")
    GARDEN = "garden", _("Garden")
    STREET = "street", _("Street")
    COURTYARD = "courtyard", _("Courtyard")
    AIRPORT = "airport", _("Airport")
    NONE = "none", _("No view")


class Direction(TextChoices):
    """A direction of the compass."""

    NORTH = "north", _("North")
    NORTH_EAST = "north_east", _("North-east")
    EAST = "east", _("East")
    SOUTH_EAST = "south_east", _("South-east")
    SOUTH = "south", _("South")
    SOUTH_WEST = "south_west", _("South-west")
    WEST = "west", _("West")
    NORTH_WEST = "north_west", _("North-west")


class LandmarkDirection(TextChoices):
    """Where it lies, seen from the landmark."""

    AT = "at", _("At")
    BEHIND = "behind", _("Behind")
    IN_FRONT = "in_front", _("In front of")
    OPPOSITE = "opposite", _("Opposite")
    BESIDE = "beside", _("Beside")
    ABOVE = "above", _("Above")
    BELOW = "below", _("Below")
    NORTH = "north", _("North of")
    EAST = "east", _("East of")
    SOUTH = "south", _("South of")
    WEST = "west", _("West of")


class RoadSurface(TextChoices):
    """What the road to it is made of."""

    ASPHALT = "asphalt", _("Asphalt")
    COBBLESTONE = "cobblestone", _("Cobblestone")
    CONCRETE = "concrete", _("Concrete")
    GRAVEL = "gravel", _("Gravel")
    EARTH = "earth", _("Earth")
    FOOTPATH = "footpath", _("Footpath only")


class RoadFrontage(TextChoices):
    """Which road it lies on."""

    RING_ROAD = "ring_road", _("Ring road")
    MAIN_ROAD = "main_road", _("Main road")
    COLLECTOR = "collector", _("Connecting road")
    INNER_ROAD = "inner_road", _("Inner road")
    CORNER = "corner", _("Corner")
    DEAD_END = "dead_end", _("Dead end")
    PRIVATE_ROAD = "private_road", _("Private road")
    NONE = "none", _("No road")


class ViewingRequirement(TextChoices):
    """What a viewing needs."""

    APPOINTMENT = "appointment", _("By appointment")
    CALL_FIRST = "call_first", _("Call first")
    OWNER_PRESENT = "owner_present", _("The owner is present")
    BROKER_PRESENT = "broker_present", _("The broker is present")
    IDENTITY_CARD = "identity_card", _("Bring your identity card")
    KEY_WITH_GUARD = "key_with_guard", _("The guard has the key")
    WEEKENDS_ONLY = "weekends_only", _("At weekends only")
