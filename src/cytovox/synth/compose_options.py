"""What a composed smear shows, and how its fields vary."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from cytovox.domain.errors import InputError
from cytovox.synth.camera import Camera

BACKGROUNDS = ("healthy", "infected", "mixed")
"""Red cells of a field: none infected, all infected, or some."""
GROUNDS = ("smear", "white")
"""The empty slide: tinted and unevenly lit, or plain white as in pictures that others composed."""
EDGES = ("soft", "hard")
"""Cells laid down by their density, or pasted as if cut out with scissors, hiding what is under them."""
WHITE_CELL_KINDS = ("basophil", "eosinophil", "lymphocyte", "monocyte", "neutrophil")
EQUAL_SHARES: Mapping[str, float] = MappingProxyType(dict.fromkeys(WHITE_CELL_KINDS, 1.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposeOptions:
    """Options of a composed smear; cells that find no room are left out.

    Attributes:
        background: One of `BACKGROUNDS`.
        ground: One of `GROUNDS`.
        edges: One of `EDGES`.
        infected_share: Share of the red cells of a "mixed" field that are infected, 0 to 1.
        red_cells_per_1000_um2: Red cells per 1000 square micrometres of film, 0 to 20.
        white_cells_per_1000_um2: White cells per 1000 square micrometres, 0 to 6.
        platelets_per_1000_um2: Single platelets per 1000 square micrometres, 0 to 20.
        clumps_per_1000_um2: Platelet clumps per 1000 square micrometres, 0 to 3.
        white_cells: Types of the white cells, or None to draw them from density and mix.
        white_cell_mix: Relative frequency of each white-cell type.
        overlap_fraction: Share of the red cells that overlap another one, as far as there is room, 0 to 1.
        deepest_overlap: Largest share of the smaller of two red cells that an overlap covers, 0.05 to 0.6.
        touching_fraction: Share of the red cells that lie close beside another one, 0 to 1.
        platelets_on_cells: Share of the platelets that lie on a red cell, 0 to 1.
        scale_spread: Standard deviation of the logarithm of a cell's size about its own, 0 to 0.4.
        stain_spread: Standard deviation of the logarithm of the stain's density in each colour, 0 to 0.5.
        main_source: Share of the red cells that come from one laboratory, 0 to 1.
        camera: Optics and sensor.
        jpeg_quality: Quality of a JPEG compression that the picture goes through, 10 to 100; None for none.
    """

    background: str = "healthy"
    ground: str = "smear"
    edges: str = "soft"
    infected_share: float = 0.3
    red_cells_per_1000_um2: float = 6.5
    white_cells_per_1000_um2: float = 0.6
    platelets_per_1000_um2: float = 0.9
    clumps_per_1000_um2: float = 0.1
    white_cells: tuple[str, ...] | None = None
    white_cell_mix: Mapping[str, float] = field(default_factory=lambda: EQUAL_SHARES)
    overlap_fraction: float = 0.2
    deepest_overlap: float = 0.3
    touching_fraction: float = 0.3
    platelets_on_cells: float = 0.1
    scale_spread: float = 0.05
    stain_spread: float = 0.1
    main_source: float = 0.7
    camera: Camera = field(default_factory=lambda: Camera(blur_um=0.06, noise=0.004))
    jpeg_quality: int | None = None

    def __post_init__(self) -> None:
        for name, choices in _NAMED.items():
            if getattr(self, name) not in choices:
                raise InputError(f"{name}: expected one of {', '.join(choices)}, got '{getattr(self, name)}'")
        for name, (low, high) in _RANGES.items():
            if not low <= getattr(self, name) <= high:
                raise InputError(f"{name}: expected {low} to {high}, got {getattr(self, name)}")
        if self.jpeg_quality is not None and not 10 <= self.jpeg_quality <= 100:
            raise InputError(f"jpeg_quality: expected 10 to 100, got {self.jpeg_quality}")
        unknown = {*(self.white_cells or ()), *self.white_cell_mix} - set(WHITE_CELL_KINDS)
        if unknown:
            known = ", ".join(WHITE_CELL_KINDS)
            raise InputError(f"white cells: expected types among {known}, got {', '.join(sorted(unknown))}")
        shares = list(self.white_cell_mix.values())
        if not shares or min(shares) < 0 or sum(shares) <= 0:
            raise InputError(f"white_cell_mix: expected shares >= 0 that do not all vanish, got {shares}")

    @property
    def infected_fraction(self) -> float:
        """Share of the red cells that are infected."""
        return {"healthy": 0.0, "infected": 1.0, "mixed": self.infected_share}[self.background]


_NAMED = {"background": BACKGROUNDS, "ground": GROUNDS, "edges": EDGES}
_RANGES = {
    "infected_share": (0.0, 1.0),
    "red_cells_per_1000_um2": (0.0, 20.0),
    "white_cells_per_1000_um2": (0.0, 6.0),
    "platelets_per_1000_um2": (0.0, 20.0),
    "clumps_per_1000_um2": (0.0, 3.0),
    "overlap_fraction": (0.0, 1.0),
    "deepest_overlap": (0.05, 0.6),
    "touching_fraction": (0.0, 1.0),
    "platelets_on_cells": (0.0, 1.0),
    "scale_spread": (0.0, 0.4),
    "stain_spread": (0.0, 0.5),
    "main_source": (0.0, 1.0),
}


def varied_options(
    rng: np.random.Generator, *, background: str | None = None, ground: str | None = None
) -> ComposeOptions:
    """Options drawn at random, as wide as smears and the cameras at them differ: one draw a training field.

    Args:
        rng: Source of the draw.
        background: One of `BACKGROUNDS`, or None for any.
        ground: One of `GROUNDS`, or None for either: four in five are smears.
    """
    ground = ground or ("smear" if rng.random() < 0.8 else "white")
    smear = ground == "smear"
    uneven = 1.0 if smear else 0.0
    return ComposeOptions(
        background=background or str(rng.choice(BACKGROUNDS, p=(0.5, 0.15, 0.35))),
        ground=ground,
        edges="soft" if smear or rng.random() < 0.4 else "hard",
        infected_share=float(rng.uniform(0.03, 0.6)),
        red_cells_per_1000_um2=float(rng.uniform(2.0, 10.0)),
        white_cells_per_1000_um2=float(rng.uniform(0.2, 1.2)),
        platelets_per_1000_um2=float(rng.uniform(0.2, 2.5)),
        clumps_per_1000_um2=float(rng.uniform(0.0, 0.35)),
        overlap_fraction=float(rng.uniform(0.0, 0.6)),
        touching_fraction=float(rng.uniform(0.1, 0.6)),
        scale_spread=0.08,
        stain_spread=0.15,
        main_source=float(rng.choice([1.0, 0.8, 0.3])),
        camera=Camera(
            blur_um=float(rng.uniform(0.02, 0.25)),
            noise=float(rng.uniform(0.0, 0.012)),
            illumination_gradient=uneven * float(rng.uniform(0.0, 0.25)),
            vignetting=uneven * float(rng.uniform(0.0, 0.2)),
        ),
        jpeg_quality=None if rng.random() < 0.3 else int(rng.integers(50, 97)),
    )
