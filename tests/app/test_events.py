"""Changes of cases reach whoever listens."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection
from tests.app.example_cases import PICTURE, example_case

from cytovox.app.cases import CaseState
from cytovox.app.events import CaseEvents
from cytovox.app.opening import OpenedStore
from cytovox.app.settings import Settings
from cytovox.app.store import CaseStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CaseStore]:
    with OpenedStore(Settings(data_folder=tmp_path)) as opened:
        yield opened.store


def test_who_begins_to_listen_while_changes_are_read_hears_of_them(
    store: CaseStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = example_case()
    store.add(case, b"original", PICTURE)
    monkeypatch.setattr("cytovox.app.events.LOOKS_EVERY_S", 0.01)
    reading = store.database.reading
    events = CaseEvents(store.database)

    async def story() -> list[str]:
        loop = asyncio.get_running_loop()
        heard: list[str] = []
        second: list[asyncio.Task[None]] = []
        done = asyncio.Event()

        async def listen_from_before_the_change() -> None:
            async for text in events.stream(case.id, lambda: [case]):
                heard.append(text)
                if '"done"' in text:
                    done.set()
                    return

        async def first_listener() -> None:
            async for _ in events.stream(None, list):
                pass

        @contextmanager
        def reading_while_a_page_opens() -> Iterator[Connection]:
            monkeypatch.setattr(store.database, "reading", reading)
            store.update(case.id, state=CaseState.DONE)
            with reading() as connection:
                opened = asyncio.run_coroutine_threadsafe(begin(), loop)
                opened.result(5)
                yield connection

        async def begin() -> None:
            second.append(asyncio.create_task(listen_from_before_the_change()))
            await asyncio.sleep(0.05)

        monkeypatch.setattr(store.database, "reading", reading_while_a_page_opens)
        first = asyncio.create_task(first_listener())
        await asyncio.wait_for(done.wait(), 5)
        first.cancel()
        events.close()
        return heard

    heard = asyncio.run(story())
    assert '"queued"' in heard[1]
    assert '"done"' in heard[-1]
