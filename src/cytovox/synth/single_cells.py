"""Rendered white cells, one a picture, in a folder a class: practice material for training.

`python -m cytovox.synth.single_cells OUT` writes it.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from cytovox.domain.errors import InputError
from cytovox.domain.image import RgbPixels
from cytovox.synth.camera import Camera
from cytovox.synth.options import RenderOptions
from cytovox.synth.palettes import PALETTES
from cytovox.synth.rendered import render_smear
from cytovox.synth.white_cells import WHITE_CELL_TYPES

MPP_UM = 0.2
FIELD_PX = 512
CROP_PX = 140
"""28 um: the widest white cell and its neighbours' rims."""
_CELLS_A_FIELD = 6
_MOST_FIELDS = 20


def render_cells(label: str, number: int, *, seed: int = 0) -> Iterator[RgbPixels]:
    """Pictures (140, 140, 3) uint8 at 0.2 um per pixel with one white cell of a type in the middle.

    Stain, camera and neighbours vary from field to field.

    Args:
        label: One of `white_cells.WHITE_CELL_TYPES`.
        number: How many pictures.
        seed: Any whole number; the same one gives the same pictures.

    Raises:
        InputError: There is no such type, or the fields have no room for that many cells.
    """
    if label not in WHITE_CELL_TYPES:
        raise InputError(f"no white cell '{label}'; expected one of {', '.join(WHITE_CELL_TYPES)}")
    random = np.random.default_rng([seed, *label.encode()])
    made = 0
    for _ in range(_MOST_FIELDS + number):
        for picture in _cells_of_field(label, random):
            if made == number:
                return
            yield picture
            made += 1
    raise InputError(f"{label}: fields of this size have no room for {number} whole cells")


def write_single_cells(
    folder: Path, *, number: int = 60, seed: int = 0, labels: Sequence[str] = tuple(WHITE_CELL_TYPES)
) -> None:
    """Write `folder/<class>/<class>-<number>.png`, an equal number a class.

    Args:
        folder: Made where it is missing.
        number: Pictures a class.
        seed: Any whole number.
        labels: Which types.
    """
    for label in labels:
        (folder / label).mkdir(parents=True, exist_ok=True)
        for count, pixels in enumerate(render_cells(label, number, seed=seed)):
            bgr = np.ascontiguousarray(pixels[..., ::-1])
            cv2.imwrite(str(folder / label / f"{label}-{count:04d}.png"), bgr)


def _cells_of_field(label: str, random: np.random.Generator) -> Iterator[RgbPixels]:
    options = replace(
        RenderOptions(),
        palette=str(random.choice(list(PALETTES))),
        red_cells_per_1000_um2=float(random.uniform(4.0, 8.0)),
        white_cells=(label,) * _CELLS_A_FIELD,
        stain_strength=float(np.exp(random.normal(0.0, 0.12))),
        camera=Camera(blur_um=float(random.uniform(0.08, 0.3)), noise=float(random.uniform(0.0, 0.012))),
    )
    smear = render_smear(
        width=FIELD_PX, height=FIELD_PX, mpp_um=MPP_UM, seed=int(random.integers(2**31)), options=options
    )
    half = CROP_PX // 2
    for box, cell in zip(smear.boxes, smear.labels, strict=True):
        x, y = round(float(box[0] + box[2]) / 2), round(float(box[1] + box[3]) / 2)
        if cell == label and half <= min(x, y) and max(x, y) <= FIELD_PX - half:
            yield smear.image.pixels[y - half : y + half, x - half : x + half]


def main(arguments: list[str] | None = None) -> None:
    """Entry of `python -m cytovox.synth.single_cells`."""
    parser = argparse.ArgumentParser(prog="python -m cytovox.synth.single_cells", description=main.__doc__)
    parser.add_argument("output", type=Path, help="folder to write, such as practice")
    parser.add_argument("--number", type=int, default=60, help="pictures a class (60)")
    parser.add_argument("--seed", type=int, default=0, help="another number gives other pictures (0)")
    given = parser.parse_args(arguments)
    write_single_cells(given.output, number=given.number, seed=given.seed)


if __name__ == "__main__":
    main()
