"""The smear network and the map, against plain ONNX Runtime and against MONAI's BasicUNet.

BasicUNet (ten classes, its default features) is exported to ONNX by this run and gets the same pixels: 224 x
224 tiles, and the input that a 640 x 480 field of a 100x objective becomes. On the 6000 x 4000 picture the
whole analysis with its map stands beside its time inside ONNX Runtime, and its peak memory is printed, from a
process of its own. Needs the extra 'train'.
"""

import multiprocessing
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from monai.networks.nets import BasicUNet
from numpy.typing import NDArray

from benchmarks.field_speed import WITH_MAP, timed
from benchmarks.measuring import Comparison, compare
from cytovox.analysis.cell_finder import MAP_OUTPUT, CellFinder
from cytovox.analysis.smear import SmearModels, analyze_smear
from cytovox.domain.image import SmearImage
from cytovox.imaging.normalise import normalise
from cytovox.synth.rendered import render_smear

MAP_CLASSES = 10
OUTPUTS = ("centres", "shapes", MAP_OUTPUT)
TILE_PX = 224
FIELD_INPUT = (192, 256)
"""What 640 x 480 px at 0.073 um become at the network's scale, with its frame."""
LARGE = (4000, 6000)
LARGE_MPP_UM = 0.1


def run() -> list[Comparison]:
    """Times; tiles and megapixels a second and the peak memory are printed beside the table."""
    finder = CellFinder.load()
    with tempfile.TemporaryDirectory() as folder:
        unet = _basic_unet(Path(folder) / "unet.onnx")  # its weights lie beside it, and are read here
    rows = []
    for what, shape in (("224 x 224 tile", (TILE_PX, TILE_PX)), ("640 x 480 field's input", FIELD_INPUT)):
        pixels = _input(shape)
        rows.append(
            compare(
                f"smear network, {what}",
                lambda x=pixels: finder.session.run(OUTPUTS, {"pixels": x}),
                "BasicUNet",
                lambda x=pixels: unet.run(None, {"pixels": x}),
            )
        )
    ours, theirs = 1000 / rows[0].ours_ms, 1000 / rows[0].reference_ms
    print(f"{ours:.0f} tiles of 224 x 224 px a second; BasicUNet {theirs:.0f}")
    return [*rows, _large_picture()]


def _input(shape: tuple[int, int]) -> NDArray[np.float32]:
    smear = render_smear(width=shape[1], height=shape[0], mpp_um=0.2, seed=5)
    return normalise(smear.image.pixels)[None]


def _basic_unet(path: Path) -> onnxruntime.InferenceSession:
    torch.manual_seed(0)
    network = BasicUNet(spatial_dims=2, in_channels=3, out_channels=MAP_CLASSES).eval()
    torch.onnx.export(
        network,
        (torch.zeros(1, 3, TILE_PX, TILE_PX),),
        path,
        input_names=["pixels"],
        dynamic_shapes=({2: 16 * torch.export.Dim("h", min=4), 3: 16 * torch.export.Dim("w", min=4)},),
        dynamo=True,
        verbose=False,
    )
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])


def _large_picture() -> Comparison:
    """Once, in a fresh process: peak memory is a process's whole life's."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        whole_ms, inside_ms, before_mb, peak_mb, cells = pool.apply(_analyze_large)
    megapixels = LARGE[0] * LARGE[1] / 1e6
    print(
        f"6000 x 4000 px, {cells} cells: {megapixels / whole_ms * 1e3:.2f} megapixels a second, "
        f"peak memory {peak_mb:.0f} MB ({before_mb:.0f} MB before the analysis)"
    )
    return Comparison("6000 x 4000 picture with map", "inside ONNX Runtime", whole_ms, inside_ms)


def _analyze_large() -> tuple[float, float, float, float, int]:
    models, sessions = timed(SmearModels.shipped())
    patch = render_smear(width=LARGE[1] // 5, height=LARGE[0] // 4, mpp_um=LARGE_MPP_UM, seed=2).image.pixels
    image = SmearImage(np.tile(patch, (4, 5, 1)), LARGE_MPP_UM)
    before = _peak_mb()
    started = time.perf_counter()
    findings = analyze_smear(image, models, options=WITH_MAP)
    whole_ms = (time.perf_counter() - started) * 1e3
    return whole_ms, sum(s.spent_ms for s in sessions.values()), before, _peak_mb(), len(findings.cells)


def _peak_mb() -> float:
    unit = 1 << (20 if sys.platform == "darwin" else 10)  # macOS counts bytes, Linux kilobytes
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
