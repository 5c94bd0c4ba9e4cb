"""3D models of cells, against plain marching cubes.

The reference meshes the same outlines the usual way: distances on a full grid of voxels, flattened to the
cell's height, through scikit-image's marching cubes; without colours, normals, nucleus or thickness.
"""

from functools import partial

import numpy as np
from skimage.measure import marching_cubes

from benchmarks.measuring import Comparison, compare
from cytovox.domain.cells import CellTable
from cytovox.domain.findings import Provenance, SmearFindings
from cytovox.domain.surface import PlacedSurface
from cytovox.report.glb import glb_bytes
from cytovox.sculpt.cells import sculpt_cell
from cytovox.sculpt.field import sculpt_field
from cytovox.sculpt.film import Film
from cytovox.sculpt.options import FIELD_STEP_UM, SculptOptions
from cytovox.sculpt.poses import FLATNESS
from cytovox.synth.options import RenderOptions
from cytovox.synth.rendered import render_smear
from cytovox.synth.truth import SyntheticSmear

KINDS = ("red_cell", "neutrophil_segmented", "platelet")
REFERENCE = "marching cubes"


def run() -> list[Comparison]:
    """Times; the size of the field's file is printed beside the table."""
    smear = render_smear(
        width=1500,
        height=1150,
        mpp_um=0.1,
        seed=3,
        options=RenderOptions(
            white_cells=("neutrophil_segmented", "lymphocyte", "monocyte"), red_cells_per_1000_um2=9.0
        ),
    )
    film = Film.of(smear.image, findings_of(smear))
    detail = SculptOptions().step_um
    rows = []
    for kind in KINDS:
        index = smear.labels.index(kind)
        rows.append(
            compare(
                f"one {kind.replace('_', ' ')} to GLB",
                partial(_one, film, index),
                REFERENCE,
                partial(_cubes, film, index, detail),
            )
        )
    print(f"field of {len(film.cells)} cells: {len(_field(smear)) / 1e6:.1f} MB of GLB")
    rows.append(
        compare(
            f"field of {len(film.cells)} cells to GLB",
            partial(_field, smear),
            REFERENCE,
            lambda: [_cubes(film, index, FIELD_STEP_UM) for index in range(len(film.cells))],
            repeats=3,
        )
    )
    return rows


def _one(film: Film, index: int) -> bytes:
    return glb_bytes([PlacedSurface(sculpt_cell(film, index))])


def _field(smear: SyntheticSmear) -> bytes:
    """With the film's own measures: what a person waits for."""
    return glb_bytes(sculpt_field(Film.of(smear.image, findings_of(smear))))


def _cubes(film: Film, index: int, step_um: float) -> object:
    view = film.view(index, step_um)
    reach = float(view.depth_um.max())
    z = np.arange(-reach - 2 * step_um, reach + 2 * step_um, step_um)
    volume = view.depth_um[None] - np.abs(z)[:, None, None]
    return marching_cubes(volume.astype(np.float32), 0.0, spacing=(FLATNESS * step_um, step_um, step_um))


def findings_of(smear: SyntheticSmear) -> SmearFindings:
    """The truth of a rendered smear, told as findings."""
    classes = tuple(dict.fromkeys(smear.labels))
    certain = np.array([[label == key for key in classes] for label in smear.labels], np.float32)
    image = smear.image
    cells = CellTable.from_outlines(
        smear.outlines,
        classes=classes,
        score=np.ones(len(smear), np.float32),
        probabilities=certain,
        picture_size=(image.height, image.width),
        mpp_um=image.mpp_um,
    )
    provenance = Provenance("0", "2026-01-02T03:04:05+00:00", (), {}, "0" * 64)
    return SmearFindings(image.source, image.width, image.height, cells, image.scale, (), provenance)
