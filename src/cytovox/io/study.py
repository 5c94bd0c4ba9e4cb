"""A stack together with the label map that lies beside it, out of one file, folder or ZIP archive.

Which files are label maps `io.label_signs` decides. Of several scans the one that a label map was drawn on is
read, then the largest. Of several label maps that one belongs to a scan which says so (a DICOM segmentation
names its series, nnU-Net calls both after one case), then the one with the scan's voxels. Where that
leaves more than one, nobody guesses: the answer lists them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from cytovox.domain.errors import ImageFileError
from cytovox.domain.findings import QualityWarning
from cytovox.domain.volume import LabelMap, Modality, Volume
from cytovox.io.chosen_files import ChosenFile, chosen_files, enough_memory
from cytovox.io.contents import Contents, contents_of, single_files
from cytovox.io.drawn_labels import LabelSource, chosen_source
from cytovox.io.label_grids import same_voxels
from cytovox.io.label_maps import Beside, read_source, with_word
from cytovox.io.organ_names import OrganNames, names_from
from cytovox.io.reading_options import ReadingOptions
from cytovox.io.scans import Scan, SeriesEntry, chosen, entries, load_chosen
from cytovox.io.volume import listed_files, scans_in

WITHOUT = "none"
"""What to ask for instead of a label map, to have none."""
_HOW = f"by its number or name, or '{WITHOUT}'"


@dataclass(frozen=True, slots=True)
class Study:
    """A stack, and the label map that was found with it.

    Attributes:
        volume: The stack; of labels without an image their mask, 1 within organs.
        labels: On the grid of the stack, or None.
    """

    volume: Volume
    labels: LabelMap | None


@dataclass(frozen=True, slots=True)
class StudyEntries:
    """What there is to choose from.

    Attributes:
        scans: The scans; of label maps without an image one entry that stands for it.
        labels: Descriptions of the label maps; their place, counted from 1, is their number.
    """

    scans: tuple[SeriesEntry, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of several things to read.

    Attributes:
        series: Number or description of the scan; None for the one with a label map, else the largest.
        labels: Number or description of the label map, or the name of its file; `WITHOUT` for none; None for
            the one that belongs to the scan.
        organs: What names the labels, as of `open_label_map`.
    """

    series: int | str | None = None
    labels: int | str | None = None
    organs: OrganNames | None = None


def open_study(
    path: str | Path, *, wanted: Wanted = Wanted(), options: ReadingOptions | None = None
) -> Study:
    """The stack in a file, folder or ZIP archive, and the label map in it.

    Args:
        path: What the user chose; nothing outside it is read but a file with names of labels beside it.
        wanted: What of several things to read.
        options: Bounds of reading, and what the files do not say.

    Raises:
        ImageFileError: There is no stack, or something is damaged, unsafe or too large, or the label map lies
            elsewhere than the stack.
        InputError: There is no such series or label map, or several label maps may be meant.
    """
    path, options = Path(path), options or ReadingOptions()
    with enough_memory(path), chosen_files(path, options) as chosen_ones:
        files = listed_files(chosen_ones, path, options)
        contents = contents_of(files, str(path), options)
        reader = _Reader(path, files, contents, wanted, options)
        alone = not contents.scans and contents.labels and wanted.labels != WITHOUT
        return reader.labels_alone() if alone else reader.stack_with_labels()


def list_study(path: str | Path, *, options: ReadingOptions | None = None) -> StudyEntries:
    """What a file, folder or ZIP archive holds: scans and label maps.

    Raises:
        ImageFileError: There is neither, or the files are damaged, unsafe or too many.
    """
    path, options = Path(path), options or ReadingOptions()
    with enough_memory(path), chosen_files(path, options) as chosen_ones:
        files = listed_files(chosen_ones, path, options)
        contents = contents_of(files, str(path), options)
        names = tuple(source.description for source in contents.labels)
        if contents.scans or not contents.labels:
            scans = scans_in(contents, files, path, options)
            best = preferred(scans, contents.labels)
            listed = (replace(entry, preferred=entry.number == best + 1) for entry in entries(scans))
            return StudyEntries(tuple(listed), names)
        first = contents.labels[0]
        grid = first.grid() or first.load(None).grid
        return StudyEntries((SeriesEntry(1, _ALONE, Modality.OTHER, grid.shape, preferred=True),), names)


