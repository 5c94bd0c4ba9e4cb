"""`cytovox report`: pictures or findings in, reports out; no server is needed."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from cytovox.cli.batch import make_folder, reason, utc_now
from cytovox.cli.console import print_error, progress_bar, results
from cytovox.cli.inputs import Input, find_pictures, result_names
from cytovox.cli.report_sources import PictureReader, read_ranges
from cytovox.domain.errors import BundleError, InputError
from cytovox.domain.material import Material
from cytovox.domain.reference_ranges import ReferenceRanges
from cytovox.io.atomic import write_whole
from cytovox.report import NOTICE
from cytovox.report.csv_text import as_text
from cytovox.report.report_csv import report_to_csv
from cytovox.report.report_document import ReportDocument
from cytovox.report.report_fhir import report_to_fhir
from cytovox.report.report_html import report_to_html
from cytovox.report.report_json import report_to_json
from cytovox.report.report_models import InstalledBundle, model_figures
from cytovox.report.report_pdf import report_to_pdf
from cytovox.report.report_pictures import SmearPicture
from cytovox.report.report_sections import ReportCase
from cytovox.report.smear_report import smear_report

SOME_FAILED = 1
"""Exit status when some inputs failed and the rest were done."""
SUMMARY = "reports.csv"
WRITERS: Mapping[str, Callable[[ReportDocument], bytes]] = {
    "pdf": report_to_pdf,
    "html": report_to_html,
    "csv": report_to_csv,
    "json": report_to_json,
    "fhir": report_to_fhir,
}
SUFFIXES = {form: f".report.{form}" for form in WRITERS} | {"fhir": ".report.fhir.json"}


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the reports of a run.

    Attributes:
        output: Folder for them.
        formats: Some of `WRITERS`.
        ranges: Reference ranges.
        installed: Bundles on this machine.
    """

    output: Path
    formats: tuple[str, ...]
    ranges: ReferenceRanges
    installed: tuple[InstalledBundle, ...]

    def write(self, pictures: Sequence[SmearPicture], name: str, stem: str) -> "Written":
        """The report of pictures of one smear, written in every form or in none.

        Args:
            pictures: At least one.
            name: What the report calls them.
            stem: How its files' names begin.
        """
        used = [model for picture in pictures for model in picture.findings.provenance.models]
        case = ReportCase(name, utc_now(), version("cytovox"), models=model_figures(used, self.installed))
        report = smear_report(pictures, case, ranges=self.ranges)
        contents = {f"{stem}{SUFFIXES[form]}": WRITERS[form](report) for form in self.formats}
        for file, data in contents.items():
            write_whole(self.output / file, data)
        return Written(name, report, tuple(contents))


@dataclass(frozen=True, slots=True)
class Written:
    """A report and its files, or why there is none.

    Attributes:
        name: What it is on.
        report: The report, or None.
        files: Its files.
        error: Why there is none, or "".
    """

    name: str
    report: ReportDocument | None
    files: tuple[str, ...] = ()
    error: str = ""


def report(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH...", help="Pictures, folders, patterns, or findings that analyze wrote."
        ),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Folder for reports; made if need be.")
    ],
    formats: Annotated[
        str, typer.Option("--format", metavar="LIST", help=f"What to write, of {', '.join(WRITERS)}.")
    ] = "pdf",
    together: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Count all pictures together, as one smear of this name."),
    ] = None,
    ranges: Annotated[
        Path | None,
        typer.Option("--reference-ranges", metavar="FILE", help="JSON with your own reference ranges."),
    ] = None,
    mpp: Annotated[
        float | None,
        typer.Option(
            metavar="UM", help="Micrometres per pixel.", show_default="from the file, else estimated"
        ),
    ] = None,
    material: Annotated[Material, typer.Option(help="What the smears were made of.")] = Material.BLOOD,
) -> None:
    """Write reports on smears: differential, intervals, flags, pictures, models. Nobody has signed them.

    The exit status is 1 when some inputs failed (the rest are done) and 2 when the run could not start.
    """
    from cytovox.analysis.bundles import installed_bundles  # noqa: PLC0415 - loads the networks' runtime

    writer = Writer(output, _forms(formats), read_ranges(ranges), installed_bundles())
    make_folder(output)
    inputs = find_pictures(paths, leave_out=output)
    reader = _reader(mpp, material)
    written = _together(inputs, reader, writer, together) if together else _each(inputs, reader, writer)
    done = list(written)
    write_whole(output / SUMMARY, summary_csv(done).encode("utf-8-sig"))
    console = results()
    failed = [entry for entry in done if entry.error]
    files = sum(len(entry.files) for entry in done)
    console.print(
        Text(f"{len(done) - len(failed)} done, {len(failed)} failed; {files} files and {SUMMARY} in {output}")
    )
    console.print(Text(NOTICE, style="dim"))
    for entry in failed:
        # What went wrong with a file says its name already.
        print_error(entry.error if entry.error.startswith(entry.name) else f"{entry.name}: {entry.error}")
    if failed:
        raise typer.Exit(SOME_FAILED)


