"""The closed lists of a vehicle's attributes."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SteeringPosition(TextChoices):
    """On which side one steers."""

    LHD = "lhd", _("Left-hand drive")
    RHD = "rhd", _("Right-hand drive")


class InteriorColor(TextChoices):
    """The colour inside."""

    BLACK = "black", _("Black")
    GREY = "grey", _("Grey")
    BEIGE = "beige", _("Beige")
    BROWN = "brown", _("Brown")
    RED = "red", _("Red")
    BLUE = "blue", _("Blue")
    OTHER = "other", _("Other")


class InteriorMaterial(TextChoices):
    """What the seats are covered with."""

    LEATHER = "leather", _("Leather")
    PARTIAL_LEATHER = "partial_leather", _("Partly leather")
    FABRIC = "fabric", _("Fabric")
    VELOUR = "velour", _("Velour")
    ALCANTARA = "alcantara", _("Alcantara")
    IMITATION_LEATHER = "imitation_leather", _("Imitation leather")
    OTHER = "other", _("Other")


class EmissionClass(TextChoices):
    """The emission standard that it meets."""

    EURO1 = "euro1", "Euro 1"
    EURO2 = "euro2", "Euro 2"
    EURO3 = "euro3", "Euro 3"
    EURO4 = "euro4", "Euro 4"
    EURO5 = "euro5", "Euro 5"
    EURO6 = "euro6", "Euro 6"
    EURO6C = "euro6c", "Euro 6c"
    EURO6D_TEMP = "euro6d_temp", "Euro 6d-TEMP"
    EURO6D = "euro6d", "Euro 6d"
    EURO6E = "euro6e", "Euro 6e"
    EURO7 = "euro7", "Euro 7"
    CHINA_6A = "china_6a", "China 6a"
    CHINA_6B = "china_6b", "China 6b"
    US_TIER = "us_tier", _("US Tier")
    UNKNOWN = "unknown", _("Unknown")


class BatteryOwnership(TextChoices):
    """Whose the drive battery is."""

    INCLUDED = "included", _("Included in the price")
    RENTED = "rented", _("Rented")
    SEPARATE = "separate", _("Sold separately")


class ChargePort(TextChoices):
    """Plugs that fit."""

    GB_T = "gb_t", "GB/T"
    CCS2 = "ccs2", "CCS2"
    TYPE_2 = "type_2", _("Type 2")
    CHADEMO = "chademo", "CHAdeMO"
    TYPE_1 = "type_1", _("Type 1")
    DOMESTIC = "domestic", _("Household socket")


class Airbags(TextChoices):
    """How many airbags, in bands."""

    DRIVER_AIRBAG = "driver_airbag", _("Driver")
    FRONT_AIRBAGS = "front_airbags", _("Front")
    FRONT_AND_SIDE_AIRBAGS = "front_and_side_airbags", _("Front and side")
    FRONT_AND_SIDE_AND_MORE_AIRBAGS = "front_and_side_and_more_airbags", _("Front, side and more")


class Climate(TextChoices):
    """The air conditioning."""

    NONE = "none", _("None")
    MANUAL = "manual", _("Manual")
    AUTO = "auto", _("Automatic")
    AUTO_2 = "auto_2", _("Automatic, two zones")
    AUTO_3 = "auto_3", _("Automatic, three zones")
    AUTO_4 = "auto_4", _("Automatic, four zones")


class ParkingAid(TextChoices):
    """What helps to park."""

    FRONT_SENSORS = "front_sensors", _("Sensors in front")
    REAR_SENSORS = "rear_sensors", _("Sensors behind")
    REAR_VIEW_CAM = "rear_view_cam", _("Reversing camera")
    CAM_360_DEGREES = "cam_360_degrees", _("360° camera")
    AUTOMATIC_PARKING = "automatic_parking", _("Parks by itself")


class SpeedControl(TextChoices):
    """What keeps the speed."""

    CRUISE_CONTROL = "cruise_control", _("Cruise control")
    ADAPTIVE_CRUISE_CONTROL = "adaptive_cruise_control", _("Adaptive cruise control")


class Lights(TextChoices):
    """The headlights."""

    HALOGEN = "halogen", _("Halogen")
    XENON = "xenon", _("Xenon")
    BI_XENON = "bi_xenon", _("Bi-xenon")
    LED = "led", _("LED")
    LASER = "laser", _("Laser")


class TowBar(TextChoices):
    """The tow bar."""

    FIX = "fix", _("Fixed")
    DETACHABLE = "detachable", _("Detachable")
    SWIVELING = "swiveling", _("Swivelling")
    PREPARATION = "preparation", _("Prepared for")


class Spare(TextChoices):
    """What is there for a flat tyre."""

    SPARE_WHEEL = "spare_wheel", _("Spare wheel")
    EMERGENCY_WHEEL = "emergency_wheel", _("Emergency wheel")
    REPAIR_KIT = "repair_kit", _("Repair kit")


class Radio(TextChoices):
    """The radio."""

    TUNER = "tuner", _("Radio")
    DAB_RADIO = "dab_radio", _("Digital radio (DAB)")


class Availability(TextChoices):
    """When it can be had."""

    IN_STOCK = "in_stock", _("In stock")
    ON_THE_WAY = "on_the_way", _("On the way")
    AT_PORT = "at_port", _("At the port")
    TO_ORDER = "to_order", _("To order")


class PlateCode(TextChoices):
    """The code on the plate: what the vehicle may be used for."""

    TAXI = "1", _("Code 1 (taxi)")
    PRIVATE = "2", _("Code 2 (private)")
    COMMERCIAL = "3", _("Code 3 (commercial)")
    GOVERNMENT = "4", _("Code 4 (government)")
    OTHER = "other", _("Other")
    NONE = "none", _("No plate yet")


class OwnershipBook(TextChoices):
    """What is known of the ownership book (libre)."""

    PRESENT = "present", _("At hand")
    NAME_MATCHES_SELLER = "name_matches_seller", _("At hand, in the seller's name")
    UNDER_BANK_LIEN = "under_bank_lien", _("Held by a bank")
    MISSING = "missing", _("Not at hand")


class ImportOrigin(TextChoices):
    """Where it was brought from."""

    GULF = "gulf", _("Gulf")
    EUROPE = "europe", _("Europe")
    JAPAN = "japan", _("Japan")
    CHINA = "china", _("China")
    KOREA = "korea", _("Korea")
    NORTH_AMERICA = "north_america", _("North America")
    LOCAL_ASSEMBLY = "local_assembly", _("Assembled in Ethiopia")
    OTHER = "other", _("Other")


class Country(TextChoices):
    """Countries that vehicles come from (ISO 3166)."""

    AE = "AE", _("United Arab Emirates")
    SA = "SA", _("Saudi Arabia")
    QA = "QA", _("Qatar")
    KW = "KW", _("Kuwait")
    OM = "OM", _("Oman")
    BH = "BH", _("Bahrain")
    JP = "JP", _("Japan")
    CN = "CN", _("China")
    KR = "KR", _("South Korea")
    IN = "IN", _("India")
    TH = "TH", _("Thailand")
    ID = "ID", _("Indonesia")
    TR = "TR", _("Türkiye")
    DE = "DE", _("Germany")
    FR = "FR", _("France")
    IT = "IT", _("Italy")
    GB = "GB", _("United Kingdom")
    NL = "NL", _("Netherlands")
    BE = "BE", _("Belgium")
    SE = "SE", _("Sweden")
    ES = "ES", _("Spain")
    CZ = "CZ", _("Czechia")
    RU = "RU", _("Russia")
    US = "US", _("United States")
    CA = "CA", _("Canada")
    ZA = "ZA", _("South Africa")
    EG = "EG", _("Egypt")
    KE = "KE", _("Kenya")
    DJ = "DJ", _("Djibouti")
    ET = "ET", _("Ethiopia")
    OTHER = "other", _("Other")


class Seal(TextChoices):
    """Proofs of quality that the seller names."""

    MAKER_APPROVED = "maker_approved", _("Approved by the maker")
    DEALER_WARRANTY = "dealer_warranty", _("Dealer's warranty")
    INSPECTED = "inspected", _("Inspected independently")
    BATTERY_CERTIFICATE = "battery_certificate", _("Battery certificate")
