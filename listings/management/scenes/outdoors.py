"""What lies around a subject: sky, clouds, hills, the town far off, the ground and the road."""

from __future__ import annotations

from itertools import pairwise
from math import pi, sin

from .canvas import HEIGHT, WIDTH
from .palette import WHITE, Color, glaze, mix, pick, scaled, varied
from .stage import Stage

GRASS: Color = (122, 146, 78)
DRY_GRASS: Color = (182, 166, 104)
EARTH: Color = (176, 138, 100)
ASPHALT: Color = (92, 94, 100)
PAVING: Color = (176, 170, 160)


def sky(stage: Stage, *, horizon: float) -> None:
    """The sky down to the horizon, with sun and clouds."""
    light, rng, canvas = stage.light, stage.rng, stage.canvas
    middle = mix(light.zenith, into=light.horizon, by=0.55)
    canvas.gradient((0, 0, WIDTH, horizon + 4), colors=(light.zenith, middle, light.horizon))
    x = 400 + light.direction[0] * rng.uniform(300, 760)
    low = light.name in ("golden", "dusk", "morning")
    y = horizon * (0.72 if low else rng.uniform(0.1, 0.35))
    canvas.glow((x, y), radius=230, color=light.glow, strength=0.9)
    if low:
        canvas.disc((x, y), radius=17, color=mix(light.glow, into=(255, 255, 250), by=0.55))
    for _ in range(7 if light.name == "rainy season" else rng.randint(1, 4)):
        spot = (rng.uniform(-40, 840), rng.uniform(0.08, 0.62) * horizon)
        _cloud(stage, at=spot, wide=rng.uniform(70, 190))


def _cloud(stage: Stage, *, at: tuple[float, float], wide: float) -> None:
    rng, light = stage.rng, stage.light
    x, y = at
    below = mix(light.horizon, into=light.zenith, by=0.25)
    above = mix(light.horizon, into=light.glow if light.name != "noon" else WHITE, by=0.72)
    peak = rng.uniform(-0.4, 0.4)
    puffs = [
        (x + part * wide * 0.7, (1.12 - 0.62 * abs(part - peak)) * rng.uniform(0.62, 1.1))
        for part in (-0.84, -0.66, 0.95, -0.4, 0.66, 0.34, -0.1, peak)
    ]
    for color, lift in ((below, 0.0), (mix(below, into=above, by=0.5), 0.05), (above, 0.1)):
        for px, size in puffs:
            r = wide * 0.24 * size * (1 - lift)
            stage.canvas.ellipse(
                (px - r * 1.35, y - r - lift * wide, px + r * 1.35, y + r * 0.42 - lift * wide * 0.6),
                color=color,
            )


def hills(stage: Stage, *, horizon: float, height: float = 130) -> None:
    """Ridges like Entoto behind one another, eucalyptus on the nearest."""
    rng, light = stage.rng, stage.light
    base = light.on(rng.choice(((86, 112, 98), (98, 118, 92), (104, 116, 104))), facing=(0, 0.9, -0.4))
    ridge: list[tuple[float, float]] = []
    tone = base
    for layer in range(3):
        tone = mix(base, into=light.horizon, by=0.72 - 0.22 * layer)
        ridge = _ridge(stage, horizon=horizon, height=height * (1.0 - 0.27 * layer))
        stage.canvas.polygon([(-5, horizon + 4), *ridge, (WIDTH + 5, horizon + 4)], color=tone)
    for x, y in ridge[:: rng.randint(1, 2)]:
        if rng.random() < 0.75:
            r = rng.uniform(3, 8)
            stage.canvas.ellipse(
                (x - r * 0.6, y - r * 1.6, x + r * 0.6, y + r * 1.2), color=scaled(tone, by=0.9)
            )


def _ridge(stage: Stage, *, horizon: float, height: float) -> list[tuple[float, float]]:
    rng = stage.rng
    waves = [
        (rng.uniform(0.5, 1.4), rng.uniform(0, 2 * pi), 0.26),
        (rng.uniform(2, 3.4), rng.uniform(0, 2 * pi), 0.11),
    ]
    waves.append((rng.uniform(6, 9), rng.uniform(0, 2 * pi), 0.04))
    spots: list[tuple[float, float]] = []
    for x in range(-5, WIDTH + 20, 14):
        part = 0.55 + sum(size * sin(rate * x / WIDTH * 2 * pi + phase) for rate, phase, size in waves)
        spots.append((x, horizon - height * max(0.12, part)))
    return spots


def town(stage: Stage, *, horizon: float, tall: float = 60) -> None:
    """The town far off: blocks in the haze with rows of windows."""
    rng, light, canvas = stage.rng, stage.light, stage.canvas
    x = -20.0
    while x < WIDTH + 20:
        wide, high = rng.uniform(22, 56), tall * rng.uniform(0.3, 1.0) ** 1.4
        wall = light.haze(light.on(varied((206, 196, 184), rng=rng, by=26), facing=(0, 0.2, -1)), by=0.52)
        canvas.rect((x, horizon - high, x + wide, horizon + 3), color=wall)
        canvas.rect((x + wide * 0.72, horizon - high, x + wide, horizon + 3), color=scaled(wall, by=0.9))
        pane = scaled(wall, by=0.8)
        for row in range(int(high / 9)):
            lit = rng.random() < light.lit_windows
            y = horizon - high + 4 + row * 9
            canvas.rect((x + 3, y, x + wide - 4, y + 3), color=(255, 214, 140) if lit else pane)
        x += wide + rng.uniform(-4, 26)
    _treeline(stage, horizon=horizon)


