"""`cytovox volume`: a CT or MR stack in; its organs measured, outlined and in 3D out."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from cytovox.cli.batch import make_folder
from cytovox.cli.console import print_json, progress_bar, remarks, results
from cytovox.domain.errors import InputError
from cytovox.domain.volume import LabelMap, Modality, Volume
from cytovox.domain.volume_findings import VolumeFindings
from cytovox.io.reading_options import ReadingOptions

if TYPE_CHECKING:
    from cytovox.domain.surface import Surface

_ARCHIVES = (".nii.gz", ".nii", ".nrrd", ".nhdr", ".zip", ".dcm")
DEFAULT_FORMATS = "json,csv,glb,nifti"


@dataclass(frozen=True, slots=True)
class Exported:
    """What files are made from.

    Attributes:
        findings: The result.
        surfaces: One an organ; none where no organ was found or no file needs them.
        headers: Reads the headers of the DICOM slices that the stack came from; none of other files.
    """

    findings: VolumeFindings
    surfaces: "tuple[Surface, ...]"
    headers: Callable[[], tuple[Any, ...]]


def _json(result: Exported, path: Path) -> None:
    from cytovox.report.volume_json import write_volume_json  # noqa: PLC0415 - only what is asked for is loaded

    write_volume_json(result.findings, path)


def _csv(result: Exported, path: Path) -> None:
    from cytovox.report.organs_csv import write_organs_csv  # noqa: PLC0415

    write_organs_csv(result.findings, path)


def _nifti(result: Exported, path: Path) -> None:
    from cytovox.io.nifti_labels import write_label_nifti  # noqa: PLC0415

    write_label_nifti(result.findings.labels, path)


def _seg(result: Exported, path: Path) -> None:
    from cytovox.report.dicom_seg import SegmentationWords, write_dicom_seg  # noqa: PLC0415

    found = result.findings
    models = tuple((use.name, use.version) for use in found.provenance.models)
    words = SegmentationWords(found.label_origin, models, found.modality, found.notice)
    slices = result.headers()
    try:
        write_dicom_seg(found.labels, path, slices=slices, words=words)
    except InputError as error:
        if not slices:
            raise
        remarks().print(Text(f"{path.name} does not refer to the DICOM slices: {error}"))
        write_dicom_seg(found.labels, path, words=words)


def _glb(result: Exported, path: Path) -> None:
    from cytovox.report.organ_scene import write_organ_glb  # noqa: PLC0415

    write_organ_glb(result.surfaces, result.findings.organs, path, notice=result.findings.notice)


def _stl(result: Exported, path: Path) -> None:
    from cytovox.domain.surface import PlacedSurface  # noqa: PLC0415
    from cytovox.report.stl import write_stl  # noqa: PLC0415

    write_stl(tuple(map(PlacedSurface, result.surfaces)), path)


def _obj(result: Exported, path: Path) -> None:
    from cytovox.domain.surface import PlacedSurface  # noqa: PLC0415
    from cytovox.report.obj import write_obj  # noqa: PLC0415

    write_obj(tuple(map(PlacedSurface, result.surfaces)), path)


WRITERS: dict[str, tuple[str, Callable[[Exported, Path], None]]] = {
    "json": ("json", _json),
    "csv": ("csv", _csv),
    "nifti": ("labels.nii.gz", _nifti),
    "seg": ("seg.dcm", _seg),
    "glb": ("glb", _glb),
    "stl": ("stl", _stl),
    "obj": ("obj", _obj),
}
"""Ending and writer of each format."""
_SURFACES = frozenset({"glb", "stl", "obj"})
_NEED_ORGANS = _SURFACES | {"seg"}


Output = Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Folder for the results.")]
Stack = Annotated[
    Path, typer.Argument(metavar="PATH", help="DICOM folder or ZIP, NIfTI, NRRD, UW-Madison case, slices.")
]
Labels = Annotated[
    Path | None,
    typer.Option(
        metavar="PATH|N",
        help="Label map made elsewhere: a file, a folder of masks, one of --list, or none.",
        show_default="the one in PATH, else the models draw one",
    ),
]
Names = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Names of its labels: a JSON file, or a known table.",
        show_default="from the label map or a file beside it",
    ),
]
Series = Annotated[
    str | None,
    typer.Option(
        metavar="N",
        help="Scan to read where there are several: number or description of --list.",
        show_default="the largest",
    ),
]
MadeWith = Annotated[
    Modality | None, typer.Option(help="Where the file does not say it.", show_default="from the file")
]
Formats = Annotated[str, typer.Option("--format", metavar="A,B,...", help=f"Of {', '.join(WRITERS)}.")]
SlicesModel = Annotated[str, typer.Option(metavar="NAME", help="Bundle that chooses slices, or its folder.")]
OrgansModel = Annotated[str, typer.Option(metavar="NAME", help="Bundle that outlines organs, or its folder.")]
EverySlice = Annotated[
    bool, typer.Option("--every-slice", help="Look for organs on slices that hold none, too.")
]
OnlyList = Annotated[bool, typer.Option("--list", help="List the scans and label maps in PATH and leave.")]
Json = Annotated[bool, typer.Option("--json", help="Print the findings as JSON, not a table.")]


def volume(
    path: Stack,
    output: Output = Path(),
    labels: Labels = None,
    names: Names = None,
    series: Series = None,
    modality: MadeWith = None,
    form: Formats = DEFAULT_FORMATS,
    slices_model: SlicesModel = "organ_slices_mr",
    organs_model: OrgansModel = "organs_mr",
    every_slice: EverySlice = False,
    only_list: OnlyList = False,
    json: Json = False,
) -> None:
    """Measure the organs of a CT or MR stack and make a 3D scene of them.

    With --labels, or where PATH holds a label map beside the scan, the organs are those of that label map.
    Else the shipped models outline stomach, small bowel and large bowel on axial MR; they are a
    demonstration, trained on slices of a few people.
    """
    options = ReadingOptions(modality=modality)
    if only_list:
        _list(path, options)
        return
    formats = _formats(form)
    make_folder(output)
    with progress_bar(quiet=False) as bar:
        task = bar.add_task("reading the stack", total=1.0)

        def tell(share: float, step: str) -> None:
            bar.update(task, completed=share, description=step)

        stack, drawn = _read(path, labels, names, series, options)
        findings = _analyze(stack, drawn, (slices_model, organs_model), tell, every_slice=every_slice)
        tell(1.0, "writing files")
        headers = partial(_headers, path, series, options)
        written = _write(findings, formats, output / _stem(path, stack), headers)
    if json:
        from cytovox.report.volume_json import volume_to_dict  # noqa: PLC0415

        print_json(volume_to_dict(findings))
    else:
        _print(findings)
    for file in written:
        remarks().print(Text(str(file)))


def _formats(text: str) -> tuple[str, ...]:
    formats = tuple(dict.fromkeys(name.strip().lower() for name in text.split(",") if name.strip()))
    if unknown := [name for name in formats if name not in WRITERS]:
        raise InputError(f"--format: expected some of {', '.join(WRITERS)}, got '{unknown[0]}'")
    return formats


def _read(
    path: Path, labels: Path | None, names: str | None, series: str | None, options: ReadingOptions
) -> tuple[Volume, LabelMap | None]:
    from cytovox.io.label_maps import open_label_map  # noqa: PLC0415
    from cytovox.io.study import Wanted, open_study  # noqa: PLC0415
    from cytovox.io.volume import open_volume  # noqa: PLC0415

    if labels is not None and (labels.exists() or _names_a_path(labels)):
        stack = open_volume(path, series=series, options=options)
        return stack, open_label_map(labels, like=stack.grid, organs=names)
    inside = None if labels is None else str(labels)
    study = open_study(path, wanted=Wanted(series, inside, names), options=options)
    return study.volume, study.labels


def _names_a_path(labels: Path) -> bool:
    # What looks like a path and is not there is a slip, and no label map within the chosen files.
    return labels.is_absolute() or len(labels.parts) > 1


def _analyze(
    stack: Volume,
    drawn: LabelMap | None,
    models: tuple[str, str],
    tell: Callable[[float, str], None],
    *,
    every_slice: bool,
) -> VolumeFindings:
    # Late: loading the networks' runtime takes a while.
    from cytovox.analysis.organ_segmentation import OrganSegmentation  # noqa: PLC0415
    from cytovox.analysis.slice_organs import SliceOrgans  # noqa: PLC0415
    from cytovox.analysis.volume import VolumeModels, VolumeOptions, analyze_volume  # noqa: PLC0415

    if drawn is not None:
        return analyze_volume(stack, labels=drawn, progress=tell)
    loaded = VolumeModels(SliceOrgans.load(models[0]), OrganSegmentation.load(models[1]))
    options = VolumeOptions(every_slice=every_slice)
    return analyze_volume(stack, loaded, options=options, progress=tell)


def _headers(path: Path, series: str | None, options: ReadingOptions) -> tuple[Any, ...]:
    from cytovox.io.volume import slice_headers  # noqa: PLC0415

    return slice_headers(path, series=series, options=options)


def _write(
    findings: VolumeFindings,
    formats: tuple[str, ...],
    stem: Path,
    headers: Callable[[], tuple[Any, ...]],
) -> list[Path]:
    from cytovox.sculpt.organs import sculpt_organs  # noqa: PLC0415

    possible = [name for name in formats if findings.organs or name not in _NEED_ORGANS]
    surfaces = sculpt_organs(findings.labels) if _SURFACES.intersection(possible) else ()
    result = Exported(findings, surfaces, headers)
    written = []
    for name in possible:
        ending, write = WRITERS[name]
        written.append(stem.with_name(f"{stem.name}.{ending}"))
        write(result, written[-1])
    return written


def _stem(path: Path, stack: Volume) -> str:
    """What files are called: as the file or folder that was chosen, and the scan where there are days."""
    name = path.resolve().name
    ending = next((e for e in _ARCHIVES if name.lower().endswith(e)), "")
    chosen = name[: -len(ending)] if ending else name
    return stack.source if stack.subject and stack.source.startswith(stack.subject) else chosen


def _list(path: Path, options: ReadingOptions) -> None:
    from cytovox.io.study import list_study  # noqa: PLC0415

    found = list_study(path, options=options)
    table = Table("", "scan", "modality", "slices", "rows", "columns", "remark", box=None)
    for entry in found.scans:
        remark = entry.unsuitable or ("read where nobody chooses" if entry.preferred else "")
        counts = map(str, entry.shape)
        modality = "" if entry.modality is Modality.OTHER else entry.modality.value
        table.add_row(str(entry.number), Text(entry.description), modality, *counts, Text(remark))
    results().print(table)
    if found.labels:
        drawn = Table("", "label map", box=None)
        for number, description in enumerate(found.labels, 1):
            drawn.add_row(str(number), Text(description))
        results().print(drawn)


def _print(findings: VolumeFindings) -> None:
    from cytovox.report.volume_json import notice_of  # noqa: PLC0415

    table = Table("organ", "mL", "slices", "", box=None, header_style="bold")
    table.columns[1].justify = "right"
    for measure in findings.organs:
        where = f"{measure.first_slice + 1} to {measure.last_slice + 1}"
        cut = "ends with the stack" if measure.cut else ""
        table.add_row(Text(measure.organ.name), f"{measure.volume_ml:.1f}", where, cut)
    results().print(table if findings.organs else Text("no organ found"))
    for warning in findings.warnings:
        remarks().print(Text(f"warning: {warning.message}", style="yellow"))
    results().print(Text(notice_of(findings), style="dim"))