def summary_csv(written: Sequence[Written]) -> str:
    """One line a report: what was counted, its percentages with their intervals, flags, and its files."""
    lines = [_line(entry) for entry in written]
    columns = list(dict.fromkeys(key for line in lines for key in line))
    last = ("suggestions", "warnings", "files", "error")
    columns = [key for key in columns if key not in last] + list(last)
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, columns, restval="")
    table.writeheader()
    table.writerows({key: as_text(str(value)) for key, value in line.items()} for line in lines)
    return text.getvalue()


def _line(entry: Written) -> dict[str, Any]:
    line: dict[str, Any] = {"name": entry.name}
    if entry.report is not None:
        found = entry.report.data["differential"]
        line |= {"material": found["material"], "pictures": found["pictures"], "counted": found["total"]}
        for row in found["rows"]:
            for key in ("count", "percent", "low", "high"):
                line[f"{row['key']}_{key}"] = "" if row[key] is None else row[key]
        line |= {f"apart_{cells['key']}": cells["count"] for cells in found["apart"]}
        line |= {"red_cells": found["red_cells"]["count"], "platelets": found["platelets"]["count"]}
        if (seen := found["red_cells"]["parasitaemia"]) is not None:
            line |= {f"parasitaemia_{key}": seen[key] for key in ("count", "percent", "low", "high")}
        line["suggestions"] = "; ".join(flag["key"] for flag in found["flags"])
        told = [w["key"] for picture in entry.report.data["pictures"] for w in picture["warnings"]]
        line["warnings"] = "; ".join(dict.fromkeys(told))
    return line | {"files": "; ".join(entry.files), "error": entry.error}


def _forms(text: str) -> tuple[str, ...]:
    forms = tuple(dict.fromkeys(part.strip().lower() for part in text.split(",") if part.strip()))
    if not forms or any(form not in WRITERS for form in forms):
        raise InputError(f"--format: expected some of {', '.join(WRITERS)} with commas between, got '{text}'")
    return forms


def _reader(mpp: float | None, material: Material) -> PictureReader:
    from cytovox.analysis.smear import SmearOptions, analyze_smear  # noqa: PLC0415 - loads the networks' runtime
    from cytovox.io.smear import open_smear  # noqa: PLC0415

    options = SmearOptions(smear_map=True, material=material)
    return PictureReader(
        lambda path: open_smear(path, mpp),
        lambda image: analyze_smear(image, options=options, progress=lambda _done, _step: None),
    )


def _each(inputs: Sequence[Input], reader: PictureReader, writer: Writer) -> Iterator[Written]:
    names = result_names([Path(item.path.name.removesuffix(".findings.json")) for item in inputs])
    with progress_bar(quiet=False) as bar:
        task = bar.add_task("", total=len(inputs))
        for item, stem in zip(inputs, names, strict=True):
            bar.update(task, description=item.path.name)
            try:
                picture = reader.read(item)
                yield writer.write([picture], picture.findings.source, stem)
            except BundleError:
                raise  # without a model no other picture can be done either
            except Exception as error:  # noqa: BLE001 - one odd picture must not stop ten thousand others
                yield Written(str(item.path), None, error=reason(error))
            bar.advance(task)


def _together(inputs: Sequence[Input], reader: PictureReader, writer: Writer, name: str) -> Iterator[Written]:
    """One report on all; a picture that fails fails it, because a count must not silently lack one."""
    pictures = []
    with progress_bar(quiet=False) as bar:
        task = bar.add_task("", total=len(inputs))
        for item in inputs:
            bar.update(task, description=item.path.name)
            pictures.append(reader.read(item))
            bar.advance(task)
    stem = "".join(c if c.isalnum() or c in "-_." else "-" for c in name).strip("-.") or "together"
    yield writer.write(pictures, name, stem)
