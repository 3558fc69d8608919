"""Canvas, camera, light and chance together, and the solids that stand in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from .camera import Camera, Face
from .canvas import Canvas, Point
from .palette import Color, Light, Vec

Block = tuple[float, float, float, float, float, float]  # x0, y0, z0, x1, y1, z1 in metres


@dataclass(frozen=True)
class Stage:
    """Everything a scene is drawn with."""

    canvas: Canvas
    camera: Camera
    light: Light
    rng: Random

    def face(self, *, origin: Vec, u: Vec, v: Vec) -> Face:
        """A flat side to draw on, seen from where u runs right and v up."""
        return Face(self.camera, origin=origin, u=u, v=v, light=self.light)

    def front(self, *, x: float, y: float, z: float) -> Face:
        """The side towards the street: u runs right, v up."""
        return self.face(origin=(x, y, z), u=(1, 0, 0), v=(0, 1, 0))

    def ground(self, *, x: float = 0, y: float = 0, z: float = 0) -> Face:
        """The floor: u runs right, v away."""
        return self.face(origin=(x, y, z), u=(1, 0, 0), v=(0, 0, 1))

    def poly(self, spots: Iterable[Vec], *, color: Color, facing: Vec | None = None) -> None:
        """Fill a polygon in space, lit as if it faced that way."""
        tone = color if facing is None or len(color) == 4 else self.light.on(color, facing=facing)
        self.canvas.fill(self.camera.outline(spots), color=tone)

    def box(self, block: Block, *, color: Color, top: Color | None = None, hangs: bool = False) -> Face:
        """Draw the sides of a block that are seen, its underside only if it hangs free; answers its front."""
        x0, y0, z0, x1, y1, z1 = block
        eye = self.camera.eye
        if eye[1] > y1:
            self.ground(x=x0, y=y1, z=z0).rect((0, 0, x1 - x0, z1 - z0), color=top or color)
        if hangs and eye[1] < y0:
            under = self.face(origin=(x0, y0, z1), u=(1, 0, 0), v=(0, 0, -1))
            under.rect((0, 0, x1 - x0, z1 - z0), color=color)
        side = self.side_of(block)
        if side is not None:
            side.rect((0, 0, z1 - z0, y1 - y0), color=color)
        face = self.front(x=x0, y=y0, z=z0)
        if eye[2] < z0:
            face.rect((0, 0, x1 - x0, y1 - y0), color=color)
        return face

    def side_of(self, block: Block) -> Face | None:
        """The left or right side of a block, whichever is seen; u runs to the viewer's right."""
        x0, y0, z0, x1, _, z1 = block
        if self.camera.eye[0] < x0:
            return self.face(origin=(x0, y0, z1), u=(0, 0, -1), v=(0, 1, 0))
        if self.camera.eye[0] > x1:
            return self.face(origin=(x1, y0, z0), u=(0, 0, 1), v=(0, 1, 0))
        return None

    def shadow(self, block: Block, *, alpha: int = 60) -> None:
        """The shadow a block throws on the ground, soft at its edge."""
        x0, y0, z0, x1, y1, z1 = block
        sun = self.light.direction
        far_x, far_z = -sun[0] / sun[1] * y1 * 0.7, -sun[2] / sun[1] * y1 * 0.25
        for grow, part in ((0.0, 0.5), (0.12, 0.3), (0.26, 0.2)):
            a, b, c, d = x0 - grow, z0 - grow, x1 + grow, z1 + grow
            spots = _hull([(a, b), (c, b), (c, d), (a, d)], shift=(far_x, far_z))
            self.poly([(x, y0, z) for x, z in spots], color=(24, 28, 48, int(alpha * part)))


def _hull(corners: list[Point], *, shift: Point) -> list[Point]:
    """The outline around the corners and the same corners moved (Andrew's monotone chain)."""
    spots = sorted({*corners, *((x + shift[0], z + shift[1]) for x, z in corners)})
    return [*_chain(spots), *_chain(spots[::-1])]


def _chain(spots: list[Point]) -> list[Point]:
    kept: list[Point] = []
    for spot in spots:
        while len(kept) >= 2 and _turn(kept[-2], kept[-1], spot) <= 0:
            kept.pop()
        kept.append(spot)
    return kept[:-1]


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
