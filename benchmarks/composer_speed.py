"""Composed smears: fields a second beside rendered ones, and how steep pasted borders are beside real ones.

`python -m benchmarks.composer_speed DATA [--bank FOLDER]`
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np

from cytovox.io.cut_outs import LONE, CutOutPicture, cut_out_pictures, read_picture
from cytovox.synth.compose_options import varied_options
from cytovox.synth.composed import compose_smear
from cytovox.synth.cut_outs import CutOut, CutOutBank
from cytovox.synth.cutting import LONE_RED_CELL, Origin, Slide, lone_cells, open_slide
from cytovox.synth.pasting import add_density, draw_turn, turned
from cytovox.synth.rendered import render_smear
from cytovox.synth.rendered_fields import rendered_options
from cytovox.training.cut_out_bank import bank_file
from cytovox.training.cut_out_file import load_bank

SIDE_PX, UM_PER_PX, PROCESSES, FIELDS = 224, 0.2, 2, 200
RING_PX = 2.0
PICTURES = 120
_SAME_DENSITY = 0.02
_held: dict[str, CutOutBank] = {}


def main() -> None:
    """Print fields a second and the ratio of border gradients."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.composer_speed", description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--bank", type=Path, help="folder that keeps the cut-outs")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        started = time.perf_counter()
        path = bank_file(given.data, "train", given.bank or Path(temporary))
        print(f"bank of cut-outs: {time.perf_counter() - started:.0f} s, {path.stat().st_size / 1e6:.0f} MB")
        speeds(path)
    borders(given.data)


def speeds(bank: Path) -> None:
    """Fields a second in two processes and processor time a field, composed and rendered in turn."""
    print(f"{SIDE_PX} px fields at {UM_PER_PX} um, {PROCESSES} processes")
    with ProcessPoolExecutor(PROCESSES, get_context("spawn"), _hold, (bank,)) as pool:
        for make in (_compose, _render):
            list(pool.map(make, range(8)))  # unmeasured: imports and first touches
        for name, make in (("composed", _compose), ("rendered", _render)):
            started = time.perf_counter()
            spent = list(pool.map(make, range(FIELDS), chunksize=10))
            wall = time.perf_counter() - started
            print(
                f"  {name}: {FIELDS / wall:.1f} fields/s, {1e3 * np.mean(spent):.1f} ms of one core a field"
            )


def borders(data: Path) -> None:
    """Mean gradient of density at the borders of lone red cells, as photographed and as pasted again."""
    for source in ("cells/pbc", "detection/bccd", "detection/txl"):
        pictures = [p for p in cut_out_pictures(data, "val") if p.source == source and p.finding == LONE]
        real, kept, turned_again = (np.array(v) for v in zip(*_gradients(pictures[:PICTURES]), strict=True))
        for name, pasted in (("as cut", kept), ("turned at random", turned_again)):
            ratios = pasted.mean(axis=0) / real.mean(axis=0)
            print(
                f"  {source}, {len(real)} red cells pasted {name}: gradient over the real cells' "
                f"{ratios[0]:.3f} inside the border, {ratios[1]:.3f} outside it"
            )


Ring = tuple[float, float]


def _gradients(pictures: Sequence[CutOutPicture]) -> Iterable[tuple[Ring, Ring, Ring]]:
    random = np.random.default_rng(0)
    for picture in pictures:
        slide = open_slide(read_picture(picture.path), picture.um_per_px)
        origin = Origin(picture.source, picture.key, "val", "red_cell")
        for cell in lone_cells(slide, origin, LONE_RED_CELL):
            top, left = _place_in(slide, cell)
            window = np.s_[top : top + cell.mask.shape[0], left : left + cell.mask.shape[1]]
            apart = (slide.density[window] - cell.density)[cell.mask]
            if np.abs(apart - np.median(apart, axis=0)).max() > _SAME_DENSITY:
                continue  # the density fits another cell better than its own, seen through the fade
            # Neighbours count on neither side; what an opening takes away is the cell's own blurred rim.
            beyond = (slide.stained[window] & ~cell.mask).astype(np.uint8)
            if cv2.morphologyEx(beyond, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8)).any():
                continue
            real = _ring(slide.density[window][..., 1], cell.mask)
            yield real, _ring(cell.density[..., 1].astype(np.float32), cell.mask), _pasted(cell, random)


def _pasted(cell: CutOut, random: np.random.Generator) -> Ring:
    patch = turned(cell, draw_turn(random, 0.0), cell.um_per_px)
    canvas = np.zeros((*patch.mask.shape, 3), np.float32)
    add_density(canvas, patch)
    return _ring(canvas[..., 1], patch.mask)


def _place_in(slide: Slide, cell: CutOut) -> tuple[int, int]:
    """Row and column where a cut-out was cut from: where its density fits the slide's best."""
    found = cv2.matchTemplate(
        np.ascontiguousarray(slide.density[..., 1]), cell.density[..., 1].astype(np.float32), cv2.TM_SQDIFF
    )
    _, _, (column, row), _ = cv2.minMaxLoc(found)
    return row, column


def _ring(density: np.ndarray, mask: np.ndarray) -> Ring:
    steepness = np.hypot(*np.gradient(density))
    within = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 3)
    without = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 3)
    inside, outside = (within > 0) & (within <= RING_PX), (without > 0) & (without <= RING_PX)
    return float(steepness[inside].mean()), float(steepness[outside].mean())


def _hold(path: Path) -> None:
    cv2.setNumThreads(1)
    _held["bank"] = load_bank(path)


def _compose(seed: int) -> float:
    options = varied_options(np.random.default_rng(seed))
    size = {"width": SIDE_PX, "height": SIDE_PX}
    return _spent(lambda: compose_smear(_held["bank"], options=options, mpp_um=UM_PER_PX, seed=seed, **size))


def _render(seed: int) -> float:
    rng = np.random.default_rng(seed)
    options = rendered_options(varied_options(rng, ground="smear"), (SIDE_PX * UM_PER_PX) ** 2, rng)
    return _spent(
        lambda: render_smear(width=SIDE_PX, height=SIDE_PX, mpp_um=UM_PER_PX, seed=seed, options=options)
    )


def _spent(make: Callable[[], object]) -> float:
    started = time.process_time()
    make()
    return time.process_time() - started


if __name__ == "__main__":
    main()
