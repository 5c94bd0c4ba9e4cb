"""What a findings.json tells of its cells and its scale, for those who look at the picture again."""

from collections.abc import Mapping
from typing import Any

FINDER_CLASSES = ("red_cell", "platelet")
"""Told apart by the cell finder, which gives no reasons and no features."""


def middle_of(cell: Mapping[str, Any]) -> tuple[float, float]:
    """Middle of the outline, not of the box: the box ends at the border of the picture; x and y in pixels."""
    xs, ys = zip(*cell["polygon"], strict=True)
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def told_scale(findings: Mapping[str, Any]) -> float | None:
    """Micrometres per pixel that the cells were named at: the estimate where the picture tells none."""
    scale = findings["provenance"]["options"].get("working_um_per_px") or findings["scale"]["mpp_um"]
    return None if scale is None else float(scale)
