"""The sample smear that comes with Cytovox: rendered, so it shows no person's blood and its truth is exact.

`python -m cytovox.synth.sample OUT` writes the picture anew.
"""

import argparse
import os
from functools import cache
from importlib.resources import files
from pathlib import Path

import cv2
import numpy as np

from cytovox.synth.camera import Camera
from cytovox.synth.options import RenderOptions
from cytovox.synth.rendered import render_smear
from cytovox.synth.truth import SyntheticSmear

SAMPLE_NAME = "sample-smear.jpg"
JPEG_QUALITY = 92

_OPTIONS = RenderOptions(
    palette="warm",
    red_cells_per_1000_um2=6.6,
    platelets_per_1000_um2=1.0,
    white_cells=(
        "monocyte",
        "eosinophil",
        "neutrophil_segmented",
        "neutrophil_segmented",
        "neutrophil_band",
        "basophil",
        "lymphocyte",
        "lymphocyte",
    ),
    overlap_fraction=0.2,
    camera=Camera(blur_um=0.11, noise=0.006, illumination_gradient=0.04, vignetting=0.06),
)


def sample_smear() -> bytes:
    """The shipped sample smear as a JPEG file, 1280 x 960 pixels at 0.1 um per pixel."""
    return files("cytovox.synth").joinpath("data", SAMPLE_NAME).read_bytes()


@cache
def sample_truth() -> SyntheticSmear:
    """The sample smear before JPEG compression, with the truth of every cell; rendered at the first call."""
    return render_smear(width=1280, height=960, mpp_um=0.1, seed=14, options=_OPTIONS)


def render_sample_jpeg() -> bytes:
    """The sample smear rendered and encoded anew."""
    bgr = np.ascontiguousarray(sample_truth().image.pixels[..., ::-1])
    _, encoded = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return encoded.tobytes()


def write_sample(output: Path) -> None:
    """Write the sample smear, whole or not at all."""
    unfinished = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        unfinished.write_bytes(render_sample_jpeg())
        unfinished.replace(output)
    finally:
        unfinished.unlink(missing_ok=True)


def main(arguments: list[str] | None = None) -> None:
    """Entry of `python -m cytovox.synth.sample`."""
    parser = argparse.ArgumentParser(prog="python -m cytovox.synth.sample", description=main.__doc__)
    parser.add_argument(
        "output", type=Path, help="file to write, such as src/cytovox/synth/data/sample-smear.jpg"
    )
    write_sample(parser.parse_args(arguments).output)


if __name__ == "__main__":
    main()
