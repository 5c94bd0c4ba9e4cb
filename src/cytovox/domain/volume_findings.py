"""What an analysis of a stack found, with everything a report, a scene or a time line needs."""

from dataclasses import dataclass
from enum import StrEnum

from cytovox.domain.errors import InputError
from cytovox.domain.findings import Provenance, QualityWarning
from cytovox.domain.geometry import FloatArray
from cytovox.domain.taxonomy import CellClass
from cytovox.domain.volume import LabelMap, Modality, VolumeGrid


class LabelOrigin(StrEnum):
    """Who drew a label map."""

    MODEL = "model"
    IMPORTED = "imported"


@dataclass(frozen=True, slots=True)
class OrganMeasure:
    """One organ of a stack.

    Attributes:
        label: Its value in the label map.
        organ: Its class.
        voxels: How many it has.
        volume_ml: Their volume.
        first_slice: First slice that holds it, counted from 0.
        last_slice: Last slice that holds it.
        cut: Whether it reaches the stack's first or last slice, so that its volume may be too small.
    """

    label: int
    organ: CellClass
    voxels: int
    volume_ml: float
    first_slice: int
    last_slice: int
    cut: bool


@dataclass(frozen=True, slots=True)
class SliceChances:
    """What model A said of each slice.

    Attributes:
        organs: Organ keys, in the order of the columns.
        probabilities: Chance that a slice holds an organ, shape (slices, organs), float32.
        thresholds: From which chance on a slice goes on to model B, one an organ.
    """

    organs: tuple[str, ...]
    probabilities: FloatArray
    thresholds: tuple[float, ...]

    def __post_init__(self) -> None:
        if self.probabilities.ndim != 2 or self.probabilities.shape[1] != len(self.organs):
            raise InputError(f"expected chances of {len(self.organs)} organs, got {self.probabilities.shape}")
        if len(self.thresholds) != len(self.organs):
            raise InputError(f"expected {len(self.organs)} thresholds, got {len(self.thresholds)}")


@dataclass(frozen=True, slots=True)
class VolumeFindings:
    """Result of one stack.

    Attributes:
        source: What the stack was called.
        grid: Where its voxels lie.
        modality: CT, MR or other.
        labels: Organ of each voxel.
        label_origin: Whether models drew the labels or they were made elsewhere.
        organs: One measure an organ that is present, largest label last.
        warnings: What makes the results less trustworthy, most important first.
        provenance: How the result came about.
        notice: Words that every export carries ("demonstration, non-commercial research only"), or "".
        slice_chances: What model A said, or None for imported labels.
        subject: Pseudonym of the person, or None.
        day: Order of that person's scans, in days, or None.
    """

    source: str
    grid: VolumeGrid
    modality: Modality
    labels: LabelMap
    label_origin: LabelOrigin
    organs: tuple[OrganMeasure, ...]
    warnings: tuple[QualityWarning, ...]
    provenance: Provenance
    notice: str = ""
    slice_chances: SliceChances | None = None
    subject: str | None = None
    day: int | None = None