def _treeline(stage: Stage, *, horizon: float) -> None:
    rng, light = stage.rng, stage.light
    leaf = light.haze(light.on((84, 116, 74), facing=(0, 0.7, -0.7)), by=0.34)
    for _ in range(34):
        x, r = rng.uniform(-10, WIDTH + 10), rng.uniform(7, 18)
        box = (x - r * 1.2, horizon - r * rng.uniform(0.8, 1.5), x + r * 1.2, horizon + r * 0.5)
        stage.canvas.ellipse(box, color=varied(leaf, rng=rng, by=6))


def land(stage: Stage, *, horizon: float, color: Color) -> None:
    """Open ground from the horizon to the lower edge, with tufts and stones."""
    rng, light = stage.rng, stage.light
    near = light.on(color, facing=(0, 1, 0))
    far = light.haze(near, by=0.38)
    stage.canvas.gradient((0, horizon, WIDTH, HEIGHT), colors=(far, near, scaled(near, by=0.86)))
    for _ in range(110):
        down = rng.random() ** 1.6
        x, y = rng.uniform(0, WIDTH), horizon + 6 + (HEIGHT - horizon) * down
        size = 2 + 9 * down
        tone = scaled(near, by=rng.choice((0.84, 0.9, 1.1)))
        stage.canvas.ellipse(
            (x - size, y - size * 0.22, x + size, y + size * 0.22), color=glaze(tone, alpha=130)
        )


def road(stage: Stage, *, near: float, far: float, kind: str = "asphalt") -> None:
    """A road along the street side: from z `near` to z `far`, with its kerb and pavement at the far side."""
    ground = stage.ground(x=-60)
    color = {"asphalt": ASPHALT, "cobble": (140, 132, 124), "earth": EARTH}[kind]
    ground.rect((0, near, 120, far), color=color)
    if kind == "asphalt":
        middle = (near + far) / 2
        for start in range(0, 120, 4):
            ground.rect((start, middle - 0.08, start + 2, middle + 0.08), color=(226, 220, 200))
    elif kind == "cobble":
        _cobbles(stage, near=near, far=far)
    else:
        for rut in (0.3, 0.42, 0.62, 0.74):
            z = near + (far - near) * rut
            ground.rect((0, z, 120, z + 0.25), color=scaled(color, by=0.9))
    if kind != "earth":
        stage.ground(x=-60, y=0.14).rect((0, far, 120, far + 2.0), color=PAVING)
        stage.front(x=-60, y=0, z=far).rect((0, 0, 120, 0.14), color=(206, 200, 190))
        for slab in range(0, 120, 2):
            stage.ground(x=-60, y=0.14).line(((slab, far), (slab, far + 2)), color=(90, 84, 80, 60))


def _cobbles(stage: Stage, *, near: float, far: float) -> None:
    ground = stage.ground()
    rows = 9
    for row in range(rows):
        z = near + (far - near) * row / rows
        ground.line(((-60, z), (60, z)), color=(70, 64, 60, 90))
        for x in range(-14, 15):
            shade = stage.rng.choice((0, 0, 30))
            edge = x + 0.5 * (row % 2)
            ground.rect((edge, z, edge + 0.94, z + (far - near) / rows), color=(60, 54, 50, 14 + shade))


def poles(stage: Stage, *, z: float, gap: float) -> None:
    """Wooden poles along the street with their wires, none in the gap left and right of the middle."""
    gap += stage.rng.uniform(0, 2)
    spots = [(x, 0.0, z) for x in (-gap - 24, -gap, gap, gap + 24)]
    for height in (6.9, 7.2, 7.45):
        for here, there in pairwise(spots):
            line = []
            for part in range(7):
                t = part / 6
                sag = 0.55 * 4 * t * (1 - t)
                x = here[0] + (there[0] - here[0]) * t
                line.append(stage.camera.point((x, height - sag, z)))
            stage.canvas.line(line, color=(50, 48, 52, 170), width=0.8)
    for x, _, _ in spots:
        stage.box((x - 0.1, 0, z - 0.1, x + 0.1, 7.6, z + 0.1), color=(112, 90, 70))
        stage.box((x - 0.7, 7.1, z - 0.06, x + 0.7, 7.22, z + 0.06), color=(96, 78, 62))


def neighbours(stage: Stage, *, z: float, height: float, gap: float) -> None:
    """Plain houses left and right of the plot, set back so that they stay behind the subject."""
    rng = stage.rng
    for side in (-1, 1):
        x = side * (gap + rng.uniform(0.5, 3))
        for _ in range(2):
            wide, high = rng.uniform(7, 11), height * rng.uniform(0.45, 1.0)
            x0, x1 = (x, x + wide) if side > 0 else (x - wide, x)
            tone = stage.light.haze(
                pick(((226, 206, 176), (214, 204, 196), (202, 190, 170)), rng=rng), by=0.22
            )
            face = stage.box((x0, 0, z, x1, high, z + 8), color=tone, top=(150, 110, 94))
            face.rect((-0.2, high - 0.25, wide + 0.2, high), color=scaled(tone, by=0.86))
            for floor in range(int(high / 3)):
                for part in (0.2, 0.6):
                    face.rect(
                        (wide * part, floor * 3 + 1, wide * (part + 0.2), floor * 3 + 2.3),
                        color=(104, 118, 130),
                    )
            x += side * (wide + rng.uniform(0.5, 4))
