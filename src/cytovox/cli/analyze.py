"""`cytovox analyze`: pictures in; findings, tables and overlays out."""

from collections import Counter
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from cytovox.cli.batch import FORMATS, Documents, Step, analyze_each, make_folder, parse_formats, utc_now
from cytovox.cli.console import print_error, print_json, progress_bar, results
from cytovox.cli.inputs import find_pictures
from cytovox.domain.findings import SmearFindings
from cytovox.domain.image import Scale, ScaleOrigin
from cytovox.domain.material import Material
from cytovox.domain.proportion import wilson
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.domain.taxonomy import COARSE
from cytovox.report import NOTICE
from cytovox.report.manifest import InputRecord, InputState, RunManifest, manifest_to_dict, write_manifest

SOME_FAILED = 1
"""Exit status when some inputs failed and the rest were done."""
MATERIAL_HELP = "What the smear was made of."
REFUSE_RATE_HELP = "Share of true cells that may be called unidentified; 0 names every cell."
MANIFEST_NAME = "manifest.json"
LONGEST_TABLE = 40
"""Inputs above which the summary gives totals only."""


@dataclass(frozen=True, slots=True)
class AnalyzeRequest:
    """What a run was asked to do.

    Attributes:
        paths: Files, folders and patterns.
        output: Folder for results.
        mpp_um: Micrometres per pixel of all pictures, or None.
        documents: What to write for each picture.
        min_score: Lowest score of a cell to keep, or None for the finder's own.
        refuse_rate: Share of true white cells that may be called "unidentified", or None for the model's own.
        material: What the smears were made of.
    """

    paths: tuple[str, ...]
    output: Path
    mpp_um: float | None
    documents: Documents
    min_score: float | None
    refuse_rate: float | None = None
    material: Material = Material.BLOOD

    def __post_init__(self) -> None:
        if self.mpp_um is not None:
            Scale(self.mpp_um, ScaleOrigin.GIVEN)  # raises where no picture could have such a scale


@dataclass(slots=True)
class RunLog:
    """What a run has done so far."""

    request: AnalyzeRequest
    started_utc: str = field(default_factory=utc_now)
    records: list[InputRecord] = field(default_factory=list)
    models: dict[str, dict[str, str]] = field(default_factory=dict)

    def add(self, record: InputRecord, findings: SmearFindings | None) -> None:
        """Note an input, and the models that it used."""
        self.records.append(record)
        for use in findings.provenance.models if findings is not None else ():
            self.models[use.sha256] = {"name": use.name, "version": use.version, "sha256": use.sha256}

    def manifest(self) -> RunManifest:
        """The run up to now."""
        asked = self.request
        return RunManifest(
            command="analyze",
            cytovox_version=version("cytovox"),
            started_utc=self.started_utc,
            finished_utc=utc_now(),
            options={
                "mpp_um": asked.mpp_um,
                "formats": ",".join(asked.documents.formats),
                "legend": asked.documents.legend,
                "min_score": asked.min_score,
                "refuse_rate": asked.refuse_rate,
                "material": asked.material.value,
            },
            models=tuple(self.models.values()),
            inputs=tuple(self.records),
        )


def analyze(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH...", help="Pictures, folders, patterns like 'scans/**/*.jpg'."),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Folder for results; made if need be.")
    ],
    mpp: Annotated[
        float | None,
        typer.Option(
            metavar="UM", help="Micrometres per pixel.", show_default="from the file, else estimated"
        ),
    ] = None,
    formats: Annotated[
        str, typer.Option("--format", metavar="LIST", help=f"What to write, of {', '.join(FORMATS)}.")
    ] = "json,csv,png",
    with_map: Annotated[
        bool, typer.Option("--map", help="Also write the ten-class map of the picture's pixels.")
    ] = False,
    raw_map: Annotated[
        bool, typer.Option("--raw-map", help="Also write that map as the network gave it, pixel by pixel.")
    ] = False,
    no_legend: Annotated[
        bool, typer.Option("--no-legend", help="No legend below overlays and maps.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the manifest instead of a table.")] = False,
    min_score: Annotated[
        float | None,
        typer.Option(
            min=0.0, max=1.0, help="Leave out cells with a lower score.", show_default="the finder's own"
        ),
    ] = None,
    refuse_rate: Annotated[
        float | None,
        typer.Option(min=0.0, max=1.0, help=REFUSE_RATE_HELP, show_default="the model's own"),
    ] = None,
    material: Annotated[Material, typer.Option(help=MATERIAL_HELP)] = Material.BLOOD,
) -> None:
    """Find, outline, name and count every cell in pictures of smears of blood or bone marrow.

    The exit status is 1 when some inputs failed (the rest are done) and 2 when the run could not start.
    """
    wanted = parse_formats(",".join([formats, *["map"] * with_map, *["raw-map"] * raw_map]))
    documents = Documents(wanted, legend=not no_legend)
    request = AnalyzeRequest(tuple(paths), output, mpp, documents, min_score, refuse_rate, material)
    manifest = run_analysis(request, quiet=as_json)
    if as_json:
        print_json(manifest_to_dict(manifest))
    else:
        print_summary(manifest, output, material)
    for record in manifest.inputs:
        if record.error is not None:
            print_error(record.error)
    if manifest.failed:
        raise typer.Exit(SOME_FAILED)


