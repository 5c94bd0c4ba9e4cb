"""Organs as one 3D scene, about its middle, with names, codes and volumes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from cytovox.domain.errors import InputError
from cytovox.domain.surface import PlacedSurface, Surface
from cytovox.domain.volume_findings import OrganMeasure
from cytovox.io.atomic import write_whole
from cytovox.report.glb import SceneWords, glb_bytes
from cytovox.report.organ_codes import plain_codes


def organ_scene(surfaces: Sequence[Surface]) -> tuple[PlacedSurface, ...]:
    """Organs moved together so that the middle of them all is the origin.

    Viewers turn about the origin, and a scanner's may lie a metre away. GLB alone is moved: STL and OBJ
    keep the patient's coordinates, so that they lie on the scan in other programs.

    Raises:
        InputError: There is no surface.
    """
    middle = scene_middle(surfaces)
    offset = (-middle[0], -middle[1], -middle[2])
    return tuple(PlacedSurface(surface, offset) for surface in surfaces)


def scene_middle(surfaces: Sequence[Surface]) -> tuple[float, float, float]:
    """Middle of the box about all surfaces: where in the patient the scene's origin lies, LPS, mm.

    Raises:
        InputError: There is no surface.
    """
    if not surfaces:
        raise InputError("3D scene: expected at least one organ, got none")
    bounds = np.stack([surface.bounds for surface in surfaces])
    x, y, z = (float(v) for v in (bounds[:, 0].min(axis=0) + bounds[:, 1].max(axis=0)) / 2)
    return x, y, z


def write_organ_glb(
    surfaces: Sequence[Surface], measures: Sequence[OrganMeasure], path: Path, *, notice: str = ""
) -> None:
    """Write `organ_glb` to a file, whole or not at all."""
    write_whole(path, organ_glb(surfaces, measures, notice=notice))


def organ_glb(surfaces: Sequence[Surface], measures: Sequence[OrganMeasure], *, notice: str = "") -> bytes:
    """Organs as a GLB file: metres, y up, the patient upright and facing +z, the patient's left at +x.

    A node an organ; its extras hold key, label, volume in mL, codes, and whether the stack cuts it. The
    extras of the asset hold `origin_lps_mm`, the place of the origin in the patient.

    Args:
        surfaces: From `sculpt_organs`.
        measures: Of the same organs in the same order.
        notice: What the findings say of their trust, if anything.

    Raises:
        InputError: There is no surface, or not one measure a surface.
    """
    if len(surfaces) != len(measures):
        raise InputError(f"3D scene: expected one measure an organ, got {len(measures)} for {len(surfaces)}")
    about = {"origin_lps_mm": [round(place, 3) for place in scene_middle(surfaces)]}
    words = SceneWords(notice, about, tuple(_facts(measure) for measure in measures))
    return glb_bytes(organ_scene(surfaces), words)


def _facts(measure: OrganMeasure) -> dict[str, Any]:
    return {
        "key": measure.organ.key,
        "label": measure.label,
        "volume_ml": round(measure.volume_ml, 3),
        "cut": measure.cut,
        "codes": plain_codes(measure.organ),
    }
