"""Nucleus, cytoplasm and measures of white cells, against the time inside ONNX Runtime alone."""

import numpy as np

from benchmarks.measuring import Comparison, compare
from cytovox.analysis.white_cell_parts import WhiteCellParts, measure_white_cells
from cytovox.io.smear import open_smear_bytes
from cytovox.synth.sample import sample_smear

_CELLS = 8


def run() -> list[Comparison]:
    """All that is done with eight white cells; two views of each pass through the network."""
    network, image = WhiteCellParts.load(), open_smear_bytes(sample_smear(), "sample")
    um_per_px = image.mpp_um or 0.1
    side = int(network.bundle.manifest["input"]["size_px"])
    views = np.random.default_rng(0).uniform(-1, 1, (_CELLS, 3, side, side)).astype(np.float32)
    angle = np.linspace(0, 2 * np.pi, 32, endpoint=False)
    middles = np.linspace((80, 80), (image.width - 80, image.height - 80), _CELLS)
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1) * 6.0 / um_per_px
    outlines = [np.asarray(middle + circle, np.float32) for middle in middles]

    def ours() -> None:
        measure_white_cells(
            network, image.pixels, outlines, np.ones(_CELLS, bool), um_per_px, mpp_um=um_per_px
        )

    def network_alone() -> None:
        for _ in range(2):
            network.session.run(None, {"pixels": views})

    return [compare(f"{_CELLS} white cells measured", ours, "in ONNX Runtime", network_alone, repeats=7)]
