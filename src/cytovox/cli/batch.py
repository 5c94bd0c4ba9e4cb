"""Many pictures through one analysis: results written for each, failures kept apart, one record an input."""

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cytovox.cli.inputs import Input, result_names
from cytovox.domain.errors import BundleError, CytovoxError, InputError
from cytovox.domain.findings import SmearFindings
from cytovox.domain.image import SmearImage
from cytovox.report.cells_csv import write_csv
from cytovox.report.coco import write_coco
from cytovox.report.findings_json import write_json
from cytovox.report.geojson import write_geojson
from cytovox.report.manifest import InputRecord, InputState
from cytovox.report.overlay import write_png
from cytovox.report.smear_map_png import write_map

Open = Callable[[Path], SmearImage]
Analyze = Callable[[SmearImage, Callable[[float, str], None]], SmearFindings]

SUFFIXES = {
    "json": ".findings.json",
    "csv": ".cells.csv",
    "png": ".overlay.png",
    "map": ".map.png",
    "raw-map": ".map.raw.png",
    "geojson": ".cells.geojson",
    "coco": ".coco.json",
}
FORMATS = tuple(SUFFIXES)
MAPS = frozenset({"map", "raw-map"})
"""Formats that need the map of the picture's pixels."""


@dataclass(frozen=True, slots=True)
class Documents:
    """What to write for each picture.

    Attributes:
        formats: Some of `FORMATS`.
        legend: Whether overlays and maps get a legend below.
    """

    formats: tuple[str, ...]
    legend: bool = True

    @property
    def with_map(self) -> bool:
        """Whether one of them shows the map."""
        return not MAPS.isdisjoint(self.formats)


@dataclass(frozen=True, slots=True)
class Step:
    """How far a batch is.

    Attributes:
        done: Inputs behind us, with the fraction of the one at hand.
        name: Input at hand.
    """

    done: float
    name: str


def parse_formats(text: str) -> tuple[str, ...]:
    """Formats of "json,csv,map", each once.

    Raises:
        InputError: One of them is unknown, or there is none.
    """
    formats = tuple(dict.fromkeys(part.strip().lower() for part in text.split(",") if part.strip()))
    unknown = [name for name in formats if name not in FORMATS]
    if unknown or not formats:
        raise InputError(f"--format: expected some of {', '.join(FORMATS)} with commas between, got '{text}'")
    return formats


def make_folder(folder: Path) -> None:
    """Make the folder that results go to, with its parents; said before the long work, not after it.

    Raises:
        InputError: It cannot be made, or nothing can be written in it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"{folder}: expected a folder for results, but: {error.strerror or error}"
        ) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise InputError(f"{folder}: expected a folder for results, but nothing can be written in it")


def analyze_each(
    inputs: Sequence[Input],
    output: Path,
    documents: Documents,
    *,
    open_picture: Open,
    analyze: Analyze,
    on_step: Callable[[Step], None] = lambda _: None,
) -> Iterator[tuple[InputRecord, SmearFindings | None]]:
    """Analyse inputs one after the other, yielding each one's record, and its findings where there are any.

    A failing input never stops the rest, and leaves no file behind.
    """
    names = result_names([item.path for item in inputs])
    for index, (item, name) in enumerate(zip(inputs, names, strict=True)):
        on_step(Step(index, item.path.name))

        def progress(fraction: float, _: str, index: int = index, item: Input = item) -> None:
            on_step(Step(index + fraction, item.path.name))

        started = time.perf_counter()
        try:
            if item.error is not None:
                raise InputError(item.error)
            digest = file_sha256(item.path)
            image = open_picture(item.path)
            findings = analyze(image, progress)
            outputs = _write(findings, image, documents, output / name)
        except BundleError:
            raise  # without a model no other picture can be done either
        except Exception as error:  # noqa: BLE001 - one odd picture must not stop ten thousand others
            yield InputRecord(str(item.path), InputState.FAILED, error=reason(error)), None
            continue
        yield (
            InputRecord(
                path=str(item.path),
                state=InputState.DONE,
                sha256=digest,
                counts=findings.counts,
                warnings=tuple(warning.key for warning in findings.warnings),
                outputs=outputs,
                seconds=time.perf_counter() - started,
            ),
            findings,
        )


def reason(error: Exception) -> str:
    """Why an input failed, in one line."""
    if isinstance(error, CytovoxError):
        return str(error)
    if isinstance(error, MemoryError):
        return "not enough memory for this picture"
    return f"{type(error).__name__}: {error} (a defect in Cytovox; please report it)"


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal.

    Raises:
        InputError: The file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{path}: expected a picture file, but: {error.strerror or error}") from error


def utc_now() -> str:
    """The time now, ISO 8601, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _write(findings: SmearFindings, image: SmearImage, documents: Documents, stem: Path) -> tuple[str, ...]:
    writers: dict[str, Callable[[Path], None]] = {
        "json": lambda path: write_json(findings, path),
        "csv": lambda path: write_csv(findings, path),
        "png": lambda path: write_png(image.pixels, findings, path, legend=documents.legend),
        "map": lambda path: write_map(findings, path, legend=documents.legend),
        "raw-map": lambda path: write_map(findings, path, raw=True, legend=documents.legend),
        "geojson": lambda path: write_geojson(findings, path),
        "coco": lambda path: write_coco(findings, path),
    }
    written: list[Path] = []
    try:
        for form in documents.formats:
            path = stem.with_name(f"{stem.name}{SUFFIXES[form]}")
            writers[form](path)
            written.append(path)
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise
    return tuple(path.name for path in written)