def run_analysis(request: AnalyzeRequest, *, quiet: bool) -> RunManifest:
    """Analyse everything asked for, with a progress bar unless quiet; results stay in the folder."""
    from cytovox.analysis.smear import SmearOptions, analyze_smear  # noqa: PLC0415 - loads the networks' runtime
    from cytovox.io.smear import open_smear  # noqa: PLC0415

    log = RunLog(request)
    options = SmearOptions(
        min_score=request.min_score,
        refuse_rate=request.refuse_rate,
        smear_map=request.documents.with_map,
        material=request.material,
    )
    make_folder(request.output)
    inputs = find_pictures(request.paths, leave_out=request.output)
    with progress_bar(quiet=quiet) as bar:
        task = bar.add_task("", total=len(inputs))

        def show(step: Step) -> None:
            bar.update(task, completed=step.done, description=step.name)

        try:
            for record, findings in analyze_each(
                inputs,
                request.output,
                request.documents,
                open_picture=lambda path: open_smear(path, request.mpp_um),
                analyze=lambda image, progress: analyze_smear(image, options=options, progress=progress),
                on_step=show,
            ):
                log.add(record, findings)
        finally:  # also when Ctrl-C ends it: what was done stays on record
            write_manifest(log.manifest(), request.output / MANIFEST_NAME)
    return log.manifest()


def print_summary(manifest: RunManifest, output: Path, material: Material) -> None:
    """Print counts for each input and where the results are."""
    console = results()
    done = [record for record in manifest.inputs if record.state is InputState.DONE]
    if done and len(done) <= LONGEST_TABLE:
        nucleated = "white cells" if material is Material.BLOOD else "nucleated cells"
        columns = ("red cells", nucleated, "platelets", "unidentified")
        examined = ("parasitaemia",) if any(map(parasitaemia, done)) else ()
        table = Table("picture", *columns, *examined, "remarks", box=None, header_style="bold")
        for column in table.columns:
            column.overflow = "fold"  # in a narrow terminal, too, names stand in full
        for column in table.columns[1:-1]:
            column.justify = "right"
            column.min_width = max(map(len, str(column.header).split()))
        for record in done:
            coarse = coarse_counts(record, material)
            numbers = [str(coarse[key]) for key in COARSE]
            infected = [parasitaemia(record)] if examined else []
            table.add_row(Text(Path(record.path).name), *numbers, *infected, ", ".join(record.warnings))
        console.print(table)
    files = sum(len(record.outputs) for record in done)
    console.print(
        Text(f"{manifest.done} done, {manifest.failed} failed; {files} files and {MANIFEST_NAME} in {output}")
    )
    console.print(Text(NOTICE, style="dim"))


def parasitaemia(record: InputRecord) -> str:
    """Share of infected red cells with its 95 % interval; empty where red cells were not examined for it."""
    counts = record.counts or {}
    if "infected_red_cell" not in counts:
        return ""
    infected = counts["infected_red_cell"]
    found = wilson(infected, infected + counts.get("red_cell", 0))
    if not found.total:
        return "no red cells"
    return f"{found.share:.2%} ({100 * found.low:.2f}-{100 * found.high:.2f})"


def coarse_counts(record: InputRecord, material: Material) -> Counter[str]:
    """Cells of an input by their broadest class."""
    taxonomy = load_taxonomy(material)
    counts: Counter[str] = Counter()
    for key, count in (record.counts or {}).items():
        counts[taxonomy.coarse(key)] += count
    return counts
