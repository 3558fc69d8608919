"""The closed lists of vehicles."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class VehicleClass(TextChoices):
    """What moves."""

    CAR = "car", _("Car")
    MOTORCYCLE = "motorcycle", _("Motorcycle")
    THREE_WHEELER = "three_wheeler", _("Three-wheeler (bajaj)")
    MINIBUS = "minibus", _("Minibus")
    BUS = "bus", _("Bus")
    PICKUP_VAN = "pickup_van", _("Pickup or van")
    TRUCK = "truck", _("Truck")
    TRACTOR_UNIT = "tractor_unit", _("Tractor unit")
    TRAILER = "trailer", _("Trailer")
    AGRICULTURAL = "agricultural", _("Agricultural machine")
    CONSTRUCTION = "construction", _("Construction machine")
    FORKLIFT = "forklift", _("Forklift")
    MOTORHOME = "motorhome", _("Motorhome")
    EBIKE = "ebike", _("E-bike")
    BOAT = "boat", _("Boat")
    OTHER = "other", _("Other")


WITH_BODY = frozenset({VehicleClass.CAR, VehicleClass.MINIBUS, VehicleClass.PICKUP_VAN})


class BodyType(TextChoices):
    """The body of a car."""

    SEDAN = "sedan", _("Sedan")
    HATCHBACK = "hatchback", _("Hatchback")
    WAGON = "wagon", _("Wagon")
    SUV = "suv", _("SUV")
    CROSSOVER = "crossover", _("Crossover")
    COUPE = "coupe", _("Coupe")
    CONVERTIBLE = "convertible", _("Convertible")
    MPV = "mpv", _("MPV")
    PICKUP = "pickup", _("Pickup")
    VAN = "van", _("Van")
    MINIBUS = "minibus", _("Minibus body")
    SMALL_CAR = "small_car", _("Small car")
    OTHER = "other", _("Other")


class FuelType(TextChoices):
    """What it runs on."""

    PETROL = "petrol", _("Petrol")
    DIESEL = "diesel", _("Diesel")
    ELECTRIC = "electric", _("Electric")
    HYBRID_PETROL = "hybrid_petrol", _("Hybrid (petrol)")
    HYBRID_DIESEL = "hybrid_diesel", _("Hybrid (diesel)")
    PLUGIN_PETROL = "plugin_petrol", _("Plug-in hybrid (petrol)")
    PLUGIN_DIESEL = "plugin_diesel", _("Plug-in hybrid (diesel)")
    RANGE_EXTENDER = "range_extender", _("Electric with range extender")
    LPG = "lpg", _("LPG")
    CNG = "cng", _("CNG")
    ETHANOL = "ethanol", _("Ethanol")
    HYDROGEN = "hydrogen", _("Hydrogen")
    OTHER = "other", _("Other")


class Transmission(TextChoices):
    """The gearbox."""

    MANUAL = "manual", _("Manual")
    AUTOMATIC = "automatic", _("Automatic")
    SEMI_AUTOMATIC = "semi_automatic", _("Semi-automatic")
    CVT = "cvt", _("CVT")
    DUAL_CLUTCH = "dual_clutch", _("Dual clutch")
    SINGLE_SPEED = "single_speed", _("Single speed")


class DriveType(TextChoices):
    """Which wheels drive."""

    FWD = "fwd", _("Front-wheel drive")
    RWD = "rwd", _("Rear-wheel drive")
    AWD = "awd", _("All-wheel drive")
    FOUR_WD_SELECTABLE = "four_wd_selectable", _("Selectable four-wheel drive")


class Condition(TextChoices):
    """Its condition."""

    NEW = "new", _("New")
    USED = "used", _("Used")
    REFURBISHED = "refurbished", _("Refurbished")
    FOR_PARTS = "for_parts", _("For parts")


class UsageType(TextChoices):
    """What it was used for."""

    PRIVATE = "private", _("Private use")
    COMPANY = "company", _("Company car")
    TAXI = "taxi", _("Taxi")
    RIDE_HAILING = "ride_hailing", _("Ride-hailing")
    RENTAL = "rental", _("Rental")
    DRIVING_SCHOOL = "driving_school", _("Driving school")
    NGO_OR_EMBASSY = "ngo_or_embassy", _("NGO or embassy")
    GOVERNMENT = "government", _("Government")
    DEMO = "demo", _("Demonstration")
    PRE_REGISTERED = "pre_registered", _("Pre-registered")
    CLASSIC = "classic", _("Classic")


class Color(TextChoices):
    """The colour outside."""

    BLACK = "black", _("Black")
    GREY = "grey", _("Grey")
    BEIGE = "beige", _("Beige")
    BROWN = "brown", _("Brown")
    RED = "red", _("Red")
    GREEN = "green", _("Green")
    BLUE = "blue", _("Blue")
    PURPLE = "purple", _("Purple")
    GOLD = "gold", _("Gold")
    WHITE = "white", _("White")
    ORANGE = "orange", _("Orange")
    SILVER = "silver", _("Silver")
    YELLOW = "yellow", _("Yellow")
    OTHER = "other", _("Other")


class DutyStatus(TextChoices):
    """Whether import duty is paid."""

    DUTY_PAID = "duty_paid", _("Duty paid")
    DUTY_FREE_PRIVILEGE = "duty_free_privilege", _("Duty-free privilege")
    IN_BOND = "in_bond", _("In bond")
    TO_BE_PAID = "to_be_paid", _("Duty to be paid")


class MileageUnit(TextChoices):
    """Unit in which the odometer was entered."""

    KM = "km", _("km")
    MI = "mi", _("miles")
