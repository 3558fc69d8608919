"""The attributes of homes, buildings and land (data-model.md, Property)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from listings.attribute_enums import homes, sites
from listings.attributes.definition import (
    boolean,
    day,
    dropdown,
    money,
    month,
    multiselect,
    number,
    table,
    text,
    year,
)
from listings.attributes.places import PLACES
from listings.enums import LAND, AreaSource, AreaUnit, PropertyType, RentPeriod

BUILT = frozenset(PropertyType) - LAND - {PropertyType.PARKING_SPACE}
DWELLINGS = BUILT - {
    PropertyType.SHOP,
    PropertyType.OFFICE,
    PropertyType.SHOWROOM,
    PropertyType.WAREHOUSE,
    PropertyType.FACTORY,
    PropertyType.EVENT_HALL,
}
EARNING = (BUILT - {PropertyType.SINGLE_ROOM, PropertyType.SERVICE_QUARTER}) | {PropertyType.PARKING_SPACE}

_CLASS = (
    multiselect("structure_type", _("Structure"), homes.StructureType, categories=BUILT),
    boolean("property_attached", _("Attached to a neighbour"), categories=BUILT),
    boolean("new_construction", _("Newly built"), categories=BUILT, filterable=True),
    dropdown("development_status", _("State of building"), homes.DevelopmentStatus, filterable=True),
    text("developer", _("Developer"), categories=BUILT),
    day("handover_date", _("Handover"), categories=BUILT),
    dropdown("current_use", _("Present use"), homes.LandUse),
    multiselect("possible_use", _("Possible use"), homes.LandUse),
    text("zoning", _("Zoning"), max_length=25),
    text("zoning_description", _("Zoning in words"), max_length=255),
)

_PRICE = (
    money("price_low", _("Lowest price of the range")),
    money("concessions_amount", _("What the seller adds")),
    dropdown("lease_term", _("Term of the rent"), homes.LeaseTerm),
    day("lease_expiration", _("Present rent ends")),
    multiselect("tenant_pays", _("The tenant pays"), homes.RunningCost),
    multiselect("owner_pays", _("The owner pays"), homes.RunningCost),
    dropdown("pets_allowed", _("Pets"), homes.PetsAllowed, categories=DWELLINGS, filterable=True),
)

_AREA = (
    number("building_area_m2", _("Floor area of the building"), most="10000000", unit="m2", decimals=2,
           categories=BUILT),
    dropdown("building_area_source", _("Source of the floor area"), AreaSource, categories=BUILT),
    number("leasable_area_m2", _("Area to let"), most="10000000", unit="m2", decimals=2),
    dropdown("lot_size_unit", _("Unit of the plot's size"), AreaUnit),
    dropdown("lot_size_source", _("Source of the plot's size"), AreaSource),
    text("lot_dimensions", _("Sides of the plot"), max_length=150),
    number("frontage_m", _("Width on the road"), most="10000", unit="m", decimals=2),
)  # fmt: skip

_ROOMS = (
    number("rooms_total", _("Rooms"), most="999", categories=BUILT),
    number("bedrooms_possible", _("Possible bedrooms"), most="999", categories=DWELLINGS),
    number("bathrooms_full", _("Full bathrooms"), most="999", categories=BUILT),
    number("bathrooms_half", _("Half bathrooms"), most="999", categories=BUILT),
    number("bathrooms_partial", _("Other bathrooms"), most="999", categories=BUILT),
)

_BUILDING = (
    number("floors_in_dwelling", _("Floors in the dwelling"), least="1", most="99", categories=BUILT),
    dropdown("levels", _("Levels"), homes.Levels, categories=BUILT),
    year("year_built_effective", _("Year of the last rebuilding"), categories=BUILT),
    dropdown("year_built_source", _("Source of the year"), homes.YearSource, categories=BUILT),
    number("units_total", _("Units in the building"), most="9999", categories=BUILT),
    number("buildings_total", _("Buildings"), most="9999"),
    text("builder_name", _("Builder"), categories=BUILT),
    text("builder_model", _("House type of the builder"), categories=BUILT),
    multiselect("roof", _("Roof"), homes.Roof, categories=BUILT),
    multiselect("flooring", _("Floors"), homes.Flooring, categories=BUILT),
    multiselect("construction_materials", _("Built of"), homes.ConstructionMaterial, categories=BUILT),
    multiselect("heating", _("Heating"), homes.Heating, categories=BUILT),
    multiselect("cooling", _("Cooling"), homes.Cooling, categories=BUILT),
    number("garage_spaces", _("Garage places"), most="9999"),
    boolean("attached_garage", _("Garage at the house"), categories=BUILT),
    number("carport_spaces", _("Carport places"), most="9999"),
    number("open_parking_spaces", _("Open parking places"), most="9999"),
    multiselect("parking_features", _("Parking"), homes.ParkingFeature),
)

_LAND_AND_FEES = (
    number("lease_total_years", _("Land lease in years"), least="1", most="99", unit="year"),
    number("lease_years_left", _("Years left of the land lease"), most="99", unit="year"),
    money("lease_amount_total", _("Land lease, whole amount")),
    money("lease_amount_paid", _("Land lease, paid so far")),
    money("annual_land_rent", _("Land rent per year")),
    day("land_lease_expiration", _("Land lease ends")),
    money("service_charge", _("Service charge")),
    dropdown("service_charge_period", _("The service charge pays for"), RentPeriod),
    multiselect("service_charge_includes", _("The service charge includes"), homes.RunningCost),
    money("property_tax_annual", _("Land and house tax per year")),
    year("property_tax_year", _("Year of the tax")),
    money("tax_assessed_value", _("Value for the tax")),
    dropdown("common_interest", _("Owned in common"), homes.CommonInterest),
    dropdown("occupant_type", _("Lived in by"), homes.OccupantType, filterable=True),
    dropdown("possession", _("Keys are given"), homes.Possession),
    multiselect("title_documents", _("Papers at hand"), homes.TitleDocument, filterable=True),
    multiselect("special_conditions", _("Circumstances"), homes.SpecialCondition),
)

_UTILITIES = (
    multiselect("water_source", _("Water"), sites.WaterSource, filterable=True),
    multiselect("sewer", _("Waste water"), sites.Sewer, filterable=True),
    multiselect("electric", _("Electricity"), sites.Electric, filterable=True),
    multiselect("utilities", _("Connections"), sites.Connection),
    number("electric_meters", _("Electricity meters"), most="999"),
    multiselect("power_production", _("Own power"), sites.PowerProduction, filterable=True),
    number("power_production_kw", _("Own power, capacity"), most="100000", unit="kW", decimals=2),
    number("power_production_annual_kwh", _("Own power per year"), most="100000000", unit="kWh"),
    year("power_production_year", _("Own power since")),
    dropdown("power_storage", _("Battery"), sites.PowerStorage),
    number("power_storage_kwh", _("Battery capacity"), most="100000", unit="kWh", decimals=2),
    month("power_storage_installed", _("Battery installed")),
)

_SURROUNDINGS = (
    multiselect("view", _("View"), sites.View, filterable=True),
    dropdown("direction_faces", _("Faces"), sites.Direction),
    dropdown("road_surface", _("Road surface"), sites.RoadSurface, filterable=True),
    multiselect("road_frontage", _("Lies on"), sites.RoadFrontage, filterable=True),
    number("distance_to_main_road_m", _("To the main road"), most="1000000", unit="m"),
    number("distance_to_transport_m", _("To bus, taxi or train"), most="1000000", unit="m"),
    number("distance_to_school_m", _("To the school"), most="1000000", unit="m"),
    number("distance_to_shopping_m", _("To shops"), most="1000000", unit="m"),
    number("distance_to_hospital_m", _("To the hospital"), most="1000000", unit="m"),
    number("viewing_notice_hours", _("Notice before a viewing"), most="99", unit="h"),
    multiselect("viewing_requirements", _("For a viewing"), sites.ViewingRequirement),
)

_INCOME = (
    number("cap_rate_pct", _("Capitalisation rate"), most="100", unit="%", decimals=2, categories=EARNING),
    money("net_operating_income", _("Net income per year"), categories=EARNING),
    money("gross_income", _("Gross income per year"), categories=EARNING),
    money("gross_scheduled_income", _("Gross income per year, all let"), categories=EARNING),
    money("operating_expense", _("Running costs per year"), categories=EARNING),
    number("units_leased", _("Units let"), most="9999", categories=EARNING),
)

DEFINITIONS = table(
    [
        *_CLASS,
        *_PRICE,
        *_AREA,
        *_ROOMS,
        *_BUILDING,
        *_LAND_AND_FEES,
        *_UTILITIES,
        *_SURROUNDINGS,
        *_INCOME,
        *PLACES,
    ]
)
