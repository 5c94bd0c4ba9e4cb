"""A set of composed smears in a folder: fields by number, made in several processes, gathered at the end."""

import csv
import io
import json
import multiprocessing
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from cytovox.cli.composed_field import FOLDERS, FieldRequest, field_name, make_field, write_field
from cytovox.domain.errors import InputError
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.io.atomic import write_whole
from cytovox.report.coco import coco_categories
from cytovox.synth.cut_outs import CutOutBank

MANIFEST = "manifest.json"
_BATCH = 16
_BLOOD = load_taxonomy("blood")


@dataclass(frozen=True, slots=True)
class Cells:
    """Where the cells come from.

    Attributes:
        bank_file: Bank of cut-outs, read by each process; None for rendered cells.
        digest: Hash of the bank; "" for rendered cells.
        split: Of the bank; "" for rendered cells.
        licences: Licence of each source.
        read: Reads a bank from its file.
    """

    bank_file: Path | None = None
    digest: str = ""
    split: str = ""
    licences: dict[str, str] | None = None
    read: Callable[[Path], CutOutBank] | None = None


def compose_set(
    folder: Path,
    number: int,
    request: FieldRequest,
    cells: Cells,
    *,
    workers: int = 1,
    on_fields: Callable[[int], None] = lambda _: None,
) -> None:
    """Write fields 0 to number - 1 and their annotations; fields that are there already are kept.

    Args:
        folder: Where; made where it is missing.
        number: How many fields.
        request: What they have in common.
        cells: Where their cells come from.
        workers: Processes.
        on_fields: Told how many fields are whole, each time that some more are.

    Raises:
        InputError: The folder holds a set that was asked for otherwise, or cannot be written.
    """
    manifest = _manifest(request, cells)
    _begin(folder, manifest)
    missing = [n for n in range(number) if not (folder / "records" / f"{field_name(n)}.json").is_file()]
    done = number - len(missing)
    on_fields(done)
    batches = [missing[i : i + _BATCH] for i in range(0, len(missing), _BATCH)]
    for made in _made(folder, batches, request, cells, workers):
        done += made
        on_fields(done)
    records = [_record(folder, n) for n in range(number)]
    write_whole(folder / "annotations.json", _dumped(_coco(records, cells)))
    write_whole(folder / "boxes.csv", _boxes_csv(records))
    counts = dict.fromkeys(_BLOOD.keys, 0)
    for record in records:
        for cell in record["cells"]:
            counts[cell["label"]] += 1
    present = {label: count for label, count in counts.items() if count}
    write_whole(folder / MANIFEST, _dumped({**manifest, "fields": number, "cells": present}, indent=2))


def _begin(folder: Path, manifest: dict[str, Any]) -> None:
    try:
        for name in FOLDERS:
            (folder / name).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"{folder}: expected a folder to write to, but: {error.strerror or error}"
        ) from error
    path = folder / MANIFEST
    if path.is_file():
        there = json.loads(path.read_text(encoding="utf-8"))
        other = [key for key, value in manifest.items() if there.get(key) != value]
        if other:
            raise InputError(
                f"{folder}: expected an empty folder or a set made with the same options, "
                f"found one with another {', '.join(other)}; choose another folder"
            )
    else:
        write_whole(path, _dumped({**manifest, "fields": 0}, indent=2))


def _manifest(request: FieldRequest, cells: Cells) -> dict[str, Any]:
    return {
        "format": "cytovox.composed-set/1",
        "cytovox": version("cytovox"),
        "request": asdict(request),
        "made_of": "cut-outs" if cells.bank_file else "rendered cells",
        "bank_sha256": cells.digest,
        "split": cells.split,
        "licences": cells.licences or {},
    }


def _made(
    folder: Path, batches: list[list[int]], request: FieldRequest, cells: Cells, workers: int
) -> Iterable[int]:
    """Numbers of fields made, batch by batch."""
    if workers == 1 or len(batches) < 2:
        bank = _read(cells)
        yield from (_make(folder, batch, request, bank) for batch in batches)
        return
    # Spawned, not forked: a fork of a process with running threads (OpenCV, ONNX Runtime) may hang.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(batches)), context, _prepare, (cells,)) as pool:
        jobs = [pool.submit(_make_with_own_bank, folder, batch, request) for batch in batches]
        try:
            for job in as_completed(jobs):
                yield job.result()
        finally:
            pool.shutdown(cancel_futures=True)


_own_bank: dict[str, CutOutBank | None] = {}


def _prepare(cells: Cells) -> None:
    _own_bank["bank"] = _read(cells)


def _read(cells: Cells) -> CutOutBank | None:
    return cells.read(cells.bank_file) if cells.bank_file and cells.read else None


def _make_with_own_bank(folder: Path, numbers: list[int], request: FieldRequest) -> int:
    return _make(folder, numbers, request, _own_bank["bank"])


def _make(folder: Path, numbers: list[int], request: FieldRequest, bank: CutOutBank | None) -> int:
    for number in numbers:
        write_field(folder, number, make_field(request, bank, number))
    return len(numbers)


def _record(folder: Path, number: int) -> dict[str, Any]:
    text = (folder / "records" / f"{field_name(number)}.json").read_text(encoding="utf-8")
    record: dict[str, Any] = json.loads(text)
    return record


def _coco(records: list[dict[str, Any]], cells: Cells) -> dict[str, Any]:
    """All fields as one COCO data set; masks are uncompressed run lengths, exact and whole under overlaps."""
    categories = coco_categories(_BLOOD)
    places = {category["name"]: category["id"] for category in categories}
    annotations: list[dict[str, Any]] = []
    for image_id, record in enumerate(records, start=1):
        for cell in record["cells"]:
            left, top, right, bottom = cell["box"]
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": image_id,
                    "category_id": places[cell["label"]],
                    "bbox": [left, top, right - left, bottom - top],
                    "area": cell["area"],
                    "iscrowd": 0,
                    "segmentation": {"size": [record["height"], record["width"]], "counts": cell["runs"]},
                    "instance": cell["number"],
                    "visible_fraction": cell["visible_fraction"],
                    "outline": cell["outline"],
                }
            )
    return {
        "info": {"description": "Smears composed by Cytovox, with exact truth"},
        "licenses": [
            {"id": place, "name": f"{source}: {licence}"}
            for place, (source, licence) in enumerate((cells.licences or {}).items(), start=1)
        ],
        "images": [
            {"id": i, **{key: record[key] for key in ("file_name", "width", "height", "um_per_px")}}
            for i, record in enumerate(records, start=1)
        ],
        "categories": categories,
        "annotations": annotations,
    }


def _boxes_csv(records: list[dict[str, Any]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(("image", "xmin", "ymin", "xmax", "ymax", "label"))
    for record in records:
        for cell in record["cells"]:
            writer.writerow((record["file_name"], *cell["box"], cell["label"]))
    return text.getvalue().encode()


def _dumped(document: dict[str, Any], indent: int | None = None) -> bytes:
    return (json.dumps(document, indent=indent, separators=(",", ": " if indent else ":")) + "\n").encode()
