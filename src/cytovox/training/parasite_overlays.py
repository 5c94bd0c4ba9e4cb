"""Drawn on red cells: parasites of the forms that the training cells lack, and things mistaken for parasites.

Everything is drawn as what it adds to the optical density (see `parasite_cells.density_of`) of a square patch
of the network's scale. Sizes are in micrometres (WHO, Basic malaria microscopy, part I, 2nd edition, 2010:
rings of 1/6 to 1/3 of the red cell, trophozoites and gametocytes up to all of it, schizonts with 6 to 24
merozoites, brown pigment from the trophozoite on).
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator

from cytovox.domain.geometry import FloatArray
from cytovox.synth.texture import smooth_noise, soft_step


@dataclass(frozen=True, slots=True)
class Sheet:
    """An empty square patch about (0, 0), in um.

    Attributes:
        x: Place of each pixel, um, shape (side, side).
        y: Likewise.
        um_per_px: Micrometres per pixel.
        random: Source of all that varies.
    """

    x: FloatArray
    y: FloatArray
    um_per_px: float
    random: Generator

    @classmethod
    def of(cls, reach_um: float, um_per_px: float, random: Generator) -> "Sheet":
        """A patch that reaches that far from its middle."""
        half = int(np.ceil(reach_um / um_per_px))
        place = (np.arange(2 * half, dtype=np.float32) + 0.5 - half) * np.float32(um_per_px)
        x, y = np.meshgrid(place, place)
        return cls(x, y, um_per_px, random)

    def noise(self, scale_um: float) -> FloatArray:
        """Soft noise of unit variance."""
        return smooth_noise((len(self.x), len(self.x)), scale_um / self.um_per_px, self.random)

    def dot(self, at: tuple[float, float], radius_um: float, edge_um: float = 0.12) -> FloatArray:
        """A soft, slightly oval disc, 1 inside."""
        squeeze, turn = self.random.uniform(0.75, 1.0), self.random.uniform(0, np.pi)
        # Only where it is: a schizont has twenty of them, stippling sixty.
        middle, reach = len(self.x) / 2, (radius_um + edge_um) / self.um_per_px
        rows, columns = (
            slice(
                max(int(middle + a / self.um_per_px - reach), 0), int(middle + a / self.um_per_px + reach) + 2
            )
            for a in (at[1], at[0])
        )
        dx, dy = self.x[rows, columns] - at[0], self.y[rows, columns] - at[1]
        along = dx * np.cos(turn) + dy * np.sin(turn)
        across = (dy * np.cos(turn) - dx * np.sin(turn)) / squeeze
        out = np.zeros_like(self.x)
        out[rows, columns] = soft_step(-np.hypot(along, across), -radius_um - edge_um, -radius_um + edge_um)
        return out

    def blob(self, radius_um: float, roughness: float) -> FloatArray:
        """A body with lobes about the middle, 1 inside."""
        distance = np.hypot(self.x, self.y) + roughness * radius_um * self.noise(0.7 * radius_um)
        return soft_step(-np.asarray(distance, np.float32), -radius_um - 0.15, -radius_um + 0.15)

    def inside(self, radius_um: float) -> tuple[float, float]:
        """A random place within that distance of the middle."""
        away, angle = radius_um * np.sqrt(self.random.random()), self.random.uniform(0, 2 * np.pi)
        return float(away * np.cos(angle)), float(away * np.sin(angle))


def _chromatin(random: Generator) -> FloatArray:
    """Density (3,) of chromatin: red-purple to blue-purple."""
    red = random.random()
    hue = red * np.array([0.55, 1.35, 0.45]) + (1 - red) * np.array([0.9, 1.1, 0.45])
    return np.asarray(hue * random.uniform(0.65, 1.3), np.float32)


def _cytoplasm(random: Generator) -> FloatArray:
    """Density (3,) that the parasite's blue cytoplasm adds to that of the red cell."""
    return np.asarray(np.array([0.34, 0.26, 0.06]) * random.uniform(0.5, 1.3), np.float32)


def _pigment(random: Generator) -> FloatArray:
    return np.asarray(np.array([0.5, 0.7, 0.9]) * random.uniform(0.5, 1.2), np.float32)


