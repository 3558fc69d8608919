"""The sheet a scene is drawn on: 800 by 600 points whatever its size, drawn twice as large and reduced."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageChops, ImageDraw

from .chance import chance_of
from .palette import Color, mix

Point = tuple[float, float]
WIDTH, HEIGHT = 800, 600
JPEG_QUALITY = 82


class Canvas:
    """Flat shapes in points; (0, 0) is the top left. Colours with four parts are laid on see-through."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.size = size
        wide, high = size[0] * 2, size[1] * 2
        self.scale = max(wide / WIDTH, high / HEIGHT)
        self.left = (wide - WIDTH * self.scale) / 2
        self.top = (high - HEIGHT * self.scale) / 2
        self.image = Image.new("RGB", (wide, high))
        self._solid = ImageDraw.Draw(self.image)
        self._glaze = ImageDraw.Draw(self.image, "RGBA")

    def pixels(self, points: Iterable[Point]) -> list[float]:
        """Points as a flat list of pixels."""
        k, left, top = self.scale, self.left, self.top
        flat: list[float] = []
        for x, y in points:
            flat += (x * k + left, y * k + top)
        return flat

    def fill(self, pixels: Sequence[float], *, color: Color) -> None:
        """Fill a polygon given in pixels; fewer than three corners draw nothing."""
        if len(pixels) >= 6:
            (self._glaze if len(color) == 4 else self._solid).polygon(pixels, fill=color)

    def stroke(self, pixels: Sequence[float], *, color: Color, width: float = 1.0) -> None:
        """Draw a line through pixels, its width in points."""
        pen = self._glaze if len(color) == 4 else self._solid
        pen.line(pixels, fill=color, width=max(1, round(width * self.scale)))

    def polygon(self, points: Iterable[Point], *, color: Color) -> None:
        """Fill a polygon."""
        self.fill(self.pixels(points), color=color)

    def line(self, points: Iterable[Point], *, color: Color, width: float = 1.0) -> None:
        """Draw a line through the points."""
        self.stroke(self.pixels(points), color=color, width=width)

    def rect(self, box: Sequence[float], *, color: Color) -> None:
        """Fill left, top, right, bottom."""
        x0, y0, x1, y1 = self._corners(box)
        (self._glaze if len(color) == 4 else self._solid).rectangle((x0, y0, x1, y1), fill=color)

    def rounded(self, box: Sequence[float], *, radius: float, color: Color) -> None:
        """Fill left, top, right, bottom with round corners."""
        pen = self._glaze if len(color) == 4 else self._solid
        pen.rounded_rectangle(self._corners(box), radius=radius * self.scale, fill=color)

    def ellipse(self, box: Sequence[float], *, color: Color) -> None:
        """Fill the ellipse inside left, top, right, bottom."""
        (self._glaze if len(color) == 4 else self._solid).ellipse(self._corners(box), fill=color)

    def disc(self, center: Point, *, radius: float, color: Color) -> None:
        """Fill a circle."""
        x, y = center
        self.ellipse((x - radius, y - radius, x + radius, y + radius), color=color)

    def gradient(self, box: Sequence[float], *, colors: Sequence[Color]) -> None:
        """Fill left, top, right, bottom from the first colour at the top to the last at the bottom."""
        x0, y0, x1, y1 = (round(part) for part in self._corners(box))
        y0, y1 = max(0, y0), min(self.image.height, y1)
        step, parts = 4, len(colors) - 1
        for y in range(y0, y1, step):
            at = (y - y0) / max(1, y1 - y0) * parts
            part = min(parts - 1, int(at))
            tone = mix(colors[part], into=colors[part + 1], by=at - part)
            self._solid.rectangle((x0, y, x1, min(y + step, y1) - 1), fill=tone)

    def glow(self, center: Point, *, radius: float, color: Color, strength: float) -> None:
        """Lay a soft round light on; strength from 0 to 1."""
        side = round(radius * 2 * self.scale)
        mask = _disc_of_light(side, round(strength * 20))
        x, y = self.pixels([center])
        self.image.paste(color[:3], (round(x - side / 2), round(y - side / 2)), mask)

    def jpeg(self, *, tint: Color = (255, 255, 255)) -> bytes:
        """The finished picture, reduced, with a little grain and darker corners."""
        picture = self.image.reduce(2)
        picture = ImageChops.multiply(picture, _finish(self.size, tuple(tint)))
        out = BytesIO()
        picture.save(out, "JPEG", quality=JPEG_QUALITY)
        return out.getvalue()

    def _corners(self, box: Sequence[float]) -> tuple[float, float, float, float]:
        k, left, top = self.scale, self.left, self.top
        return box[0] * k + left, box[1] * k + top, box[2] * k + left, box[3] * k + top


@lru_cache(maxsize=32)
def _disc_of_light(side: int, strength: int) -> Image.Image:
    """A round mask that fades outwards."""
    small = Image.radial_gradient("L").point(
        lambda far: int(255 * max(0.0, 1 - far / 180) ** 2 * strength / 20)
    )
    return small.resize((side, side), Image.Resampling.BILINEAR)


@lru_cache(maxsize=32)
def _finish(size: tuple[int, int], tint: Color) -> Image.Image:
    """What every picture is multiplied with: grain of paper, corners a little darker, the hour's tint."""
    rng = chance_of("paper", *size)
    rough = (max(2, size[0] // 3), max(2, size[1] // 3))
    noise = Image.frombytes("L", rough, rng.randbytes(rough[0] * rough[1]))
    grain = noise.point(lambda value: 249 + value // 43).resize(size, Image.Resampling.BICUBIC)
    corner = Image.radial_gradient("L").point(lambda far: 255 - int(34 * (far / 255) ** 2.4))
    shade = ImageChops.multiply(grain, corner.resize(size, Image.Resampling.BILINEAR))
    return ImageChops.multiply(Image.merge("RGB", (shade, shade, shade)), Image.new("RGB", size, tint))


def smooth(points: Sequence[Point], *, steps: int = 5, closed: bool = False) -> list[Point]:
    """A soft curve (Catmull-Rom) through the points."""
    count = len(points)
    out: list[Point] = []
    for i in range(count if closed else count - 1):
        if closed:
            a, b, c, d = (points[(i + j) % count] for j in (-1, 0, 1, 2))
        else:
            a, b, c, d = (points[min(count - 1, max(0, i + j))] for j in (-1, 0, 1, 2))
        for step in range(steps):
            t = step / steps
            out.append((_between((a[0], b[0], c[0], d[0]), t=t), _between((a[1], b[1], c[1], d[1]), t=t)))
    return out if closed else [*out, points[-1]]


def _between(four: tuple[float, float, float, float], *, t: float) -> float:
    a, b, c, d = four
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)
