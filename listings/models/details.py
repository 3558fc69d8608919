"""What is filtered, sorted or shown on a card of a home and of a vehicle (decision 12)."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from listings import enums, vehicle_enums
from listings.models.listing import Listing
from listings.models.reference import VehicleBrand, VehicleModel


class Property(models.Model):
    """The home, building or land on offer. Sizes are m²."""

    listing = models.OneToOneField(
        Listing, primary_key=True, on_delete=models.CASCADE, related_name="property"
    )
    property_type = models.CharField(_("property type"), max_length=24, choices=enums.PropertyType.choices)
    bedrooms = models.PositiveSmallIntegerField(_("bedrooms"), null=True, blank=True)
    bathrooms = models.PositiveSmallIntegerField(_("bathrooms"), null=True, blank=True)
    size_m2 = models.DecimalField(_("size in m²"), max_digits=14, decimal_places=2, null=True, blank=True)
    size_unit = models.CharField(max_length=7, choices=enums.AreaUnit.choices, default=enums.AreaUnit.M2)
    size_source = models.CharField(max_length=8, choices=enums.AreaSource.choices, blank=True, default="")
    lot_size_m2 = models.DecimalField(_("plot in m²"), max_digits=14, decimal_places=2, null=True, blank=True)
    floor = models.SmallIntegerField(_("floor"), null=True, blank=True)
    floors_total = models.PositiveSmallIntegerField(_("floors"), null=True, blank=True)
    year_built = models.PositiveSmallIntegerField(_("year built"), null=True, blank=True)
    furnished = models.CharField(
        _("furnished"), max_length=11, choices=enums.Furnished.choices, blank=True, default=""
    )
    parking_spaces = models.PositiveSmallIntegerField(_("parking spaces"), null=True, blank=True)
    amenities = ArrayField(models.CharField(max_length=24), default=list, blank=True)
    holding_type = models.CharField(
        _("holding"), max_length=20, choices=enums.HoldingType.choices, blank=True, default=""
    )
    deposit_months = models.PositiveSmallIntegerField(_("deposit in months"), null=True, blank=True)
    advance_months = models.PositiveSmallIntegerField(_("advance in months"), null=True, blank=True)
    min_term_months = models.PositiveSmallIntegerField(_("minimum term in months"), null=True, blank=True)
    available_from = models.DateField(_("available from"), null=True, blank=True)
    utilities_included = ArrayField(models.CharField(max_length=12), default=list, blank=True)

    class Meta:
        verbose_name = _("property")
        verbose_name_plural = _("properties")

    def __str__(self) -> str:
        return self.property_type


class Vehicle(models.Model):
    """The vehicle on offer. Mileage is km, power kW, displacement cm³, battery kWh, range km."""

    listing = models.OneToOneField(
        Listing, primary_key=True, on_delete=models.CASCADE, related_name="vehicle"
    )
    vehicle_class = models.CharField(_("class"), max_length=14, choices=vehicle_enums.VehicleClass.choices)
    body_type = models.CharField(
        _("body"), max_length=12, choices=vehicle_enums.BodyType.choices, blank=True, default=""
    )
    brand = models.ForeignKey(
        VehicleBrand, verbose_name=_("brand"), on_delete=models.PROTECT, related_name="+"
    )
    model = models.ForeignKey(
        VehicleModel, verbose_name=_("model"), on_delete=models.PROTECT, related_name="+"
    )
    variant = models.CharField(_("variant"), max_length=80, blank=True, default="")
    year = models.PositiveSmallIntegerField(_("model year"))
    mileage_km = models.PositiveIntegerField(_("mileage in km"), null=True, blank=True)
    mileage_unit = models.CharField(
        max_length=2, choices=vehicle_enums.MileageUnit.choices, default=vehicle_enums.MileageUnit.KM
    )
    fuel_type = models.CharField(_("fuel"), max_length=14, choices=vehicle_enums.FuelType.choices)
    transmission = models.CharField(
        _("transmission"), max_length=14, choices=vehicle_enums.Transmission.choices, blank=True, default=""
    )
    drive_type = models.CharField(
        _("drive"), max_length=18, choices=vehicle_enums.DriveType.choices, blank=True, default=""
    )
    displacement_cc = models.PositiveIntegerField(_("displacement in cm³"), null=True, blank=True)
    power_kw = models.PositiveIntegerField(_("power in kW"), null=True, blank=True)
    doors = models.PositiveSmallIntegerField(_("doors"), null=True, blank=True)
    seats = models.PositiveSmallIntegerField(_("seats"), null=True, blank=True)
    exterior_color = models.CharField(
        _("colour"), max_length=8, choices=vehicle_enums.Color.choices, blank=True, default=""
    )
    condition = models.CharField(_("condition"), max_length=12, choices=vehicle_enums.Condition.choices)
    usage_type = models.CharField(
        _("usage"), max_length=16, choices=vehicle_enums.UsageType.choices, blank=True, default=""
    )
    ever_in_accident = models.BooleanField(_("ever in an accident"), null=True, blank=True)
    has_unrepaired_damage = models.BooleanField(_("unrepaired damage"), null=True, blank=True)
    previous_owners = models.PositiveSmallIntegerField(_("previous owners"), null=True, blank=True)
    first_registration = models.CharField(_("first registration"), max_length=7, blank=True, default="")
    duty_status = models.CharField(
        _("duty"), max_length=20, choices=vehicle_enums.DutyStatus.choices, blank=True, default=""
    )
    equipment = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    battery_kwh = models.DecimalField(
        _("battery in kWh"), max_digits=6, decimal_places=1, null=True, blank=True
    )
    range_km = models.PositiveIntegerField(_("range in km"), null=True, blank=True)

    class Meta:
        verbose_name = _("vehicle")
        verbose_name_plural = _("vehicles")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(first_registration="")
                | models.Q(first_registration__regex=r"^\d{4}-\d{2}$"),
                name="listings_first_registration_month",
            )
        ]

    def __str__(self) -> str:
        return f"{self.brand_id}/{self.model_id}"
