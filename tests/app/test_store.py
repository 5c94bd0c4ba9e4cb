import json
from dataclasses import replace
from pathlib import Path

import pytest

from cytovox.app.cases import Case, CaseState, CellCounts
from cytovox.app.problems import ApiProblem
from cytovox.app.store import CaseStore, new_case_id
from cytovox.domain.errors import InputError
from cytovox.io.browser_picture import BrowserPicture

PICTURE = BrowserPicture(b"shown", "image/png", b"small")


def example(number: int = 0) -> Case:
    return Case(
        id=new_case_id(),
        name=f"{number}.png",
        created_utc=f"2026-01-01T00:00:{number:02}.000Z",
        width=8,
        height=6,
        mpp_um=None,
        sample=False,
        picture_media_type="image/png",
    )


def test_cases_survive_in_a_data_folder(data_folder: Path) -> None:
    store = CaseStore(data_folder, max_cases=5)
    done, running = example(1), example(2)
    for case in (done, running):
        store.add(case, b"original", PICTURE)
    store.write(done.id, "cells.csv", b"id\r\n")
    store.update(done.id, state=CaseState.DONE, progress=1.0, step="done", counts=CellCounts(1, 2, 3))
    store.update(running.id, state=CaseState.RUNNING, progress=0.4)
    store.close()

    again = CaseStore(data_folder, max_cases=5)
    assert again.get(done.id) == replace(
        done, state=CaseState.DONE, progress=1.0, step="done", counts=CellCounts(1, 2, 3)
    )
    assert again.get(running.id).state is CaseState.QUEUED
    assert again.read(done.id, "cells.csv") == b"id\r\n"
    assert again.read_picture(done.id) == b"shown"


def test_without_a_data_folder_nothing_stays_behind() -> None:
    store = CaseStore(None, max_cases=5)
    case = example()
    store.add(case, b"original", PICTURE)
    folder = store._folder
    assert (folder / case.id).is_dir()
    store.close()
    assert not folder.exists()


def test_a_damaged_record_is_left_alone_and_the_rest_is_read(data_folder: Path) -> None:
    store = CaseStore(data_folder, max_cases=5)
    good, cut, odd, moved = (example(n) for n in range(4))
    for case in (good, cut, odd, moved):
        store.add(case, b"original", PICTURE)
    (data_folder / cut.id / "case.json").write_text('{"id": ')
    (data_folder / odd.id / "case.json").write_text(json.dumps({"id": odd.id}))
    (data_folder / moved.id).rename(data_folder / "elsewhere")
    (data_folder / "notes.txt").write_text("mine")
    assert [case.id for case in CaseStore(data_folder, max_cases=5).all()] == [good.id]
    assert (data_folder / "notes.txt").exists()


def test_the_oldest_finished_case_makes_room(data_folder: Path) -> None:
    store = CaseStore(data_folder, max_cases=2)
    first, second, third, fourth = (example(n) for n in range(4))
    store.add(first, b"", PICTURE)
    store.add(second, b"", PICTURE)
    store.update(second.id, state=CaseState.DONE)
    store.add(third, b"", PICTURE)
    assert [case.id for case in store.all()] == [third.id, first.id]
    with pytest.raises(ApiProblem) as refused:
        store.add(fourth, b"", PICTURE)
    assert refused.value.status_code == 503
    assert sorted(folder.name for folder in data_folder.iterdir()) == sorted([first.id, third.id])


def test_an_original_that_a_browser_can_show_is_kept_once(data_folder: Path) -> None:
    store = CaseStore(data_folder, max_cases=2)
    case, data = example(), b"jpeg bytes"
    store.add(case, data, BrowserPicture(data, "image/jpeg", b"small"))
    assert sorted(file.name for file in (data_folder / case.id).iterdir()) == [
        "case.json",
        "original",
        "thumbnail.jpg",
    ]
    assert store.read_picture(case.id) == data


def test_a_change_to_a_deleted_case_does_nothing(data_folder: Path) -> None:
    store = CaseStore(data_folder, max_cases=2)
    case = example()
    store.add(case, b"", PICTURE)
    store.remove(case.id)
    assert store.update(case.id, progress=0.5) is None
    store.write(case.id, "cells.csv", b"")
    assert list(data_folder.iterdir()) == []


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="data folder"):
        CaseStore(tmp_path / "file", max_cases=2)
