"""What makes the organs of a stack less trustworthy, in words for the person who sent it."""

from collections.abc import Iterator, Sequence

import numpy as np

from cytovox.analysis.bundles import Bundle
from cytovox.domain.findings import QualityWarning
from cytovox.domain.volume import Modality, Volume
from cytovox.domain.volume_findings import OrganMeasure, SliceChances

_FEWEST_SLICES = 5
_AXIAL_SHARE = 0.8
"""Least share of the head-to-foot direction in the direction from slice to slice: 37 degrees of tilt."""
_THICKEST_MM = 10.0
_LEAST_SHARE = 0.05
"""Of slices that hold an organ below which a stack does not look like an abdomen."""


def stack_warnings(volume: Volume, chances: SliceChances, bundle: Bundle) -> tuple[QualityWarning, ...]:
    """Why models may fail on a stack, most important first."""
    return tuple(_of_stack(volume, chances, bundle))


def label_warnings(organs: Sequence[OrganMeasure]) -> tuple[QualityWarning, ...]:
    """Organs whose volumes may be too small because the stack ends in them."""
    cut = [measure.organ.name for measure in organs if measure.cut]
    if not cut:
        return ()
    message = f"The stack ends within: {', '.join(cut)}. Their volumes are those of the part that it shows."
    return (QualityWarning("organ_cut", message),)


def _of_stack(volume: Volume, chances: SliceChances, bundle: Bundle) -> Iterator[QualityWarning]:
    if bundle.notice:
        yield QualityWarning("demonstration_model", f"Organs were outlined by a model. {bundle.notice}")
    between = volume.grid.affine[:3, 0] / np.linalg.norm(volume.grid.affine[:3, 0])
    if abs(float(between[2])) < _AXIAL_SHARE:
        yield QualityWarning(
            "not_axial",
            "The slices do not lie across the body. The models were trained on axial slices only: do not "
            "rely on these outlines, or send the axial series.",
        )
    slices = volume.grid.shape[0]
    passes = (chances.probabilities >= np.array(chances.thresholds)).any(axis=1)
    if float(passes.mean()) < _LEAST_SHARE:
        yield QualityWarning(
            "not_an_abdomen",
            "Hardly any slice looks as if it held stomach or bowel. Check that this is the abdomen.",
        )
    trained = tuple(bundle.manifest["input"].get("modalities", ()))
    if volume.modality is Modality.OTHER:
        yield QualityWarning(
            "modality_unknown",
            "The file does not say whether this is CT or MR; it was read as MR. Say so where you know it.",
        )
    elif volume.modality.value not in trained:
        yield QualityWarning(
            "modality_untrained",
            f"The models were made for {', '.join(trained)}, this is {volume.modality.value}: expect "
            "outlines of little use. Import a label map made elsewhere if you have one.",
        )
    if slices < _FEWEST_SLICES or volume.grid.spacing_mm[0] > _THICKEST_MM:
        yield QualityWarning(
            "few_slices",
            f"{slices} slices {volume.grid.spacing_mm[0]:.1f} mm apart show little of an organ; its "
            "volume is a rough figure.",
        )