def ring(um_per_px: float, random: Generator) -> FloatArray:
    """A ring form: thin blue band about a pale middle, one or two chromatin dots on it."""
    radius = random.uniform(0.45, 1.25)
    sheet = Sheet.of(radius + 0.9, um_per_px, random)
    squeeze = random.uniform(0.6, 1.0)
    distance = np.hypot(sheet.x, sheet.y / squeeze) + 0.1 * radius * sheet.noise(radius)
    band = np.exp(-np.square((distance - radius) / random.uniform(0.13, 0.3)))
    uneven = 1.0 + random.uniform(0.2, 0.7) * np.cos(np.arctan2(sheet.y, sheet.x) - random.uniform(0, 6.28))
    pale = np.exp(-np.square(distance / (0.7 * radius))) * random.uniform(0.0, 0.18)
    added = (band * uneven)[..., None] * (_cytoplasm(random) * random.uniform(0.8, 1.6)) - pale[..., None]
    colour, angle = _chromatin(random), random.uniform(0, 2 * np.pi)
    for _ in range(1 if random.random() < 0.7 else 2):
        at = (radius * np.cos(angle), radius * squeeze * np.sin(angle))
        added += sheet.dot(at, random.uniform(0.18, 0.45))[..., None] * colour
        angle += random.uniform(0.7, 3.2)
    return np.asarray(added, np.float32)


def trophozoite(um_per_px: float, random: Generator) -> FloatArray:
    """A growing parasite: uneven blue body with a pale vacuole, chromatin and grains of pigment."""
    radius = random.uniform(1.0, 2.8)
    sheet = Sheet.of(1.7 * radius + 0.5, um_per_px, random)
    body = sheet.blob(radius, random.uniform(0.1, 0.4))
    strength = body * (1.0 + 0.25 * sheet.noise(0.5))
    if random.random() < 0.6:
        hole = sheet.dot(sheet.inside(0.5 * radius), random.uniform(0.25, 0.5) * radius, 0.3)
        strength = strength * (1.0 - 0.9 * hole)
    added = strength[..., None] * (_cytoplasm(random) * random.uniform(0.9, 1.8))
    nucleus = sheet.dot(sheet.inside(0.7 * radius), random.uniform(0.35, 0.9), 0.2)
    added += nucleus[..., None] * _chromatin(random)
    return _with_pigment(sheet, added, body, 0.8 * radius, int(random.integers(0, 14)))


def schizont(um_per_px: float, random: Generator) -> FloatArray:
    """A dividing parasite: many chromatin dots in one body about clumped pigment."""
    radius = random.uniform(1.6, 3.3)
    sheet = Sheet.of(1.4 * radius + 0.5, um_per_px, random)
    body = sheet.blob(radius, random.uniform(0.05, 0.2))
    added = body[..., None] * (_cytoplasm(random) * random.uniform(0.6, 1.5))
    colour, size = _chromatin(random), random.uniform(0.25, 0.5)
    dots = np.zeros_like(body)
    for _ in range(int(random.integers(5, 22))):
        dots = np.maximum(dots, sheet.dot(sheet.inside(0.85 * radius), size))
    added += dots[..., None] * colour
    return _with_pigment(sheet, added, body, 0.4, int(random.integers(2, 10)))


def gametocyte(um_per_px: float, random: Generator) -> FloatArray:
    """A sexual form: an even round body that fills the cell, or a banana, with scattered pigment."""
    bent = random.random() < 0.3
    radius = random.uniform(2.0, 3.7)
    sheet = Sheet.of(1.35 * radius + 2.5, um_per_px, random)
    if bent:
        length, width = random.uniform(3.6, 5.2), random.uniform(0.9, 1.6)
        across = sheet.y - random.uniform(0.03, 0.1) * np.square(sheet.x) + 0.7
        distance = np.hypot(sheet.x / length, across / width)
        body = soft_step(-np.asarray(distance, np.float32), -1.1, -0.9)
    else:
        body = sheet.blob(radius, random.uniform(0.02, 0.1))
    mottled = body * (1.0 + 0.15 * sheet.noise(0.8))
    added = mottled[..., None] * (_cytoplasm(random) * random.uniform(0.8, 2.0))
    if random.random() < 0.6:
        added = added + 0.15 * body[..., None] * _chromatin(random)
    centre = sheet.dot(sheet.inside(0.4 * radius), random.uniform(0.5, 1.4), 0.5)
    added = added + (centre * body)[..., None] * _chromatin(random) * random.uniform(0.3, 0.9)
    return _with_pigment(sheet, added, body, 0.8 * radius, int(random.integers(5, 40)))


def _with_pigment(
    sheet: Sheet, added: FloatArray, body: FloatArray, reach_um: float, grains: int
) -> FloatArray:
    specks = np.zeros_like(body)
    for _ in range(grains):
        specks = np.maximum(specks, sheet.dot(sheet.inside(reach_um), sheet.random.uniform(0.06, 0.2), 0.08))
    return np.asarray(added + (specks * body)[..., None] * _pigment(sheet.random), np.float32)


