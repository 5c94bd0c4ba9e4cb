"""What a rendered smear shows and how it was stained and photographed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from cytovox.domain.errors import InputError
from cytovox.synth.camera import Camera
from cytovox.synth.palettes import PALETTES
from cytovox.synth.red_cells import DEEPEST_PALLOR
from cytovox.synth.white_cells import WHITE_CELL_TYPES

ADULT_DIFFERENTIAL: Mapping[str, float] = MappingProxyType(
    {
        "neutrophil_segmented": 0.56,
        "neutrophil_band": 0.04,
        "lymphocyte": 0.30,
        "monocyte": 0.06,
        "eosinophil": 0.03,
        "basophil": 0.01,
    }
)
"""Shares of the white cells of a healthy adult."""

MOST_RED_CELLS_PER_1000_UM2 = 20.0
"""Above this a film has no empty slide left between its cells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderOptions:
    """Options of a rendered smear; cells that find no room are left out.

    Attributes:
        palette: Stain and white balance: "warm", "pink" or "blue_grey".
        red_cells_per_1000_um2: Red cells per 1000 square micrometres of film, 0 to 20.
        white_cells_per_1000_um2: White cells per 1000 square micrometres, 0 to 3.
        platelets_per_1000_um2: Single platelets per 1000 square micrometres, 0 to 20.
        platelet_clumps: Platelet clumps in the field, 0 to 20.
        white_cells: Types of the white cells, or None to draw them from density and mix.
        white_cell_mix: Relative frequency of each white-cell type.
        overlap_fraction: Share of the red cells that overlap another one, as far as there is room, 0 to 1.
        infected_fraction: Share of the red cells that hold a ring form, 0 to 1.
        pallor: Mean central pallor of the red cells: 0 even discs, 1 the biconcave profile, up to 1.3.
        tilt: Standard deviation of the relative change of a red cell's thickness across its radius, 0 to 0.5.
        stain_strength: Factor on all absorbances, 0.3 to 2.
        defocus: Halo at cell borders, um (see `optics.refraction`), -0.05 to 0.05.
        camera: Optics and sensor.
    """

    palette: str = "warm"
    red_cells_per_1000_um2: float = 7.0
    white_cells_per_1000_um2: float = 0.4
    platelets_per_1000_um2: float = 0.9
    platelet_clumps: int = 0
    white_cells: tuple[str, ...] | None = None
    white_cell_mix: Mapping[str, float] = field(default_factory=lambda: ADULT_DIFFERENTIAL)
    overlap_fraction: float = 0.15
    infected_fraction: float = 0.0
    pallor: float = 0.95
    tilt: float = 0.06
    stain_strength: float = 1.0
    defocus: float = 0.01
    camera: Camera = field(default_factory=Camera)

    def __post_init__(self) -> None:
        if self.palette not in PALETTES:
            raise InputError(f"palette: expected one of {', '.join(PALETTES)}, got '{self.palette}'")
        for name, (low, high) in _RANGES.items():
            _check(name, getattr(self, name), low, high)
        for name, (low, high) in _CAMERA_RANGES.items():
            _check(f"camera.{name}", getattr(self.camera, name), low, high)
        _check_types("white_cells", self.white_cells or ())
        _check_types("white_cell_mix", self.white_cell_mix)
        shares = list(self.white_cell_mix.values())
        if not shares or min(shares) < 0 or sum(shares) <= 0:
            raise InputError(f"white_cell_mix: expected shares >= 0 that do not all vanish, got {shares}")


_RANGES = {
    "red_cells_per_1000_um2": (0.0, MOST_RED_CELLS_PER_1000_UM2),
    "white_cells_per_1000_um2": (0.0, 3.0),
    "platelets_per_1000_um2": (0.0, 20.0),
    "platelet_clumps": (0, 20),
    "overlap_fraction": (0.0, 1.0),
    "infected_fraction": (0.0, 1.0),
    "pallor": (0.0, DEEPEST_PALLOR),
    "tilt": (0.0, 0.5),
    "stain_strength": (0.3, 2.0),
    "defocus": (-0.05, 0.05),
}
_CAMERA_RANGES = {
    "blur_um": (0.0, 3.0),
    "noise": (0.0, 0.2),
    "illumination_gradient": (0.0, 0.8),
    "vignetting": (0.0, 0.8),
}


def _check(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise InputError(f"{name}: expected {low} to {high}, got {value}")


def _check_types(name: str, keys: Mapping[str, float] | tuple[str, ...]) -> None:
    unknown = [key for key in keys if key not in WHITE_CELL_TYPES]
    if unknown:
        known = ", ".join(WHITE_CELL_TYPES)
        raise InputError(f"{name}: expected white-cell types among {known}, got {', '.join(unknown)}")