_ALONE = "label map without its image"


def preferred(scans: Sequence[Scan], labels: Sequence[LabelSource]) -> int:
    """Place of the scan to read where nobody chooses: with a label map before without, then the largest."""
    return max(range(len(scans)), key=lambda at: (_labelled(scans[at], labels), scans[at].rank))


def _labelled(scan: Scan, labels: Sequence[LabelSource]) -> bool:
    if scan.unsuitable or not labels:
        return False
    return any(scan.key in source.scans for source in labels) or any(
        not source.scans and _same_voxels(scan, source) for source in labels
    )


def _same_voxels(scan: Scan, source: LabelSource) -> bool:
    first, second = scan.grid(), source.grid()
    return first is not None and second is not None and same_voxels(first, second)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads what is wanted of some files."""

    path: Path
    files: tuple[ChosenFile, ...]
    contents: Contents
    wanted: Wanted
    options: ReadingOptions

    def stack_with_labels(self) -> Study:
        """The wanted scan, or the best one, with its label map."""
        scans = scans_in(self.contents, self.files, self.path, self.options)
        labels = self.contents.labels
        if self.wanted.series is None:
            at = preferred(scans, labels)
        else:
            at = chosen(scans, self.wanted.series, str(self.path))
        source = self._source(scans[at], scans)
        volume = load_chosen(scans, self.wanted.series, str(self.path), at)
        return Study(volume, None if source is None else self._drawn(source, volume))

    def labels_alone(self) -> Study:
        """The wanted label map, or the only one, on a stack made of it."""
        source = self._chosen(self.contents.labels, f"{self.path.name}: ")
        labels = self._read(source, None)
        said = QualityWarning(
            "labels_alone",
            f"There is no image beside the label map '{source.description}'. Its organs are measured and "
            "shown without grey values.",
        )
        modality = self.options.modality or Modality.OTHER
        grey = (labels.labels > 0).astype(np.uint8)
        return Study(
            Volume(grey, labels.grid, modality, source.description, warnings=(said,)),
            labels,
        )

    def _source(self, scan: Scan, scans: Sequence[Scan]) -> LabelSource | None:
        labels = self.contents.labels
        if self.wanted.labels == WITHOUT:
            return None
        if self.wanted.labels is not None:
            return self._chosen(labels, f"{self.path.name}: ")
        fitting = _fitting(scan, scans, labels)
        if not fitting:
            return None
        return self._chosen(fitting, f"{self.path.name}: for '{scan.description}' ", labels)

    def _chosen(
        self, sources: Sequence[LabelSource], name: str, numbered: Sequence[LabelSource] = ()
    ) -> LabelSource:
        if self.wanted.labels is None and len(sources) == 1:
            return sources[0]
        further = single_files(self.files, self.options)
        return chosen_source(numbered or sources, further, self.wanted.labels, name, _HOW)

    def _drawn(self, source: LabelSource, volume: Volume) -> LabelMap:
        try:
            labels = self._read(source, volume)
        except ImageFileError as error:
            if self.wanted.labels is not None:
                raise
            raise ImageFileError(
                str(self.path),
                f"'{source.description}' was taken for its label map ({source.reason}), but {error.reason}; "
                f"ask for another label map, or for '{WITHOUT}' to open the stack without",
            ) from error
        return (
            labels
            if self.wanted.labels is not None
            else with_word(labels, source, "It lies beside the stack.")
        )

    def _read(self, source: LabelSource, volume: Volume | None) -> LabelMap:
        given = None if self.wanted.organs is None else names_from(self.wanted.organs)
        like = None if volume is None else volume.grid
        return read_source(source, like, given, Beside(self.path, self.files))


def _fitting(scan: Scan, scans: Sequence[Scan], labels: Sequence[LabelSource]) -> list[LabelSource]:
    own = [source for source in labels if scan.key in source.scans]
    if not own:
        known = {one.key for one in scans}
        own = [source for source in labels if not source.scans & known]
    there = [source for source in own if _same_voxels(scan, source)]
    return there if len(own) > 1 and there else own
