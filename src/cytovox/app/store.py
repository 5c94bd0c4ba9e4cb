"""Where cases live: a folder of folders, one a case. Without a data folder it is a temporary one.

<folder>/<case id>/case.json      the case, written last when a case is new
                   original      the uploaded bytes
                   picture       what a browser shows, where that differs from the original
                   thumbnail.jpg
                   findings.json, overlay.png, ...   once the case is done; see results.py
"""

import json
import logging
import secrets
import shutil
import tempfile
import threading
from dataclasses import asdict, replace
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

from cytovox.app.cases import UNFINISHED, Case, CaseProblem, CaseState, CellCounts
from cytovox.app.problems import ApiProblem
from cytovox.domain.errors import InputError
from cytovox.io.atomic import write_whole
from cytovox.io.browser_picture import BrowserPicture

RECORD = "case.json"
ORIGINAL = "original"
PICTURE = "picture"
THUMBNAIL = "thumbnail.jpg"

log = logging.getLogger("cytovox.app")


class CaseStore:
    """All cases, newest first; safe to use from several threads.

    Args:
        folder: Where cases are kept over a restart, or None to forget them at the end.
        max_cases: The oldest finished case makes room when a new one would be one too many.
    """

    def __init__(self, folder: Path | None, *, max_cases: int) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="cytovox-") if folder is None else None
        self._folder = Path(self._temporary.name) if self._temporary else Path(str(folder))
        self._max_cases = max_cases
        self._lock = threading.RLock()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"data folder {self._folder}: cannot be used, {error.strerror}") from error
        self._cases: dict[str, Case] = {case.id: case for case in self._restored()}

    def add(self, case: Case, original: bytes, picture: BrowserPicture) -> None:
        """Keeps a new case and its picture.

        Raises:
            ApiProblem: 503 when as many cases as may be kept are all unfinished.
        """
        folder = self._folder / case.id
        folder.mkdir()
        try:
            write_whole(folder / ORIGINAL, original)
            if picture.data is not original:
                write_whole(folder / PICTURE, picture.data)
            write_whole(folder / THUMBNAIL, picture.thumbnail)
            with self._lock:
                self._make_room()
                self._write_record(case)
                self._cases[case.id] = case
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def get(self, case_id: str) -> Case:
        """One case.

        Raises:
            ApiProblem: 404 when there is none of this id.
        """
        with self._lock:
            case = self._cases.get(case_id)
        if case is None:
            raise ApiProblem(
                HTTPStatus.NOT_FOUND, "case_not_found", "There is no such case; it may have been deleted."
            )
        return case

    def all(self) -> list[Case]:
        """Every case, newest first."""
        with self._lock:
            return sorted(self._cases.values(), key=lambda case: (case.created_utc, case.id), reverse=True)

    def update(self, case_id: str, **changes: Any) -> Case | None:
        """Changes fields of a case; returns it, or None when it has been deleted meanwhile."""
        with self._lock:
            case = self._cases.get(case_id)
            if case is None:
                return None
            changed = self._cases[case_id] = replace(case, **changes)
            if changed.state != case.state:
                self._write_record(changed)
        return changed

    def remove(self, case_id: str) -> None:
        """Forgets a case and its files.

        Raises:
            ApiProblem: 404 when there is none of this id.
        """
        with self._lock:
            self.get(case_id)
            del self._cases[case_id]
        # Renamed first: a half-deleted case must not come back after a restart.
        gone = self._folder / f".deleted-{secrets.token_hex(8)}"
        try:
            (self._folder / case_id).rename(gone)
        except FileNotFoundError:
            return
        shutil.rmtree(gone, ignore_errors=True)

    def read(self, case_id: str, file: str) -> bytes:
        """Bytes of one of a case's files.

        Raises:
            ApiProblem: 404 when the case, or this file of it, is not there.
        """
        self.get(case_id)
        try:
            return (self._folder / case_id / file).read_bytes()
        except FileNotFoundError:
            raise ApiProblem(HTTPStatus.NOT_FOUND, "not_there", "The case does not have this file.") from None

    def read_picture(self, case_id: str) -> bytes:
        """Bytes that a browser can show."""
        has_own = (self._folder / self.get(case_id).id / PICTURE).exists()
        return self.read(case_id, PICTURE if has_own else ORIGINAL)

    def write(self, case_id: str, file: str, data: bytes) -> None:
        """Keeps a result; does nothing when the case has been deleted meanwhile."""
        with self._lock:
            if case_id in self._cases:
                write_whole(self._folder / case_id / file, data)

    def close(self) -> None:
        """Removes the temporary folder, where there is one."""
        if self._temporary is not None:
            self._temporary.cleanup()

    def _make_room(self) -> None:
        excess = len(self._cases) + 1 - self._max_cases
        finished = [case for case in reversed(self.all()) if case.state not in UNFINISHED]
        if excess > len(finished):
            raise ApiProblem(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "too_many_cases",
                f"All {self._max_cases} cases that may be kept are still being worked on. Try again later.",
            )
        for case in finished[: max(0, excess)]:
            self.remove(case.id)

    def _write_record(self, case: Case) -> None:
        write_whole(self._folder / case.id / RECORD, json.dumps(asdict(case), ensure_ascii=False).encode())

    def _restored(self) -> list[Case]:
        cases = []
        for record in sorted(self._folder.glob(f"*/{RECORD}")):
            try:
                case = _case_from_json(json.loads(record.read_text(encoding="utf-8")))
            except (OSError, ValueError, TypeError, KeyError):
                log.warning("case folder %s cannot be read and is left alone", record.parent.name)
                continue
            if case.id == record.parent.name:
                cases.append(case)
        return cases


def _case_from_json(values: dict[str, Any]) -> Case:
    problem, counts = values.pop("problem"), values.pop("counts")
    case = Case(
        **values,
        problem=None if problem is None else CaseProblem(**problem),
        counts=None if counts is None else CellCounts(**counts),
    )
    state = CaseState(case.state)
    # The server stopped in the middle: start again from the picture.
    return (
        replace(case, state=CaseState.QUEUED, progress=0.0)
        if state in UNFINISHED
        else replace(case, state=state)
    )


def new_case_id() -> str:
    """An id that nobody can guess."""
    return secrets.token_hex(16)


def now_utc() -> str:
    """Current time as ISO 8601, UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
