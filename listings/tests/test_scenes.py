"""The drawn pictures: repeatable, all of them drawable, of the asked size, each seed another."""

from io import BytesIO
from itertools import product

import pytest
from PIL import Image

from listings.management.scenes import (
    HOME_VIEWS,
    VEHICLE_VIEWS,
    draw_home,
    draw_vehicle,
    home_views,
    vehicle_views,
)

PROPERTY_TYPES = [
    "apartment",
    "condominium_20_80",
    "condominium_40_60",
    "condominium_other",
    "villa",
    "row_house",
    "duplex",
    "multi_storey_house",
    "studio",
    "penthouse",
    "service_quarter",
    "single_room",
    "shared_compound_house",
    "shop",
    "office",
    "showroom",
    "warehouse",
    "factory",
    "hotel",
    "guest_house",
    "mixed_use_building",
    "residential_plot",
    "commercial_plot",
    "industrial_plot",
    "farm_land",
    "parking_space",
    "event_hall",
]
VEHICLE_CLASSES = [
    "motorcycle",
    "three_wheeler",
    "minibus",
    "bus",
    "pickup_van",
    "truck",
    "tractor",
    "tractor_unit",
    "trailer",
    "agricultural",
    "construction",
    "forklift",
    "motorhome",
    "ebike",
    "boat",
    "other",
]
BODY_TYPES = [
    "sedan",
    "hatchback",
    "wagon",
    "suv",
    "crossover",
    "coupe",
    "convertible",
    "mpv",
    "pickup",
    "van",
    "minibus",
    "small_car",
    "other",
]
COLORS = [
    "black",
    "grey",
    "beige",
    "brown",
    "red",
    "green",
    "blue",
    "purple",
    "gold",
    "white",
    "orange",
    "silver",
    "yellow",
    "other",
]
SMALL = (200, 150)


def opened(jpeg: bytes) -> Image.Image:
    """The picture, decoded to its last row."""
    picture = Image.open(BytesIO(jpeg))
    picture.load()
    assert picture.format == "JPEG"
    return picture


def is_a_scene(picture: Image.Image) -> bool:
    """Whether something was drawn: light and shade, and many colours."""
    low, high = picture.convert("L").getextrema()
    return high - low > 80 and len(picture.resize((40, 30)).getcolors(1200) or ()) > 40


@pytest.mark.parametrize("property_type", PROPERTY_TYPES)
def test_every_view_of_every_property_type_draws(property_type: str) -> None:
    for view in HOME_VIEWS:
        picture = opened(draw_home(property_type=property_type, view=view, seed=5, size=SMALL))
        assert picture.size == SMALL
        assert is_a_scene(picture), view


@pytest.mark.parametrize(
    "vehicle_class,body_type",
    [*(("car", body) for body in BODY_TYPES), *((name, "other") for name in VEHICLE_CLASSES)],
)
def test_every_view_of_every_vehicle_draws(vehicle_class: str, body_type: str) -> None:
    for view in VEHICLE_VIEWS:
        jpeg = draw_vehicle(
            vehicle_class=vehicle_class, body_type=body_type, color="red", view=view, seed=5, size=SMALL
        )
        assert is_a_scene(opened(jpeg)), view


def test_every_colour_gives_another_car() -> None:
    cars = {
        draw_vehicle(vehicle_class="car", body_type="suv", color=color, view="side", seed=1, size=SMALL)
        for color in COLORS
    }
    assert len(cars) == len(COLORS)


def test_the_same_arguments_give_the_same_bytes() -> None:
    for view in HOME_VIEWS:
        assert draw_home(property_type="villa", view=view, seed=9) == draw_home(
            property_type="villa", view=view, seed=9
        )
    for view in VEHICLE_VIEWS:
        first, second = (
            draw_vehicle(vehicle_class="car", body_type="sedan", color="blue", view=view, seed=9)
            for _ in range(2)
        )
        assert first == second


def test_another_seed_gives_another_picture() -> None:
    for view in HOME_VIEWS:
        homes = {draw_home(property_type="apartment", view=view, seed=seed, size=SMALL) for seed in range(12)}
        assert len(homes) == 12, view
    for view in VEHICLE_VIEWS:
        cars = {
            draw_vehicle(
                vehicle_class="car", body_type="suv", color="white", view=view, seed=seed, size=SMALL
            )
            for seed in range(12)
        }
        assert len(cars) == 12, view


@pytest.mark.parametrize("size", [(800, 600), (640, 640), (320, 240), (1000, 500), (401, 777)])
def test_a_picture_has_the_size_that_was_asked_for(size: tuple[int, int]) -> None:
    assert opened(draw_home(property_type="villa", view="front", seed=2, size=size)).size == size
    car = draw_vehicle(
        vehicle_class="car", body_type="pickup", color="silver", view="front_left", seed=2, size=size
    )
    assert opened(car).size == size


def test_pictures_stay_small_enough_to_seed_hundreds() -> None:
    sizes = [len(draw_home(property_type=name, view="front", seed=3)) for name in PROPERTY_TYPES]
    assert max(sizes) < 120_000


def test_the_chosen_views_suit_the_subject_and_can_be_drawn() -> None:
    for property_type, seed in product(PROPERTY_TYPES, range(8)):
        views = home_views(property_type, seed=seed)
        assert views[0] == "front"
        assert 2 <= len(views) == len(set(views)) <= 3
        assert set(views) <= set(HOME_VIEWS)
        assert views == home_views(property_type, seed=seed)
    for seed in range(8):
        views = vehicle_views(vehicle_class="motorcycle", body_type="other", seed=seed)
        assert views[0] == "front_left"
        assert set(views) <= {"front_left", "side", "rear", "wheel"}


def test_land_has_no_living_room() -> None:
    for seed in range(20):
        assert not {"living_room", "bedroom", "kitchen", "bathroom"} & set(home_views("farm_land", seed=seed))


def test_what_is_not_known_is_refused() -> None:
    with pytest.raises(ValueError, match="castle"):
        draw_home(property_type="castle", view="front", seed=1)
    with pytest.raises(ValueError, match="attic"):
        draw_home(property_type="villa", view="attic", seed=1)
    with pytest.raises(ValueError, match="castle"):
        home_views("castle", seed=1)
    with pytest.raises(ValueError, match="engine"):
        draw_vehicle(vehicle_class="car", body_type="suv", color="red", view="engine", seed=1)