def howell_jolly_body(um_per_px: float, random: Generator) -> FloatArray:
    """One, seldom two, dense smooth round dots of nuclear remnant (no ring, no cytoplasm)."""
    sheet = Sheet.of(2.2, um_per_px, random)
    added = np.zeros((*sheet.x.shape, 3), np.float32)
    colour = _chromatin(random) * np.float32(1.2)
    for _ in range(1 if random.random() < 0.85 else 2):
        added += sheet.dot(sheet.inside(1.2), random.uniform(0.3, 0.65), 0.1)[..., None] * colour
    return added


def stippling(um_per_px: float, random: Generator) -> FloatArray:
    """Basophilic stippling: many fine dots all over the cell."""
    sheet = Sheet.of(3.8, um_per_px, random)
    dots, size = np.zeros_like(sheet.x), random.uniform(0.07, 0.16)
    for _ in range(int(random.integers(20, 60))):
        dots = np.maximum(dots, sheet.dot(sheet.inside(3.4), size, 0.08))
    return np.asarray(dots[..., None] * (_cytoplasm(random) + 0.3 * _chromatin(random)), np.float32)


def precipitate(um_per_px: float, random: Generator) -> FloatArray:
    """Stain precipitate: dark grains of many sizes in a heap that does not keep to the cell."""
    reach = random.uniform(0.5, 4.5)
    sheet = Sheet.of(reach + 0.6, um_per_px, random)
    grains = np.zeros_like(sheet.x)
    for _ in range(int(random.integers(3, 30))):
        grains = np.maximum(grains, sheet.dot(sheet.inside(reach), random.uniform(0.06, 0.3), 0.07))
    return np.asarray(grains[..., None] * (_chromatin(random) * random.uniform(1.0, 1.8)), np.float32)


def dirt(um_per_px: float, random: Generator) -> FloatArray:
    """A speck of any colour with hard edges, or a refracting bubble: dark rim and bright middle."""
    radius = random.uniform(0.2, 1.2)
    sheet = Sheet.of(1.6 * radius + 0.6, um_per_px, random)
    grey = random.uniform(0.3, 1.6) * (1.0 + 0.25 * random.normal(size=3))
    if random.random() < 0.4:
        distance = np.hypot(sheet.x, sheet.y)
        rim = np.exp(-np.square((distance - radius) / random.uniform(0.08, 0.25)))
        bright = np.exp(-np.square(distance / (0.6 * radius))) * random.uniform(0.1, 0.6)
        # Light bends off a bubble in all colours alike: that tells it from a ring form.
        return np.asarray((0.4 * random.uniform(0.3, 1.2) * rim - bright)[..., None] * np.ones(3), np.float32)
    body = sheet.blob(radius, random.uniform(0.1, 0.5))
    return np.asarray(body[..., None] * np.abs(grey), np.float32)


def platelet(um_per_px: float, random: Generator) -> FloatArray:
    """A platelet: granular purple body with a fuzzy pale border, no blue ring and no chromatin dot."""
    radius = random.uniform(0.7, 1.7)
    sheet = Sheet.of(1.6 * radius + 0.5, um_per_px, random)
    body = sheet.blob(radius, random.uniform(0.08, 0.25))
    granules = np.clip(0.7 + 0.5 * sheet.noise(random.uniform(0.2, 0.45)), 0.1, None)
    middle = np.exp(-np.square(np.hypot(sheet.x, sheet.y) / (0.7 * radius)))
    strength = body * granules * (0.4 + 0.6 * middle)
    colour = _chromatin(random) * random.uniform(0.4, 0.8) + 0.4 * _cytoplasm(random)
    halo = np.exp(-np.square((np.hypot(sheet.x, sheet.y) - 1.15 * radius) / 0.2)) * random.uniform(0.0, 0.15)
    return np.asarray(strength[..., None] * colour - halo[..., None], np.float32)


Drawing = Callable[[float, Generator], FloatArray]
FORMS: tuple[tuple[Drawing, float], ...] = (
    (ring, 0.36),
    (trophozoite, 0.27),
    (schizont, 0.15),
    (gametocyte, 0.22),
)
"""Drawn parasites and how often each is drawn."""
MISTAKEN: tuple[tuple[Drawing, float], ...] = (
    (platelet, 0.24),
    (howell_jolly_body, 0.14),
    (stippling, 0.12),
    (precipitate, 0.22),
    (dirt, 0.28),
)
"""Drawn things that are no parasites, and how often each is drawn."""


def drawn(choices: tuple[tuple[Drawing, float], ...], um_per_px: float, random: Generator) -> FloatArray:
    """One of the choices, at random, shape (side, side, 3): what it adds to the density."""
    which = random.choice(len(choices), p=[share for _, share in choices])
    added = choices[which][0](um_per_px, random)
    return np.asarray(cv2.GaussianBlur(added, (0, 0), random.uniform(0.4, 1.3)), np.float32)
