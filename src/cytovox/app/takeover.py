"""Cases from before there was a database, a folder with a `case.json` each, taken over whole."""

import json
import logging
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from cytovox.app.cases import UNFINISHED, Case, CaseProblem, CaseState, CellCounts
from cytovox.app.store import CaseStore

RECORD = "case.json"

log = logging.getLogger("cytovox.app")


def take_over_folders(folder: Path, store: CaseStore) -> int:
    """Number of cases taken over from a data folder of the earlier form; their folders are then gone.

    What cannot be read is left alone. A case that the store knows already, because an earlier attempt was cut
    off before it removed the folder, is not taken over twice.

    Args:
        folder: The data folder.
        store: Where the cases go.
    """
    taken = 0
    for record in sorted(folder.glob(f"*/{RECORD}")):
        try:
            case = _case_from_json(json.loads(record.read_text(encoding="utf-8")))
            contents = {file.name: file.read_bytes() for file in _files_beside(record)}
        except (OSError, ValueError, TypeError, KeyError):
            log.warning("case folder %s cannot be read and is left alone", record.parent.name)
            continue
        if case.id != record.parent.name:
            continue
        if not store.knows(case.id):
            store.add_with_files(case, contents)
            taken += 1
        shutil.rmtree(record.parent, ignore_errors=True)
    return taken


def _files_beside(record: Path) -> list[Path]:
    found = (file for file in record.parent.iterdir() if file.is_file() and file != record)
    return [file for file in found if not file.name.startswith(".")]


def _case_from_json(values: dict[str, Any]) -> Case:
    problem, counts = values.pop("problem"), values.pop("counts")
    case = Case(
        **values,
        problem=None if problem is None else CaseProblem(**problem),
        counts=None if counts is None else CellCounts(**counts),
    )
    state = CaseState(case.state)
    # That server stopped in the middle: start again from the picture.
    if state in UNFINISHED:
        return replace(case, state=CaseState.QUEUED, progress=0.0, step="waiting")
    return replace(case, state=state)
