"""Label maps from tables of run lengths, with their scans or laid on one."""

from collections.abc import Sequence
from functools import partial

from cytovox.domain.errors import ImageFileError
from cytovox.domain.volume import VolumeGrid
from cytovox.io.chosen_files import ChosenFile
from cytovox.io.drawn_labels import DrawnLabels, LabelSource, overlap_warning
from cytovox.io.organ_names import LabelName
from cytovox.io.reading_options import ReadingOptions
from cytovox.io.uw_madison import (
    CLASSES,
    Runs,
    UwScan,
    is_uw_slice,
    labels_from_runs,
    read_runs,
    uw_grid,
    uw_labels,
    uw_scans,
)

_NAMES = {label: LabelName(key) for label, key in enumerate(CLASSES, 1)}
RUNS = "train.csv"
"""What the competition calls its table."""
_SUFFIX = ".csv"


def run_length_maps(files: Sequence[ChosenFile], options: ReadingOptions) -> list[LabelSource]:
    """The label maps that a table among some files holds: one a scan; none without a table and its slices.

    Args:
        files: Slices in the competition's layout with a table, or a table alone.
        options: Bounds of reading.

    Raises:
        ImageFileError: The table is no table of run lengths.
    """
    slices = [file for file in files if is_uw_slice(file)]
    tables = [file for file in files if file.name.lower().endswith(_SUFFIX)]
    if not tables or not (slices or len(files) == 1):
        return []
    table = next((file for file in tables if file.path.name.lower() == RUNS), tables[0])
    with table.open() as stream:
        runs = read_runs(stream.read(), table.path.name)
    if not slices:
        names = dict.fromkeys(name for name, _ in runs)
        return [LabelSource(name, partial(_on_a_stack, name, runs, table.path.name)) for name in names]
    drawn = {name for name, _ in runs}
    reason = f"its run lengths stand in {table.path.name}"
    return [
        LabelSource(
            scan.name,
            partial(_with_scan, scan, runs, options),
            reason,
            frozenset([scan.name]),
        )
        for scan in uw_scans(slices)
        if scan.name in drawn
    ]


def _with_scan(scan: UwScan, runs: Runs, options: ReadingOptions, _like: VolumeGrid | None) -> DrawnLabels:
    labels, overlapping = uw_labels(scan, runs)
    return DrawnLabels(labels, uw_grid(scan, options), _NAMES, warnings=overlap_warning(overlapping))


def _on_a_stack(name: str, runs: Runs, table: str, like: VolumeGrid | None) -> DrawnLabels:
    if like is None:
        raise ImageFileError(
            table, "a table of run lengths says nothing of sizes; open it together with its scan"
        )
    numbers = sorted((number for scan, number in runs if scan == name), reverse=True)
    if len(numbers) != like.shape[0]:
        raise ImageFileError(
            table, f"expected {like.shape[0]} slices of {name} as the stack has them, found {len(numbers)}"
        )
    labels, overlapping = labels_from_runs([runs[name, number] for number in numbers], like.shape)
    return DrawnLabels(labels, like, _NAMES, warnings=overlap_warning(overlapping))
