"""Which vehicles the demo has, as `vehicles.txt` lists them, and what they may be equipped with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

FILE = Path(__file__).with_name("vehicles.txt")
ELECTRIC = "electric"


@dataclass(frozen=True)
class VehicleKind:
    """One model as it is offered; an empty text or a nought is what it does not have."""

    count: int
    brand: str
    model: str
    vehicle_class: str
    body: str
    fuel: str
    years: tuple[int, int]
    millions: tuple[float, float]
    size: float
    gearbox: str
    drive: str
    seats: int
    power_kw: int
    range_km: int

    @classmethod
    def of(cls, line: str) -> Self:
        """The kind that a line of the file describes."""
        count, *texts, years, millions, size, gearbox, drive, seats, power, reach = line.split()
        brand, model, vehicle_class, body, fuel = ("" if text == "-" else text for text in texts)
        first, last = years.split("-")
        oldest, newest = millions.split("-")
        return cls(
            count=int(count),
            brand=brand,
            model=model,
            vehicle_class=vehicle_class,
            body=body,
            fuel=fuel,
            years=(int(first), int(last)),
            millions=(float(oldest), float(newest)),
            size=float(size),
            gearbox=gearbox.strip("-"),
            drive=drive.strip("-"),
            seats=int(seats),
            power_kw=int(power),
            range_km=int(reach),
        )


VEHICLE_KINDS: tuple[VehicleKind, ...] = tuple(
    VehicleKind.of(line)
    for line in FILE.read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
)
EQUIPMENT = {
    "plain": ("air_conditioning", "power_steering", "radio", "usb", "central_locking", "electric_windows",
              "spare_wheel", "tool_kit", "airbags", "abs"),
    "good": ("air_conditioning", "power_steering", "abs", "esp", "airbags", "electric_windows",
             "central_locking", "keyless", "alloy_wheels", "fog_lights", "reversing_camera", "bluetooth",
             "touchscreen", "parking_sensors", "cruise_control", "multifunction_wheel", "leather_seats",
             "sunroof"),
    "electric": ("climate_auto", "esp", "airbags", "keyless", "push_start", "reversing_camera", "touchscreen",
                 "bluetooth", "carplay", "led_lights", "charging_cable", "charger_included", "panoramic_roof",
                 "cruise_control", "parking_sensors", "alloy_wheels", "heat_pump"),
    "rough": ("air_conditioning", "power_steering", "abs", "airbags", "bull_bar", "side_steps", "roof_rack",
              "tow_bar", "differential_lock", "spare_wheel", "canopy", "bed_liner", "fog_lights"),
    "heavy": ("power_steering", "abs", "air_conditioning", "tool_kit", "spare_wheel", "tipper", "sleeper_cab",
              "additional_tank", "tarpaulin"),
    "light": ("spare_wheel", "tool_kit", "alarm", "led_lights"),
}  # fmt: skip
