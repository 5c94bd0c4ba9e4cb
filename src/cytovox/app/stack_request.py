"""How an uploaded stack is to be read, kept with its case for the analysis and for trying again."""

import json
from dataclasses import asdict, dataclass, replace

from cytovox.domain.volume import Modality
from cytovox.io.reading_options import ReadingOptions
from cytovox.io.scans import SeriesEntry

REQUEST = "request.json"
LABELS = "labels"


@dataclass(frozen=True, slots=True)
class StackRequest:
    """What was uploaded, and what of it is wanted.

    Attributes:
        series: Number of the scan to read, from 1.
        entries: All scans of the upload.
        labels_name: File name of a label map that came with it, or None.
        label_names: What names its labels: a table of `io.organ_names`, or None for the file's own names.
        modality: CT, MR or other where a person said so, or None.
        spacing_mm: Distance of slices, rows and columns where a person gave it, or None.
        label_maps: Descriptions of the label maps in the upload.
        label_map: Which of them to take, by number or name; `io.study.WITHOUT` for none; None for the one
            that belongs to the scan.
    """

    series: int
    entries: tuple[SeriesEntry, ...]
    labels_name: str | None = None
    label_names: str | None = None
    modality: Modality | None = None
    spacing_mm: tuple[float, float, float] | None = None
    label_maps: tuple[str, ...] = ()
    label_map: str | None = None

    @property
    def taken(self) -> SeriesEntry:
        """The scan to read."""
        return self.entries[self.series - 1]

    def reading(self, options: ReadingOptions) -> ReadingOptions:
        """Options to read with: those given, with what a person said."""
        return replace(options, modality=self.modality, spacing_mm=self.spacing_mm)

    def to_json(self) -> bytes:
        """The request as JSON."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_json(cls, data: bytes) -> "StackRequest":
        """The request that `to_json` wrote."""
        values = json.loads(data)
        entries = tuple(
            SeriesEntry(**{**entry, "modality": Modality(entry["modality"]), "shape": tuple(entry["shape"])})
            for entry in values.pop("entries")
        )
        modality, spacing = values.pop("modality"), values.pop("spacing_mm")
        label_maps = tuple(values.pop("label_maps", ()))
        return cls(
            entries=entries,
            modality=modality and Modality(modality),
            spacing_mm=spacing and tuple(spacing),
            label_maps=label_maps,
            **values,
        )
