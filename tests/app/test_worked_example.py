import logging
from pathlib import Path

import pytest
from tests.app.example_cases import PICTURE, example_case

from cytovox.app import server
from cytovox.app.opening import open_store
from cytovox.app.settings import Settings
from cytovox.app.store import CaseQuery
from cytovox.app.worked_example import TAG, add_worked_example


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(data_folder=tmp_path, database_url=database_url)


def test_a_new_archive_has_it_once_and_for_all(settings: Settings) -> None:
    store = open_store(settings)
    add_worked_example(store, settings)
    add_worked_example(store, settings)
    (example,) = store.all()
    assert (example.sample, example.tags) == (True, (TAG,))
    store.remove(example.id)
    assert store.purge(deleted_before=float("inf")) == 1
    store.close()
    reopened = open_store(settings)
    add_worked_example(reopened, settings)
    assert reopened.all() == []
    reopened.close()


def test_an_archive_in_use_never_gets_it(settings: Settings) -> None:
    store = open_store(settings)
    case = example_case()
    store.add(case, b"original", PICTURE)
    store.remove(case.id)
    add_worked_example(store, settings)
    assert store.purge(deleted_before=float("inf")) == 1
    add_worked_example(store, settings)
    assert store.all() == store.find(CaseQuery(deleted=True)) == []
    store.close()


def test_limits_that_are_too_narrow_for_it_do_not_keep_a_server_from_starting(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(data_folder=tmp_path, max_pixels=1000)
    store = open_store(settings)
    with caplog.at_level(logging.WARNING):
        add_worked_example(store, settings)
    assert "there is no worked example" in caplog.text
    assert store.all() == []
    store.close()


def test_a_served_application_begins_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Never:
        def run(self) -> None:
            pass

    monkeypatch.setattr(server, "application_server", lambda app, **_options: Never())
    server.serve(Settings(data_folder=tmp_path))
    store = open_store(Settings(data_folder=tmp_path))
    assert [case.tags for case in store.all()] == [(TAG,)]
    store.close()
