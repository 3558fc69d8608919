"""The closed lists of a home's attributes."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class StructureType(TextChoices):
    """What the dwelling is part of."""

    DETACHED = "detached", _("Detached house")
    SEMI_DETACHED = "semi_detached", _("Semi-detached house")
    ROW = "row", _("In a row")
    BLOCK = "block", _("In a block of flats")
    HIGH_RISE = "high_rise", _("In a high-rise")
    COMPOUND = "compound", _("In a shared compound")
    MALL = "mall", _("In a shopping centre")
    STANDALONE_BUILDING = "standalone_building", _("Building of its own")


class DevelopmentStatus(TextChoices):
    """How far the building or the plot is."""

    RAW_LAND = "raw_land", _("Raw land")
    PERMIT_READY = "permit_ready", _("With building permit")
    FOUNDATION = "foundation", _("Foundation laid")
    STRUCTURE = "structure", _("Structure stands")
    FINISHING = "finishing", _("Being finished")
    SEMI_FINISHED = "semi_finished", _("Handed over unfinished")
    FINISHED = "finished", _("Finished")
    RENOVATION_NEEDED = "renovation_needed", _("Needs renovation")


class LandUse(TextChoices):
    """What the place is used for, or may be."""

    RESIDENTIAL = "residential", _("Residential")
    COMMERCIAL = "commercial", _("Commercial")
    MIXED = "mixed", _("Mixed")
    INDUSTRIAL = "industrial", _("Industrial")
    AGRICULTURAL = "agricultural", _("Agricultural")
    HOTEL = "hotel", _("Hotel and tourism")
    SCHOOL = "school", _("School")
    HEALTH = "health", _("Health service")
    WORSHIP = "worship", _("Worship")
    STORAGE = "storage", _("Storage")
    VACANT = "vacant", _("Vacant")


class LeaseTerm(TextChoices):
    """For how long it is let."""

    MONTH_TO_MONTH = "month_to_month", _("Month to month")
    SIX_MONTHS = "six_months", _("Six months")
    ONE_YEAR = "one_year", _("One year")
    TWO_YEARS = "two_years", _("Two years")
    LONGER = "longer", _("Longer than two years")
    NEGOTIABLE = "negotiable", _("To be agreed")


class RunningCost(TextChoices):
    """What somebody pays while a home is let."""

    WATER = "water", _("Water")
    ELECTRICITY = "electricity", _("Electricity")
    INTERNET = "internet", _("Internet")
    GENERATOR_FUEL = "generator_fuel", _("Generator fuel")
    GUARD = "guard", _("Guard")
    CLEANING = "cleaning", _("Cleaning")
    GARBAGE = "garbage", _("Garbage collection")
    SERVICE_CHARGE = "service_charge", _("Service charge")
    REPAIRS = "repairs", _("Repairs")
    PROPERTY_TAX = "property_tax", _("Land and house tax")
    RENTAL_TAX = "rental_tax", _("Rental income tax")


class PetsAllowed(TextChoices):
    """Which pets may live there."""

    NONE = "none", _("No pets")
    CATS = "cats", _("Cats")
    DOGS = "dogs", _("Dogs")
    ALL = "all", _("All pets")
    ASK = "ask", _("On request")


class Levels(TextChoices):
    """Over how many levels the dwelling goes."""

    ONE = "one", _("One level")
    TWO = "two", _("Two levels")
    THREE_OR_MORE = "three_or_more", _("Three or more levels")
    SPLIT = "split", _("Split level")


class YearSource(TextChoices):
    """Where the year of building comes from."""

    PERMIT = "permit", _("Building permit")
    PUBLIC_RECORDS = "public_records", _("Public records")
    BUILDER = "builder", _("The builder")
    OWNER = "owner", _("The owner's word")
    ESTIMATED = "estimated", _("Estimated")


class Roof(TextChoices):
    """What covers it."""

    CORRUGATED_IRON = "corrugated_iron", _("Corrugated iron")
    TILES = "tiles", _("Tiles")
    CONCRETE_SLAB = "concrete_slab", _("Concrete slab")
    SANDWICH_PANEL = "sandwich_panel", _("Sandwich panels")
    THATCH = "thatch", _("Thatch")
    OTHER = "other", _("Other")


class Flooring(TextChoices):
    """What one walks on."""

    CERAMIC = "ceramic", _("Ceramic tiles")
    PORCELAIN = "porcelain", _("Porcelain tiles")
    MARBLE = "marble", _("Marble")
    GRANITE = "granite", _("Granite")
    TERRAZZO = "terrazzo", _("Terrazzo")
    PARQUET = "parquet", _("Parquet")
    LAMINATE = "laminate", _("Laminate")
    VINYL = "vinyl", _("Vinyl")
    CARPET = "carpet", _("Carpet")
    CEMENT = "cement", _("Cement screed")
    EARTH = "earth", _("Earth")


class ConstructionMaterial(TextChoices):
    """What it is built of."""

    CONCRETE_FRAME = "concrete_frame", _("Reinforced concrete frame")
    HOLLOW_BLOCK = "hollow_block", _("Hollow blocks")
    BRICK = "brick", _("Brick")
    STONE = "stone", _("Stone")
    STEEL = "steel", _("Steel")
    WOOD_AND_MUD = "wood_and_mud", _("Wood and mud (chika)")
    PREFABRICATED = "prefabricated", _("Prefabricated")
    GLASS_FACADE = "glass_facade", _("Glass façade")
    OTHER = "other", _("Other")


class Heating(TextChoices):
    """How it is heated."""

    NONE = "none", _("None")
    ELECTRIC = "electric", _("Electric")
    FIREPLACE = "fireplace", _("Fireplace")
    SOLAR = "solar", _("Solar")
    HEAT_PUMP = "heat_pump", _("Heat pump")
    CENTRAL = "central", _("Central")


class Cooling(TextChoices):
    """How it is cooled."""

    NONE = "none", _("None")
    SPLIT_UNITS = "split_units", _("Split units")
    CENTRAL_AIR = "central_air", _("Central air conditioning")
    CEILING_FANS = "ceiling_fans", _("Ceiling fans")
    EVAPORATIVE = "evaporative", _("Evaporative cooler")


class ParkingFeature(TextChoices):
    """How one parks."""

    ASSIGNED = "assigned", _("Own place")
    COVERED = "covered", _("Covered")
    BASEMENT = "basement", _("Basement")
    GATED = "gated", _("Behind the gate")
    GUARDED = "guarded", _("Guarded")
    STREET = "street", _("On the street")
    VISITOR = "visitor", _("For visitors")
    TRUCK = "truck", _("For trucks")
    EV_CHARGING = "ev_charging", _("With charger")


class CommonInterest(TextChoices):
    """What is owned together with others."""

    NONE = "none", _("Nothing")
    CONDOMINIUM = "condominium", _("Condominium association")
    COOPERATIVE = "cooperative", _("Housing cooperative")
    GATED_COMMUNITY = "gated_community", _("Gated community")
    SHARED_COMPOUND = "shared_compound", _("Shared compound")


class OccupantType(TextChoices):
    """Who lives there now."""

    OWNER = "owner", _("The owner")
    TENANT = "tenant", _("A tenant")
    VACANT = "vacant", _("Nobody")


class Possession(TextChoices):
    """When the keys are given."""

    AT_ONCE = "at_once", _("At once")
    AT_CLOSING = "at_closing", _("When the papers are signed")
    AFTER_TENANT = "after_tenant", _("When the tenant has left")
    ON_COMPLETION = "on_completion", _("When it is built")
    NEGOTIABLE = "negotiable", _("To be agreed")


class TitleDocument(TextChoices):
    """Papers that the owner says are at hand."""

    TITLE_DEED_CARTA = "title_deed_carta", _("Title deed (carta)")
    SITE_PLAN = "site_plan", _("Site plan")
    LEASE_CONTRACT = "lease_contract", _("Lease contract")
    LEASE_PAYMENT_RECEIPTS = "lease_payment_receipts", _("Lease payment receipts")
    LAND_AND_HOUSE_TAX_RECEIPT = "land_and_house_tax_receipt", _("Land and house tax receipt")
    UTILITY_CLEARANCE = "utility_clearance", _("Utility clearance")
    CONDOMINIUM_CONTRACT = "condominium_contract", _("Condominium contract")
    BUILDING_PERMIT = "building_permit", _("Building permit")
    OCCUPANCY_PERMIT = "occupancy_permit", _("Occupancy permit")
    MARRIAGE_CERTIFICATE = "marriage_certificate", _("Marriage certificate")
    NO_MARRIAGE_CERTIFICATE = "no_marriage_certificate", _("Certificate of no marriage")
    INHERITANCE_CERTIFICATE = "inheritance_certificate", _("Inheritance certificate")
    POWER_OF_ATTORNEY = "power_of_attorney", _("Power of attorney")
    SELLER_TAX_CLEARANCE = "seller_tax_clearance", _("Seller's tax clearance")
    ORIGIN_ID = "origin_id", _("Ethiopian origin ID")
    INVESTMENT_PERMIT = "investment_permit", _("Investment permit")


class SpecialCondition(TextChoices):
    """Circumstances a buyer should know."""

    BANK_SALE = "bank_sale", _("Sold by a bank")
    COURT_ORDER = "court_order", _("Sold by court order")
    LIQUIDATION = "liquidation", _("Liquidation")
    INHERITANCE = "inheritance", _("Inheritance")
    GOVERNMENT_TENDER = "government_tender", _("Government tender")
    MORTGAGED = "mortgaged", _("Mortgaged")
    TENANT_STAYS = "tenant_stays", _("The tenant stays")
    DISPUTED = "disputed", _("Under dispute")
