from __future__ import annotations

from io import BytesIO

import blurhash
import pytest
from PIL import Image

from uploads import images
from uploads.images import Refused
from uploads.kinds import Reason
from uploads.tests import pictures
from uploads.tests.pictures import MARK

FORMS = ("JPEG", "PNG", "WEBP", "AVIF")


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data), formats=["WEBP"])


def is_near(pixel: tuple[int, ...], wanted: tuple[int, int, int]) -> bool:
    return all(abs(level - right) < 40 for level, right in zip(pixel, wanted, strict=True))


@pytest.mark.parametrize("form", FORMS)
def test_a_photo_becomes_three_webp_pictures_that_are_never_larger_than_it(form: str) -> None:
    derived = images.derive(pictures.encoded(pictures.scene(2000, 1500), form))

    sizes = {name: opened(data).size for name, data in derived.variants.items()}
    assert sizes == {"full": (1600, 1200), "card": (640, 480), "thumb": (320, 240)}
    assert (derived.width, derived.height) == (2000, 1500)
    assert derived.content_type == f"image/{form.lower()}"
    small = images.derive(pictures.encoded(pictures.scene(400, 100), form))
    assert {name: opened(data).size for name, data in small.variants.items()} == {
        "full": (400, 100),
        "card": (400, 100),
        "thumb": (320, 80),
    }


@pytest.mark.parametrize("form", FORMS)
def test_the_colours_and_the_placeholder_are_those_of_the_photo(form: str) -> None:
    derived = images.derive(pictures.encoded(pictures.scene(), form))

    full = opened(derived.variants["full"]).convert("RGB")
    assert is_near(full.getpixel((20, 20)), (220, 20, 20))
    assert is_near(full.getpixel((780, 20)), (20, 200, 20))
    blurred = blurhash.decode(derived.blurhash, 8, 8).convert("RGB")
    assert max("RGB", key=lambda band: blurred.getchannel(band).getpixel((0, 0))) == "R"
    assert max("RGB", key=lambda band: blurred.getchannel(band).getpixel((7, 0))) == "G"
    assert max("RGB", key=lambda band: blurred.getchannel(band).getpixel((0, 7))) == "B"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_no_planted_word_survives_and_the_photo_stands_upright(form: str, orientation: int) -> None:
    data = pictures.planted(form, orientation)
    assert MARK.encode() in data  # the control: it was there

    derived = images.derive(data)

    for variant in derived.variants.values():
        assert MARK.encode() not in variant
        assert not {b"EXIF", b"XMP ", b"ICCP"} & {variant[at : at + 4] for at in range(12, len(variant))}
    full = opened(derived.variants["full"]).convert("RGB")
    with Image.open(BytesIO(data)) as original:
        wanted = Image.new("RGB", original.size)
        wanted.paste(original)
    turn = images._TURNS.get(orientation)
    wanted = wanted.transpose(turn) if turn is not None else wanted
    assert (derived.width, derived.height) == wanted.size == full.size
    for spot in ((20, 20), (full.width - 20, 20), (20, full.height - 20)):
        assert is_near(full.getpixel(spot), wanted.getpixel(spot))


def test_the_orientations_are_turned_as_the_standard_says() -> None:
    from PIL import ImageOps

    for orientation in range(1, 9):
        data = pictures.encoded(pictures.scene(), exif=pictures.planted_exif(orientation))
        with Image.open(BytesIO(data)) as original:
            right = ImageOps.exif_transpose(original).convert("RGB")
        full = opened(images.derive(data).variants["full"]).convert("RGB")
        assert full.size == right.size
        for spot in ((20, 20), (full.width - 20, 20), (20, full.height - 20)):
            assert is_near(full.getpixel(spot), right.getpixel(spot))


@pytest.mark.parametrize("name", pictures.REJECTED_WHEN_DECODED)
def test_what_is_no_whole_photo_is_refused(name: str) -> None:
    data, reason = pictures.REJECTED_WHEN_DECODED[name]

    with pytest.raises(Refused) as refusal:
        images.derive(data)

    assert refusal.value.flaw == reason


@pytest.mark.parametrize("name", pictures.NEUTRALISED)
def test_of_an_odd_photo_only_the_first_frames_pixels_are_left(name: str) -> None:
    derived = images.derive(pictures.NEUTRALISED[name])

    for data in derived.variants.values():
        assert opened(data).n_frames == 1
        assert opened(data).mode == "RGB"
        assert MARK.encode() not in data
        assert b"<script" not in data
        assert len(data) == int.from_bytes(data[4:8], "little") + 8  # nothing hangs on behind
    assert derived.blurhash


def test_sixteen_bits_are_scaled_not_cut() -> None:
    dark = Image.new("I;16", (64, 64), 128 * 256)

    full = opened(images.derive(pictures.encoded(dark, "PNG")).variants["full"])

    assert is_near(full.getpixel((30, 30)), (128, 128, 128))


def test_what_is_transparent_becomes_white() -> None:
    glass = Image.new("RGBA", (64, 64), (0, 0, 0, 0))

    full = opened(images.derive(pictures.encoded(glass, "PNG")).variants["full"])

    assert is_near(full.getpixel((30, 30)), (255, 255, 255))


def test_more_memory_than_there_is_refuses_the_photo() -> None:
    class Endless(bytes):
        def __getitem__(self, key: object) -> bytes:
            raise MemoryError

    with pytest.raises(Refused) as refusal:
        images.derive(Endless(pictures.jpeg()))  # sniffing runs out of memory

    assert refusal.value.flaw == images.Flaw.TOO_COMPLEX


def test_every_flaw_is_a_reason_with_words_for_people() -> None:
    assert {flaw.value for flaw in images.Flaw} <= set(Reason.values)
