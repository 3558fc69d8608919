"""Every closed list of the domain, in one place. Slugs are ours; standard names stand in reference/."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """What is on offer."""

    PROPERTY = "property", _("Home")
    VEHICLE = "vehicle", _("Vehicle")


class Purpose(TextChoices):
    """What for. Filters and bodies accept `rent` for both rents (decision 13)."""

    SALE = "sale", _("For sale")
    LONG_RENT = "long_rent", _("For rent")
    SHORT_RENT = "short_rent", _("For short rent")
    LEASE = "lease", _("For lease")


class AskedPurpose(TextChoices):
    """What bodies and filters may say: a purpose, or `rent` for either rent."""

    SALE = "sale", _("For sale")
    RENT = "rent", _("For rent, long or short")
    LONG_RENT = "long_rent", _("For rent")
    SHORT_RENT = "short_rent", _("For short rent")
    LEASE = "lease", _("For lease")


class Status(TextChoices):
    """Where a listing stands in its life."""

    DRAFT = "draft", _("Draft")
    PENDING_REVIEW = "pending_review", _("Waiting for review")
    CHANGES_REQUESTED = "changes_requested", _("Changes requested")
    REJECTED = "rejected", _("Rejected")
    PENDING_PAYMENT = "pending_payment", _("Waiting for payment")
    COMING_SOON = "coming_soon", _("Coming soon")
    ACTIVE = "active", _("On the market")
    UNDER_OFFER = "under_offer", _("Under offer")
    RESERVED = "reserved", _("Reserved")
    ON_HOLD = "on_hold", _("On hold")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Expired")
    REMOVED = "removed", _("Removed")


PUBLIC = frozenset({Status.ACTIVE, Status.COMING_SOON, Status.UNDER_OFFER, Status.RESERVED})
OCCUPYING = frozenset({*PUBLIC, Status.ON_HOLD})  # of these an asset has one per purpose and slot
IN_DEAL = frozenset({Status.UNDER_OFFER, Status.RESERVED, Status.REMOVED})  # where a deal may hold a listing
WRITTEN = frozenset({Status.DRAFT, Status.CHANGES_REQUESTED})  # in the owner's hands, before a review


class CloseKind(TextChoices):
    """How a listing ended well."""

    SOLD = "sold", _("Sold")
    RENTED = "rented", _("Rented")


class HiddenReason(TextChoices):
    """Why a public listing is not shown; it is hidden, not moved (decision 15)."""

    LICENCE_LAPSED = "licence_lapsed", _("Licence lapsed")
    AWAY = "away", _("Seller away")
    REPORTS = "reports", _("Reported")
    SELLER_SUSPENDED = "seller_suspended", _("Seller suspended")
    QUOTA = "quota", _("Over the quota")
    FEE_UNPAID = "fee_unpaid", _("Listing fee not paid")  # it was, and the money went back


class Alert(TextChoices):
    """How soon somebody is told of what their saved search finds."""

    INSTANT = "instant", _("At once")
    DAILY = "daily", _("Once a day")
    WEEKLY = "weekly", _("Once a week")
    OFF = "off", _("Never")


class SellerType(TextChoices):
    """Who sells."""

    PRIVATE = "private", _("Private seller")
    BROKER = "broker", _("Broker")
    AGENCY = "agency", _("Agency")


class PriceQualifier(TextChoices):
    """How the price is meant."""

    FIXED = "fixed", _("Fixed")
    NEGOTIABLE = "negotiable", _("Negotiable")
    ON_REQUEST = "on_request", _("On request")
    GUIDE = "guide", _("Guide price")
    FROM = "from", _("From")
    OFFERS_OVER = "offers_over", _("Offers over")
    OFFERS_AROUND = "offers_around", _("Offers around")
    OFFERS_INVITED = "offers_invited", _("Offers invited")
    AUCTION = "auction", _("Auction")
    TENDER = "tender", _("Tender")


class RentPeriod(TextChoices):
    """What one rent pays for."""

    DAY = "day", _("per day")
    WEEK = "week", _("per week")
    MONTH = "month", _("per month")
    QUARTER = "quarter", _("per quarter")
    HALF_YEAR = "half_year", _("per half-year")
    YEAR = "year", _("per year")


class LocationPrecision(TextChoices):
    """What others see of the point: itself, or a point nearby."""

    EXACT = "exact", _("Exact")
    AREA = "area", _("Area only")


class AreaLevel(TextChoices):
    """Levels of the area tree, outside in."""

    COUNTRY = "country", _("Country")
    REGION = "region", _("Region")
    CITY_ADMINISTRATION = "city_administration", _("City administration")
    ZONE = "zone", _("Zone")
    SUB_CITY = "sub_city", _("Sub-city")
    CITY = "city", _("City")
    NEIGHBOURHOOD = "neighbourhood", _("Neighbourhood")


class PhotoShows(TextChoices):
    """What a photo shows."""

    FRONT = "front", _("Front")
    LIVING_ROOM = "living_room", _("Living room")
    BEDROOM = "bedroom", _("Bedroom")
    KITCHEN = "kitchen", _("Kitchen")
    BATHROOM = "bathroom", _("Bathroom")
    STREET = "street", _("Street")
    PLAN = "plan", _("Plan")
    LAND = "land", _("Land")
    SIDE = "side", _("Side")
    REAR = "rear", _("Rear")
    INTERIOR = "interior", _("Interior")
    DASHBOARD = "dashboard", _("Dashboard")
    ENGINE = "engine", _("Engine")
    WHEEL = "wheel", _("Wheel")
    DAMAGE = "damage", _("Damage")
    OTHER = "other", _("Other")


class PropertyType(TextChoices):
    """What kind of home, building or land."""

    APARTMENT = "apartment", _("Apartment")
    CONDOMINIUM_20_80 = "condominium_20_80", _("Condominium 20/80")
    CONDOMINIUM_40_60 = "condominium_40_60", _("Condominium 40/60")
    CONDOMINIUM_OTHER = "condominium_other", _("Condominium")
    VILLA = "villa", _("Villa")
    ROW_HOUSE = "row_house", _("Row house")
    DUPLEX = "duplex", _("Duplex")
    MULTI_STOREY_HOUSE = "multi_storey_house", _("Multi-storey house (G+n)")
    STUDIO = "studio", _("Studio")
    PENTHOUSE = "penthouse", _("Penthouse")
    SERVICE_QUARTER = "service_quarter", _("Service quarter")
    SINGLE_ROOM = "single_room", _("Single room")
    SHARED_COMPOUND_HOUSE = "shared_compound_house", _("House in a shared compound")
    SHOP = "shop", _("Shop")
    OFFICE = "office", _("Office")
    SHOWROOM = "showroom", _("Showroom")
    WAREHOUSE = "warehouse", _("Warehouse")
    FACTORY = "factory", _("Factory")
    HOTEL = "hotel", _("Hotel")
    GUEST_HOUSE = "guest_house", _("Guest house")
    MIXED_USE_BUILDING = "mixed_use_building", _("Mixed-use building")
    RESIDENTIAL_PLOT = "residential_plot", _("Residential plot")
    COMMERCIAL_PLOT = "commercial_plot", _("Commercial plot")
    INDUSTRIAL_PLOT = "industrial_plot", _("Industrial plot")
    FARM_LAND = "farm_land", _("Farm land")
    PARKING_SPACE = "parking_space", _("Parking space")
    EVENT_HALL = "event_hall", _("Event hall")


LAND = frozenset(
    {
        PropertyType.RESIDENTIAL_PLOT,
        PropertyType.COMMERCIAL_PLOT,
        PropertyType.INDUSTRIAL_PLOT,
        PropertyType.FARM_LAND,
    }
)


class HoldingType(TextChoices):
    """How the land or unit is held."""

    LEASE = "lease", _("Lease")
    OLD_POSSESSION = "old_possession", _("Old possession")
    CONDOMINIUM_TITLE = "condominium_title", _("Condominium title")
    COOPERATIVE_TITLE = "cooperative_title", _("Cooperative title")
    DEVELOPER_CONTRACT = "developer_contract", _("Developer contract")
    GOVERNMENT_RENTAL = "government_rental", _("Government rental")
    RURAL_HOLDING = "rural_holding", _("Rural holding")
    INHERITED_UNDIVIDED = "inherited_undivided", _("Inherited, undivided")
    UNKNOWN = "unknown", _("Unknown")


class Furnished(TextChoices):
    """How much furniture stays."""

    UNFURNISHED = "unfurnished", _("Unfurnished")
    PARTLY = "partly", _("Partly furnished")
    FURNISHED = "furnished", _("Furnished")


class Utility(TextChoices):
    """What a rent includes."""

    WATER = "water", _("Water")
    ELECTRICITY = "electricity", _("Electricity")
    INTERNET = "internet", _("Internet")
    GENERATOR = "generator", _("Generator")
    GUARD = "guard", _("Guard")
    CLEANING = "cleaning", _("Cleaning")
    GARBAGE = "garbage", _("Garbage collection")


class AreaUnit(TextChoices):
    """Unit in which a size was entered."""

    M2 = "m2", _("m²")
    HECTARE = "hectare", _("hectare")


class AreaSource(TextChoices):
    """Where a size comes from."""

    MEASURED = "measured", _("Measured")
    PLAN = "plan", _("From the plan")
    OWNER = "owner", _("The owner's word")
