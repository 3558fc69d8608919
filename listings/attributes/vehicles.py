"""The attributes of vehicles (data-model.md, Vehicle)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from listings.attribute_enums import vehicles
from listings.attributes.definition import (
    AttributeType,
    Definition,
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
from listings.vehicle_enums import VehicleClass

TOWED = frozenset({VehicleClass.TRAILER})
DRIVEN = frozenset(VehicleClass) - TOWED
ON_ROADS = DRIVEN - {VehicleClass.BOAT}
CABINS = ON_ROADS - {VehicleClass.MOTORCYCLE, VehicleClass.EBIKE, VehicleClass.FORKLIFT}
WORKING = frozenset(
    {
        VehicleClass.AGRICULTURAL,
        VehicleClass.CONSTRUCTION,
        VehicleClass.FORKLIFT,
        VehicleClass.TRUCK,
        VehicleClass.TRACTOR_UNIT,
        VehicleClass.BOAT,
        VehicleClass.OTHER,
    }
)

_BUILD = (
    text("generation", _("Generation"), max_length=40, pattern="[a-z0-9-]+"),
    month("production_date", _("Built in")),
    boolean("is_plugin", _("Can be charged from the mains"), categories=DRIVEN),
    number("gears", _("Gears"), least="1", most="24", categories=DRIVEN),
    number("cylinders", _("Cylinders"), least="1", most="24", categories=DRIVEN),
    number("torque_nm", _("Torque"), least="1", most="100000", unit="Nm", categories=DRIVEN),
    dropdown(
        "steering_position", _("Steering"), vehicles.SteeringPosition, categories=CABINS, filterable=True
    ),
    boolean("steering_converted", _("Steering moved to the left"), categories=CABINS, filterable=True),
    number("axles", _("Axles"), least="1", most="20"),
    boolean("metallic", _("Metallic paint")),
    dropdown("interior_color", _("Colour inside"), vehicles.InteriorColor, categories=CABINS),
    dropdown("interior_material", _("Seats"), vehicles.InteriorMaterial, categories=CABINS),
    number("top_speed_kmh", _("Top speed"), least="1", most="500", unit="km/h", categories=DRIVEN),
    number(
        "acceleration_s", _("0 to 100 km/h"), least="1", most="100", unit="s", decimals=1, categories=DRIVEN
    ),
)

_HISTORY = (
    boolean("has_repaired_damage", _("Damage repaired")),
    boolean("roadworthy", _("Roadworthy"), filterable=True),
    boolean("accident_free_claimed", _("Free of accidents, as the seller says")),
    text("known_damages", _("Known damage"), max_length=1000),
    boolean("was_taxi", _("Was a taxi")),
    boolean("was_rental", _("Was a rental car")),
    boolean("non_smoker", _("Non-smoker's"), categories=CABINS),
    month("inspection_valid_until", _("Inspection valid until"), filterable=True),
    boolean("full_service_history", _("Full service history"), filterable=True),
    month("last_service", _("Last service")),
    month("last_timing_belt", _("Timing belt changed"), categories=DRIVEN),
    number("warranty_months", _("Warranty"), most="180", unit="month", filterable=True),
    multiselect("seals", _("Proofs of quality"), vehicles.Seal),
    number(
        "operating_hours", _("Operating hours"), most="200000", unit="h", categories=WORKING, filterable=True
    ),
)

_ENERGY = (
    dropdown("emission_class", _("Emission class"), vehicles.EmissionClass, categories=DRIVEN,
             filterable=True),
    number("co2_g_km", _("CO₂"), most="2000", unit="g/km", categories=DRIVEN),
    number("consumption_l_100km", _("Consumption"), most="200", unit="l/100 km", decimals=1,
           categories=DRIVEN),
    number("consumption_kwh_100km", _("Power consumption"), most="500", unit="kWh/100 km", decimals=1,
           categories=DRIVEN),
    number("fuel_tank_l", _("Fuel tank"), most="5000", unit="l", categories=DRIVEN),
    dropdown("battery_ownership", _("Battery"), vehicles.BatteryOwnership, categories=DRIVEN),
    number("battery_health_pct", _("Battery health"), most="100", unit="%", categories=DRIVEN,
           filterable=True),
    number("charge_time_min", _("Charging time"), least="1", most="6000", unit="min", categories=DRIVEN),
    multiselect("charge_port", _("Charging port"), vehicles.ChargePort, categories=DRIVEN, filterable=True),
    boolean("charger_included", _("Charger included"), categories=DRIVEN, filterable=True),
    boolean("service_centre_in_country", _("Service centre in the country"), filterable=True),
)  # fmt: skip

_SIZES = (
    number("empty_kg", _("Empty weight"), least="1", most="500000", unit="kg"),
    number("gross_kg", _("Gross weight"), least="1", most="500000", unit="kg"),
    number("payload_kg", _("Payload"), most="500000", unit="kg", filterable=True),
    number("trailer_braked_kg", _("Trailer, braked"), most="500000", unit="kg", categories=ON_ROADS),
    number("trailer_unbraked_kg", _("Trailer, unbraked"), most="500000", unit="kg", categories=ON_ROADS),
    number("roof_load_kg", _("Roof load"), most="5000", unit="kg", categories=CABINS),
    number("wheelbase_mm", _("Wheelbase"), least="1", most="30000", unit="mm"),
    number("cargo_l", _("Luggage space"), most="200000", unit="l"),
    number("wheel_inch", _("Wheels"), least="1", most="100", unit="in", decimals=1),
)

_COMFORT = (
    dropdown("airbags", _("Airbags"), vehicles.Airbags, categories=CABINS),
    dropdown("climate", _("Air conditioning"), vehicles.Climate, categories=CABINS, filterable=True),
    multiselect("parking_aids", _("Parking aids"), vehicles.ParkingAid, categories=CABINS),
    dropdown("speed_control", _("Speed control"), vehicles.SpeedControl, categories=ON_ROADS),
    dropdown("lights", _("Headlights"), vehicles.Lights, categories=ON_ROADS),
    dropdown("tow_bar", _("Tow bar"), vehicles.TowBar, categories=ON_ROADS),
    multiselect("spare", _("For a flat tyre"), vehicles.Spare),
    dropdown("radio", _("Radio"), vehicles.Radio, categories=DRIVEN),
)

_OFFER = (
    boolean("vat_deductible", _("VAT is deductible"), filterable=True),
    money("dealer_price", _("Price for dealers")),
    dropdown("availability", _("Availability"), vehicles.Availability, filterable=True),
    day("delivery_date", _("Delivery on")),
    number("delivery_days", _("Delivery within"), most="730", unit="day"),
    boolean("for_rent", _("Can be rented too")),
)

_ORIGIN = (
    dropdown("country_version", _("Made for"), vehicles.Country),
    dropdown("import_country", _("Imported from"), vehicles.Country),
    dropdown("import_origin", _("Origin"), vehicles.ImportOrigin, filterable=True),
    year("import_year", _("Year of import"), filterable=True),
    dropdown("plate_code", _("Plate code"), vehicles.PlateCode, filterable=True),
    Definition(
        name="plate_region",
        label=_("Plate region"),
        type=AttributeType.REFERENCE,
        target="region",
        filterable=True,
    ),
    dropdown("ownership_book", _("Ownership book (libre)"), vehicles.OwnershipBook, filterable=True),
    month("annual_inspection_until", _("Annual inspection (bolo) until"), filterable=True),
    boolean("bank_lien", _("Under a bank's lien"), filterable=True),
    boolean("power_of_attorney_sale", _("Sold by power of attorney")),
)

DEFINITIONS = table([*_BUILD, *_HISTORY, *_ENERGY, *_SIZES, *_COMFORT, *_OFFER, *_ORIGIN, *PLACES])
