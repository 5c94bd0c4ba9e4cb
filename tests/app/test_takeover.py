import json
from pathlib import Path

import pytest

from cytovox.app.cases import CaseProblem, CaseState, CellCounts
from cytovox.app.job_queue import JobQueue
from cytovox.app.opening import OpenedStore
from cytovox.app.settings import Settings


def earlier_case(folder: Path, number: int, **changes: object) -> str:
    """A case as Cytovox 0.1 kept it: a folder with a record and files."""
    case_id = f"{number:032x}"
    record = {
        "id": case_id,
        "name": f"{number}.png",
        "created_utc": f"2026-01-01T00:00:{number:02}.000Z",
        "width": 8,
        "height": 6,
        "mpp_um": 0.2,
        "sample": False,
        "picture_media_type": "image/png",
        "state": "done",
        "progress": 1.0,
        "step": "done",
        "problem": None,
        "counts": {"red_cells": 3, "white_cells": 2, "platelets": 1, "unidentified": 0},
    } | changes
    (folder / case_id).mkdir(parents=True)
    for name in ("original", "thumbnail.jpg", "findings.json"):
        (folder / case_id / name).write_bytes(f"{name} of {number}".encode())
    (folder / case_id / "case.json").write_text(json.dumps(record))
    return case_id


def test_cases_of_the_earlier_form_are_taken_over_without_loss(tmp_path: Path) -> None:
    done = earlier_case(tmp_path, 1)
    problem = {"code": "analysis_failed", "message": "why"}
    failed = earlier_case(tmp_path, 2, state="failed", step="failed", problem=problem, counts=None)
    running = earlier_case(tmp_path, 3, state="running", progress=0.4, step="looking", counts=None)
    with OpenedStore(Settings(data_folder=tmp_path)) as opened:
        store = opened.store
        assert [case.id for case in store.all()] == [running, failed, done]
        kept = store.get(done)
        assert (kept.name, kept.mpp_um, kept.kind, kept.state) == ("1.png", 0.2, "smear", CaseState.DONE)
        assert kept.counts == CellCounts(3, 2, 1)
        assert store.get(failed).problem == CaseProblem("analysis_failed", "why")
        assert store.get(running).state is CaseState.QUEUED
        assert store.read(done, "findings.json") == b"findings.json of 1"
        assert store.read_picture(done) == b"original of 1"
        job = JobQueue(store.database).claim("worker")
        assert job is not None
        assert job.case_id == running
        assert JobQueue(store.database).claim("worker") is None
    assert sorted(p.name for p in tmp_path.iterdir() if p.is_dir()) == ["blobs"]


def test_a_take_over_that_was_cut_off_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case_id = earlier_case(tmp_path, 1)
    with monkeypatch.context() as patched:
        patched.setattr("shutil.rmtree", lambda *_args, **_options: None)
        with OpenedStore(Settings(data_folder=tmp_path)):
            assert (tmp_path / case_id).exists()
    with OpenedStore(Settings(data_folder=tmp_path)) as opened:
        assert [case.id for case in opened.store.all()] == [case_id]
    assert not (tmp_path / case_id).exists()


def test_a_case_deleted_since_does_not_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case_id = earlier_case(tmp_path, 1)
    with monkeypatch.context() as patched:
        patched.setattr("shutil.rmtree", lambda *_args, **_options: None)
        with OpenedStore(Settings(data_folder=tmp_path)) as opened:
            opened.store.remove(case_id)
    with OpenedStore(Settings(data_folder=tmp_path)) as opened:
        assert opened.store.all() == []


def test_a_damaged_record_is_left_alone_and_the_rest_is_read(tmp_path: Path) -> None:
    good, cut, odd, moved = (earlier_case(tmp_path, number) for number in range(1, 5))
    (tmp_path / cut / "case.json").write_text('{"id": ')
    (tmp_path / odd / "case.json").write_text(json.dumps({"id": odd}))
    (tmp_path / moved).rename(tmp_path / "elsewhere")
    (tmp_path / "notes.txt").write_text("mine")
    with OpenedStore(Settings(data_folder=tmp_path)) as opened:
        assert [case.id for case in opened.store.all()] == [good]
    for name in (cut, odd, "elsewhere", "notes.txt"):
        assert (tmp_path / name).exists()
