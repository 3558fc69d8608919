"""A camera that looks at metres: x to the right, y up, z away; uprights stay upright."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import cos, pi, sin

from .canvas import Canvas, Point
from .palette import Color, Light, Vec

NEAR = 0.15  # metres; what is closer to the lens is cut away


class Camera:
    """Stands at `eye`, looks along the ground turned by `yaw`, the horizon at a height of the canvas."""

    def __init__(self, canvas: Canvas, *, eye: Vec, yaw: float, focal: float, horizon: float) -> None:
        self.canvas, self.eye, self.yaw = canvas, eye, yaw
        self.focal, self.horizon = focal, horizon
        self._cos, self._sin = cos(yaw), sin(yaw)
        self._f = focal * canvas.scale
        self._cx = 400 * canvas.scale + canvas.left
        self._cy = horizon * canvas.scale + canvas.top

    @classmethod
    def around(
        cls, canvas: Canvas, *, angle: float, distance: float, height: float, focal: float, horizon: float
    ) -> Camera:
        """A camera that circles the origin; at a positive angle it stands left of the front."""
        eye = (-sin(angle) * distance, height, -cos(angle) * distance)
        return cls(canvas, eye=eye, yaw=angle, focal=focal, horizon=horizon)

    def turned(self, vector: Vec) -> Vec:
        """A direction as (pixels right, pixels down, depth), to be divided by the depth."""
        x, y, z = vector
        depth = x * self._sin + z * self._cos
        right = x * self._cos - z * self._sin
        return self._cx * depth + self._f * right, self._cy * depth - self._f * y, depth

    def place(self, spot: Vec) -> Vec:
        """A place, in the same measure as `turned`."""
        eye = self.eye
        return self.turned((spot[0] - eye[0], spot[1] - eye[1], spot[2] - eye[2]))

    def depth(self, spot: Vec) -> float:
        """How far in front of the lens a place is."""
        return (spot[0] - self.eye[0]) * self._sin + (spot[2] - self.eye[2]) * self._cos

    def size_at(self, spot: Vec) -> float:
        """How many points a metre at that place takes."""
        return self.focal / max(NEAR, self.depth(spot))

    def point(self, spot: Vec) -> Point:
        """Where a place is on the canvas, in points."""
        x, y, w = self.place(spot)
        w = max(NEAR, w)
        canvas = self.canvas
        return (x / w - canvas.left) / canvas.scale, (y / w - canvas.top) / canvas.scale

    def outline(self, spots: Iterable[Vec]) -> list[float]:
        """Places as pixels; what lies behind the lens is cut away."""
        return flattened([self.place(spot) for spot in spots])


def flattened(corners: Sequence[Vec]) -> list[float]:
    """Corners divided by their depth, cut at the lens."""
    if any(corner[2] < NEAR for corner in corners):
        corners = _cut(corners)
    flat: list[float] = []
    for x, y, w in corners:
        flat += (x / w, y / w)
    return flat


def _cut(corners: Sequence[Vec]) -> list[Vec]:
    kept: list[Vec] = []
    for here, there in zip(corners, [*corners[1:], corners[0]], strict=True):
        if here[2] >= NEAR:
            kept.append(here)
        if (here[2] >= NEAR) != (there[2] >= NEAR):
            t = (NEAR - here[2]) / (there[2] - here[2])
            kept.append((here[0] + (there[0] - here[0]) * t, here[1] + (there[1] - here[1]) * t, NEAR))
    return kept


class Face:
    """A flat side of something, measured in metres along `u` and `v` from its origin.

    Colours with three parts take the light that falls on the face, those with four are laid on as they are.
    """

    def __init__(self, camera: Camera, *, origin: Vec, u: Vec, v: Vec, light: Light) -> None:
        self.canvas, self.light = camera.canvas, light
        self._o, self._u, self._v = camera.place(origin), camera.turned(u), camera.turned(v)
        normal = (v[1] * u[2] - v[2] * u[1], v[2] * u[0] - v[0] * u[2], v[0] * u[1] - v[1] * u[0])
        length = sum(part * part for part in normal) ** 0.5 or 1.0
        self.normal: Vec = (normal[0] / length, normal[1] / length, normal[2] / length)

    def tone(self, color: Color) -> Color:
        """The colour in the light of this face."""
        return color if len(color) == 4 else self.light.on(color, facing=self.normal)

    def pixels(self, spots: Iterable[Point]) -> list[float]:
        """Spots on the face as pixels."""
        (ox, oy, ow), (ux, uy, uw), (vx, vy, vw) = self._o, self._u, self._v
        return flattened(
            [(ox + u * ux + v * vx, oy + u * uy + v * vy, ow + u * uw + v * vw) for u, v in spots]
        )

    def poly(self, spots: Iterable[Point], *, color: Color) -> None:
        """Fill a polygon on the face."""
        self.canvas.fill(self.pixels(spots), color=self.tone(color))

    def rect(self, box: Sequence[float], *, color: Color) -> None:
        """Fill from (u, v) to (u, v)."""
        a, b, c, d = box
        self.poly(((a, b), (c, b), (c, d), (a, d)), color=color)

    def line(self, spots: Iterable[Point], *, color: Color, width: float = 1.0) -> None:
        """Draw a line on the face, its width in points of the canvas."""
        flat = self.pixels(spots)
        if len(flat) >= 4:
            self.canvas.stroke(flat, color=self.tone(color), width=width)

    def disc(self, center: Point, *, radius: float, color: Color, corners: int = 22) -> None:
        """Fill a circle on the face."""
        self.poly(ring(center, radius=radius, corners=corners), color=color)

    def rounded(self, box: Sequence[float], *, radius: float, color: Color) -> None:
        """Fill a rectangle with round corners."""
        self.poly(rounded(box, radius=radius), color=color)

    def fade(self, box: Sequence[float], *, colors: tuple[Color, Color], steps: int = 12) -> None:
        """Fill a rectangle from the first colour at its lower v to the second at its higher v."""
        a, b, c, d = box
        first, last = colors
        for step in range(steps):
            t, low = step / max(1, steps - 1), b + (d - b) * step / steps
            tone = tuple(int(x + (y - x) * t) for x, y in zip(first, last, strict=True))
            top = d if len(first) == 3 else b + (d - b) * (step + 1) / steps
            self.rect((a, low, c, top), color=tone)


def ring(center: Point, *, radius: float, corners: int = 22) -> list[Point]:
    """The corners of a circle."""
    turn = 2 * pi / corners
    return [(center[0] + radius * cos(i * turn), center[1] + radius * sin(i * turn)) for i in range(corners)]


def rounded(box: Sequence[float], *, radius: float) -> list[Point]:
    """The corners of a rectangle whose corners are round."""
    a, b, c, d = min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3])
    radius = min(radius, (c - a) / 2, (d - b) / 2)
    spots: list[Point] = []
    for x, y, start in ((c, d, 0), (a, d, 1), (a, b, 2), (c, b, 3)):
        middle = (x - radius if x == c else x + radius, y - radius if y == d else y + radius)
        for step in range(5):
            turn = (start + step / 4) * pi / 2
            spots.append((middle[0] + radius * cos(turn), middle[1] + radius * sin(turn)))
    return spots
