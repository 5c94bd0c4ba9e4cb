"""A rendered smear field: options and a seed in, a picture and its exact truth out."""

import numpy as np

from cytovox.domain.errors import InputError
from cytovox.domain.image import RgbPixels, SmearImage
from cytovox.synth.camera import photograph
from cytovox.synth.film import Layers
from cytovox.synth.optics import refraction, transmission
from cytovox.synth.options import RenderOptions
from cytovox.synth.palettes import PALETTES, Dye
from cytovox.synth.parasites import paint_ring_form
from cytovox.synth.placing import Layout, PlacedCell, lay_out
from cytovox.synth.platelets import paint_clump, paint_platelet
from cytovox.synth.red_cells import draw_traits, paint_red_cell
from cytovox.synth.shapes import CellGrid
from cytovox.synth.texture import smooth_noise
from cytovox.synth.truth import InstanceMask, SyntheticSmear
from cytovox.synth.white_cells import paint_white_cell

SMALLEST_SIDE_PX, LARGEST_SIDE_PX = 16, 4096
FINEST_MPP_UM, COARSEST_MPP_UM = 0.03, 1.0
MOST_CELLS = 20_000
"""A larger field would take minutes; several fields serve better than one."""


def render_smear(
    *,
    width: int = 1024,
    height: int = 768,
    mpp_um: float = 0.1,
    seed: int = 0,
    options: RenderOptions | None = None,
) -> SyntheticSmear:
    """A stained blood smear made from first principles, with the truth of every cell.

    The same arguments give the same picture.

    Args:
        width: Columns of the picture, 16 to 4096.
        height: Rows of the picture, 16 to 4096.
        mpp_um: Micrometres per pixel, 0.03 to 1.
        seed: Any whole number >= 0.
        options: What the smear shows and how it was stained and photographed; None for the defaults.

    Raises:
        InputError: A size, scale or seed is out of range, or the field would hold more than 20,000 cells.
    """
    options = options or RenderOptions()
    check_field(width, height, mpp_um, seed)
    _check_number(width, height, mpp_um, options)
    placing, painting, taking = np.random.default_rng(seed).spawn(3)
    layout = lay_out(width * mpp_um, height * mpp_um, options, placing)
    film, masks = _paint_film((height, width), layout, mpp_um, options, painting)
    pixels = _photograph_film(film, mpp_um, options, taking)
    return _with_truth(SmearImage(pixels, mpp_um, f"rendered-smear-{seed}"), layout, masks)


def _paint_film(
    shape: tuple[int, int], layout: Layout, mpp_um: float, options: RenderOptions, rng: np.random.Generator
) -> tuple[Layers, list[InstanceMask]]:
    film, masks = Layers.empty(shape), []
    _stain_plasma(film, mpp_um, rng)
    for cell, cell_rng in zip(layout.cells, rng.spawn(len(layout.cells)), strict=True):
        grid = CellGrid.around(cell.outline, mpp_um)
        film.add(_paint_cell(cell, grid, options, cell_rng), grid.top, grid.left)
        masks.append(InstanceMask(grid.top, grid.left, grid.inside))
    return film, masks


def _paint_cell(cell: PlacedCell, grid: CellGrid, options: RenderOptions, rng: np.random.Generator) -> Layers:
    if cell.label == "platelet":
        return paint_platelet(grid, rng)
    if cell.label == "platelet_clump":
        return paint_clump(grid, list(cell.members), rng)
    if cell.label not in {"red_cell", "infected_red_cell"}:
        return paint_white_cell(cell.label, cell.outline, grid, rng)
    layers = paint_red_cell(grid, draw_traits(rng, pallor=options.pallor, tilt=options.tilt), rng)
    if cell.label == "infected_red_cell":
        paint_ring_form(layers, grid, float(np.sqrt(cell.outline.area_um2 / np.pi)), rng)
    return layers


def _stain_plasma(film: Layers, mpp_um: float, rng: np.random.Generator) -> None:
    """Dried plasma takes a trace of stain, unevenly."""
    shape = film.thickness_um.shape
    cloud = smooth_noise((shape[0], shape[1]), 12.0 / mpp_um, rng)
    film.dyes[..., Dye.PINK] += np.clip(0.03 + 0.02 * cloud, 0.0, None)


def _photograph_film(
    film: Layers, mpp_um: float, options: RenderOptions, rng: np.random.Generator
) -> RgbPixels:
    palette = PALETTES[options.palette]
    passed = transmission(film.dyes, palette.absorbance() * options.stain_strength)
    passed *= refraction(film.thickness_um, mpp_um, options.defocus)[..., None]
    return photograph(passed, palette.light(), mpp_um, options.camera, rng)


def _with_truth(image: SmearImage, layout: Layout, masks: list[InstanceMask]) -> SyntheticSmear:
    return SyntheticSmear.of(
        image,
        tuple(cell.label for cell in layout.cells),
        tuple(cell.outline.polygon_px(image.mpp_um or 1.0) for cell in layout.cells),
        tuple(masks),
    )


def check_field(width: int, height: int, mpp_um: float, seed: int) -> None:
    """Nothing, where a field of that size, scale and seed can be made.

    Raises:
        InputError: One of them is out of range.
    """
    for name, side in (("width", width), ("height", height)):
        if not SMALLEST_SIDE_PX <= side <= LARGEST_SIDE_PX:
            raise InputError(f"{name}: expected {SMALLEST_SIDE_PX} to {LARGEST_SIDE_PX} pixels, got {side}")
    if not FINEST_MPP_UM <= mpp_um <= COARSEST_MPP_UM:
        raise InputError(
            f"mpp_um: expected {FINEST_MPP_UM} to {COARSEST_MPP_UM} micrometres per pixel, got {mpp_um}"
        )
    if seed < 0:
        raise InputError(f"seed: expected a whole number >= 0, got {seed}")


def _check_number(width: int, height: int, mpp_um: float, options: RenderOptions) -> None:
    density = (
        options.red_cells_per_1000_um2 + options.platelets_per_1000_um2 + options.white_cells_per_1000_um2
    )
    cells = density * width * height * mpp_um**2 / 1000.0
    if cells > MOST_CELLS:
        raise InputError(f"field: expected at most {MOST_CELLS} cells, these options ask for {cells:.0f}")
