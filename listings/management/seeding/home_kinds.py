"""What kinds of homes the demo has, how large they are and what they cost (birr, late 2026)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from listings.enums import PropertyType as T
from listings.enums import Purpose

SALE, RENT, STAYS, LEASE = Purpose.SALE, Purpose.LONG_RENT, Purpose.SHORT_RENT, Purpose.LEASE
# Out of 170.
COUNTS: Mapping[str, int] = {
    T.APARTMENT: 32, T.CONDOMINIUM_20_80: 22, T.CONDOMINIUM_40_60: 11, T.CONDOMINIUM_OTHER: 5, T.VILLA: 24,
    T.ROW_HOUSE: 5, T.DUPLEX: 5, T.MULTI_STOREY_HOUSE: 8, T.STUDIO: 7, T.PENTHOUSE: 3, T.SINGLE_ROOM: 4,
    T.SERVICE_QUARTER: 2, T.SHARED_COMPOUND_HOUSE: 4, T.SHOP: 7, T.OFFICE: 6, T.SHOWROOM: 2, T.WAREHOUSE: 4,
    T.FACTORY: 1, T.HOTEL: 1, T.GUEST_HOUSE: 2, T.MIXED_USE_BUILDING: 2, T.RESIDENTIAL_PLOT: 8,
    T.COMMERCIAL_PLOT: 2, T.INDUSTRIAL_PLOT: 1, T.FARM_LAND: 1, T.EVENT_HALL: 1,
}  # fmt: skip
FLATS = frozenset(
    {
        T.APARTMENT,
        T.CONDOMINIUM_20_80,
        T.CONDOMINIUM_40_60,
        T.CONDOMINIUM_OTHER,
        T.STUDIO,
        T.PENTHOUSE,
    }
)
HOUSES = frozenset({T.VILLA, T.ROW_HOUSE, T.DUPLEX, T.MULTI_STOREY_HOUSE})
HUMBLE = frozenset({T.SINGLE_ROOM, T.SERVICE_QUARTER, T.SHARED_COMPOUND_HOUSE})
TRADE = frozenset({T.SHOP, T.OFFICE, T.SHOWROOM, T.WAREHOUSE, T.FACTORY, T.EVENT_HALL})


@dataclass(frozen=True)
class HomeKind:
    """One property type: its purposes by weight, its sizes in m² by bedrooms, its prices.

    `sale` and `rent` are birr per m² in an area of tier A, `rent` a month. They fall by TIER_FACTORS.
    """

    purposes: Mapping[str, int]
    sizes: Mapping[int, tuple[int, int]]
    sale: tuple[int, int] = (0, 0)
    rent: tuple[int, int] = (0, 0)
    plot: tuple[int, int] = (0, 0)
    tiers: str = "ABCDE"


TIER_FACTORS = {"A": 1.0, "B": 0.72, "C": 0.48, "D": 0.42, "E": 0.3}
# Away from Addis Ababa land costs far less, and so do houses that stand on their own.
TIER_FACTORS_OF_LAND = {"A": 1.0, "B": 0.64, "C": 0.42, "D": 0.22, "E": 0.14}
HOME_KINDS: Mapping[str, HomeKind] = {
    T.APARTMENT: HomeKind(
        {SALE: 5, RENT: 4, STAYS: 2},
        {1: (55, 80), 2: (85, 125), 3: (125, 185), 4: (180, 240)},
        sale=(150_000, 205_000), rent=(520, 820), tiers="ABCD",
    ),
    T.CONDOMINIUM_20_80: HomeKind(
        {SALE: 6, RENT: 4}, {1: (38, 48), 2: (58, 72), 3: (78, 92)},
        sale=(140_000, 185_000), rent=(560, 820), tiers="BCDE",
    ),
    T.CONDOMINIUM_40_60: HomeKind(
        {SALE: 6, RENT: 4}, {1: (52, 60), 2: (72, 84), 3: (100, 124)},
        sale=(140_000, 175_000), rent=(520, 760), tiers="BC",
    ),
    T.CONDOMINIUM_OTHER: HomeKind(
        {SALE: 6, RENT: 4}, {2: (60, 85), 3: (86, 120)},
        sale=(130_000, 170_000), rent=(500, 720), tiers="BCDE",
    ),
    T.VILLA: HomeKind(
        {SALE: 6, RENT: 3, STAYS: 1},
        {3: (150, 220), 4: (220, 340), 5: (320, 460), 6: (420, 560)},
        sale=(190_000, 240_000), rent=(520, 820), plot=(200, 500),
    ),
    T.ROW_HOUSE: HomeKind({SALE: 1}, {3: (120, 160), 4: (150, 200)}, sale=(150_000, 185_000), plot=(90, 160),
                          tiers="BCD"),
    T.DUPLEX: HomeKind({SALE: 3, RENT: 1}, {3: (150, 200), 4: (190, 260)}, sale=(160_000, 200_000),
                       rent=(450, 620), plot=(120, 220), tiers="ABCD"),
    T.MULTI_STOREY_HOUSE: HomeKind({SALE: 4, RENT: 1}, {5: (320, 420), 6: (400, 520), 8: (480, 700)},
                                   sale=(150_000, 200_000), rent=(400, 560), plot=(150, 300)),
    T.STUDIO: HomeKind({SALE: 1, RENT: 3, STAYS: 3}, {0: (28, 46)}, sale=(160_000, 210_000),
                       rent=(650, 950), tiers="ABD"),
    T.PENTHOUSE: HomeKind({SALE: 2, STAYS: 1}, {3: (190, 260), 4: (240, 330)},
                          sale=(190_000, 235_000), rent=(700, 950), tiers="A"),
    T.SINGLE_ROOM: HomeKind({RENT: 1}, {1: (12, 20)}, rent=(420, 560), tiers="BCDE"),
    T.SERVICE_QUARTER: HomeKind({RENT: 1}, {1: (18, 32)}, rent=(430, 560), tiers="BC"),
    T.SHARED_COMPOUND_HOUSE: HomeKind({RENT: 3, SALE: 1}, {1: (30, 45), 2: (45, 70)},
                                      sale=(110_000, 140_000), rent=(360, 480), tiers="BCDE"),
    T.SHOP: HomeKind({RENT: 4, SALE: 2}, {0: (14, 65)}, sale=(330_000, 480_000),
                     rent=(2_000, 3_800), tiers="ABCD"),
    T.OFFICE: HomeKind({RENT: 5, SALE: 1}, {0: (60, 340)}, sale=(170_000, 230_000), rent=(950, 1_500),
                       tiers="ABD"),
    T.SHOWROOM: HomeKind({RENT: 1}, {0: (160, 420)}, rent=(1_300, 2_000), tiers="AB"),
    T.WAREHOUSE: HomeKind({RENT: 3, LEASE: 1}, {0: (400, 2_000)}, rent=(480, 700), tiers="CD"),
    T.FACTORY: HomeKind({LEASE: 1}, {0: (1_800, 3_600)}, rent=(420, 560), plot=(4_000, 9_000), tiers="D"),
    T.HOTEL: HomeKind({SALE: 1}, {24: (1_600, 2_600)}, sale=(190_000, 240_000), plot=(800, 1_400), tiers="D"),
    T.GUEST_HOUSE: HomeKind({SALE: 1, RENT: 1}, {9: (380, 560)}, sale=(170_000, 210_000),
                            rent=(520, 700), plot=(400, 700), tiers="BD"),
    T.MIXED_USE_BUILDING: HomeKind({SALE: 1}, {0: (1_200, 2_400)}, sale=(200_000, 260_000), plot=(400, 700),
                                   tiers="AB"),
    T.RESIDENTIAL_PLOT: HomeKind({SALE: 1}, {0: (105, 500)}, sale=(75_000, 120_000), tiers="BCDE"),
    T.COMMERCIAL_PLOT: HomeKind({SALE: 1}, {0: (400, 1_200)}, sale=(130_000, 180_000), tiers="BCD"),
    T.INDUSTRIAL_PLOT: HomeKind({LEASE: 1}, {0: (4_000, 10_000)}, rent=(28, 40), tiers="D"),
    T.FARM_LAND: HomeKind({LEASE: 1}, {0: (40_000, 90_000)}, rent=(1, 1), tiers="E"),
    T.EVENT_HALL: HomeKind({RENT: 1}, {0: (420, 700)}, rent=(650, 900), tiers="BC"),
}  # fmt: skip

AMENITIES: Mapping[str, tuple[str, ...]] = {
    "flat": (
        "water_tank", "generator", "elevator", "guard_24h", "fibre_internet", "balcony", "fitted_kitchen",
        "wardrobes", "parking_basement", "parking_surface", "own_meter_electric", "own_meter_water", "cctv",
    ),
    "luxury": ("terrace", "gym", "generator", "elevator", "guard_24h", "fibre_internet", "parking_basement",
               "fitted_kitchen", "wardrobes", "cctv"),
    "house": (
        "water_tank", "borehole", "garden", "service_quarter", "fitted_kitchen", "wardrobes",
        "parking_surface", "fence_wall", "solar", "store_room", "guard_24h", "own_meter_electric",
    ),
    "humble": ("own_meter_electric", "own_meter_water", "fence_wall", "water_tank"),
    "trade": ("generator", "guard_24h", "cctv", "fibre_internet", "own_meter_electric", "store_room",
              "parking_surface"),
}  # fmt: skip
