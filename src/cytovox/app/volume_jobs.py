"""What a worker does with a stack."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from cytovox.app.case_files import CaseFiles
from cytovox.app.cases import Case
from cytovox.app.jobs import JobFunction, JobResult, Progress
from cytovox.app.pseudonyms import without_date
from cytovox.app.scan_rows import ScanRow
from cytovox.app.stack_files import stack_files
from cytovox.app.stack_request import LABELS, REQUEST, StackRequest
from cytovox.app.stack_thumbnail import stack_thumbnail
from cytovox.app.store import ORIGINAL, THUMBNAIL
from cytovox.app.volume_results import volume_result_files
from cytovox.domain.errors import CytovoxError, InputError
from cytovox.domain.volume import LabelMap, Volume
from cytovox.domain.volume_findings import VolumeFindings
from cytovox.io.label_maps import open_label_map
from cytovox.io.reading_options import ReadingOptions
from cytovox.io.study import Wanted, open_study
from cytovox.io.volume import open_volume

Read = TypeVar("Read")
AnalyzeVolume = Callable[..., VolumeFindings]
"""As `analyze_volume`: a stack, and by name its labels and where to tell the progress."""

_READ, _ANALYSED, _VIEWED = 0.15, 0.65, 0.75
"""Parts of the progress bar after reading, analysing, and writing what the viewer reads."""


def volume_job(analyze: AnalyzeVolume) -> JobFunction:
    """The job of a stack.

    Args:
        analyze: As `analyze_volume`.
    """

    def analyse_case(case: Case, files: CaseFiles, progress: Progress) -> JobResult:
        request = StackRequest.from_json(files(REQUEST))
        options = request.reading(ReadingOptions(pseudonym_key=files.pseudonym_key))
        progress(0.0, "reading the stack")
        volume, labels = _stack_and_labels(files, case, request, options)
        progress(_READ, "looking for organs")
        share = _ANALYSED - _READ
        findings = analyze(
            volume, labels=labels, progress=lambda done, step: progress(_READ + share * done, step)
        )
        progress(_ANALYSED, "cutting the planes")
        shown = stack_files(volume, findings, request, files.scratch)
        shown[THUMBNAIL] = stack_thumbnail(volume, findings.labels)
        progress(_VIEWED, "building the surfaces of the organs")
        results = volume_result_files(findings, files.scratch)
        return JobResult({**shown, **results}, scan=ScanRow.of(findings))

    return analyse_case


def _stack_and_labels(
    files: CaseFiles, case: Case, request: StackRequest, options: ReadingOptions
) -> tuple[Volume, LabelMap | None]:
    path = files.link(ORIGINAL, case.name)
    if request.labels_name is None:
        wanted = Wanted(request.series, request.label_map, request.label_names)
        study = _told_by_name(path, lambda: open_study(path, wanted=wanted, options=options))
        return without_date(study.volume, options.pseudonym_key), study.labels
    volume = _told_by_name(path, lambda: open_volume(path, series=request.series, options=options))
    drawn = files.link(LABELS, request.labels_name)
    labels = _told_by_name(
        drawn,
        lambda: open_label_map(drawn, like=volume.grid, organs=request.label_names, options=options),
    )
    return without_date(volume, options.pseudonym_key), labels


def _told_by_name(path: Path, read: Callable[[], Read]) -> Read:
    """What was read; problems name the file as the person did, not where it is kept."""
    try:
        return read()
    except CytovoxError as error:
        raise InputError(str(error).replace(f"{path.parent}/", "")) from error
