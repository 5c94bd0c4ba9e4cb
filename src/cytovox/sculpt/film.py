"""A dried film of blood, as one picture shows it: its cells, its light, and how much a micrometre absorbs."""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.cells import CellTable
from cytovox.domain.errors import InputError
from cytovox.domain.findings import SmearFindings
from cytovox.domain.geometry import FloatArray
from cytovox.domain.image import RgbPixels, SmearImage
from cytovox.domain.taxonomy import UNIDENTIFIED, UNTYPED
from cytovox.imaging.stain import background_light
from cytovox.sculpt.haemoglobin import haemoglobin_density
from cytovox.sculpt.options import RED_CELL_VOLUME_FL
from cytovox.sculpt.view import CellView, cell_view

_MEASURED_CELLS = 24
"""Red cells that the absorbance of a micrometre is measured from; more hardly move their median."""
_MEASURING_STEP_UM = 0.3


@dataclass(frozen=True, slots=True)
class Film:
    """One analysed picture, made ready for models of its cells.

    Attributes:
        pixels: RGB, shape (H, W, 3), uint8.
        cells: What was found in it.
        mpp_um: Micrometres per pixel.
        light: Linear light (3,) of the empty slide.
        density_per_um: Absorbance of a micrometre of red cell, or None without a whole red cell in the
            picture.
        red_cell_volume_fl: Volume that the median red cell is taken to have.
        best: Best class of each cell, kept because the cell table works it out for all cells at each call.
        label: What each cell is called, likewise.
    """

    pixels: RgbPixels
    cells: CellTable
    mpp_um: float
    light: NDArray[np.float32]
    density_per_um: float | None
    red_cell_volume_fl: float = RED_CELL_VOLUME_FL
    best: NDArray[np.str_] = field(init=False)
    label: NDArray[np.str_] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "best", self.cells.best)
        object.__setattr__(self, "label", self.cells.label)

    @classmethod
    def of(
        cls, image: SmearImage, findings: SmearFindings, *, red_cell_volume_fl: float = RED_CELL_VOLUME_FL
    ) -> Self:
        """The film of a picture.

        Args:
            image: The picture.
            findings: What was found in it; its scale must be known.
            red_cell_volume_fl: Volume of the median red cell, femtolitres, above 0.

        Raises:
            InputError: The scale is unknown, the findings are another picture's, or the volume is none.
        """
        if findings.scale.mpp_um is None:
            raise InputError(
                f"model of '{findings.source}': expected a picture of known scale, got one whose scale could "
                "not be found; give the micrometres per pixel"
            )
        if (findings.height, findings.width) != (image.height, image.width):
            raise InputError(
                f"model of '{findings.source}': expected findings of a picture of {image.width} x "
                f"{image.height} pixels, got some of {findings.width} x {findings.height}"
            )
        if not 10.0 <= red_cell_volume_fl <= 300.0:
            raise InputError(f"red_cell_volume_fl: expected 10 to 300 femtolitres, got {red_cell_volume_fl}")
        bare = cls(
            image.pixels,
            findings.cells,
            findings.scale.mpp_um,
            background_light(image.pixels),
            None,
            red_cell_volume_fl,
        )
        return cls(
            bare.pixels, bare.cells, bare.mpp_um, bare.light, _density_per_um(bare), red_cell_volume_fl
        )

    def kind(self, index: int) -> str:
        """Broadest class of a cell, also of an unnamed one: "red_cell", "platelet" or "white_cell"."""
        coarse = self.cells.taxonomy.coarse(str(self.best[index]))
        return UNTYPED if coarse == UNIDENTIFIED else coarse

    def view(self, index: int, step_um: float) -> CellView:
        """A cell and its surroundings."""
        return cell_view(self.pixels, self.cells.outlines[index], self.mpp_um, step_um)

    def neighbours(self, index: int, view: CellView) -> tuple[FloatArray, ...]:
        """Outlines of the other cells whose boxes meet the view."""
        half = len(view.pixels) * view.step_um / view.mpp_um / 2
        (x, y), boxes = view.centre_px, self.cells.box
        near = (boxes[:, 0] < x + half) & (boxes[:, 2] > x - half)
        near &= (boxes[:, 1] < y + half) & (boxes[:, 3] > y - half)
        near[index] = False
        return tuple(self.cells.outlines[i] for i in np.flatnonzero(near))


def _density_per_um(film: Film) -> float | None:
    """Absorbance of a micrometre of red cell, from the median whole red cell that no other cell touches."""
    amounts = []
    for index in _red_cells(film):
        view = film.view(index, _MEASURING_STEP_UM)
        neighbours = film.neighbours(index, view)
        if view.covered_by(neighbours, 0.0)[view.depth_um > 0].any():
            continue
        covered = view.covered_by(neighbours, 0.3)
        density = haemoglobin_density(view, film.light, covered).density
        amounts.append(float(np.clip(density, 0, None)[view.depth_um > 0].sum()) * view.step_um**2)
        if len(amounts) == _MEASURED_CELLS:
            break
    if not amounts or np.median(amounts) <= 0:
        return None
    return float(np.median(amounts)) / film.red_cell_volume_fl


def _red_cells(film: Film) -> NDArray[np.int64]:
    """Red cells that lie wholly in the picture, in an order that goes all over it."""
    outlines = film.cells.outlines
    healthy = np.flatnonzero(film.best == "red_cell")
    limit = (film.pixels.shape[1], film.pixels.shape[0])
    whole = [i for i in healthy if (outlines[i] > 0).all() and (outlines[i] < limit).all()]
    return np.random.default_rng(0).permutation(np.array(whole, np.int64))
