"""Server and workers as the processes that they are, killed at any moment."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from tests.app.free_port import free_port

from cytovox.app.opening import open_store
from cytovox.app.settings import Settings
from cytovox.app.tables import blobs, files, jobs

SERVER = Path(__file__).parent / "processes" / "slow_server.py"
# A busy machine takes long to start a process.
PATIENCE_S = 90.0
KILLS = 4

pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL is of POSIX")


class Server:
    """A server process on a data folder, which can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.notes = folder / "notes"
        self.notes.touch()
        self.client = httpx.Client(timeout=PATIENCE_S)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *, step_s: float = 0.02) -> None:
        """Starts it; each of the ten steps of an analysis takes so many seconds."""
        port = free_port()
        command = [sys.executable, str(SERVER), str(port), str(self.data)]
        environment = os.environ | {"NOTES": str(self.notes), "STEP_S": str(step_s)}
        self.process = subprocess.Popen(command, env=environment)
        self.client.base_url = httpx.URL(f"http://127.0.0.1:{port}")
        deadline = time.monotonic() + PATIENCE_S
        while not self._answers():
            assert self.process.poll() is None, "the server ended"
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.05)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(PATIENCE_S) is not None

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.kill()
        self.client.close()

    def upload(self, data: bytes, name: str = "smear.png") -> str:
        answer = self.client.post("/api/cases", files={"picture": (name, data)})
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    def ended(self, case_id: str) -> dict:
        deadline = time.monotonic() + PATIENCE_S
        while (case := self.client.get(f"/api/cases/{case_id}").json())["state"] not in {"done", "failed"}:
            assert time.monotonic() < deadline, case
            time.sleep(0.05)
        return case

    def worker_processes(self) -> set[int]:
        return {int(line.split()[0]) for line in self.notes.read_text().splitlines()}

    def _answers(self) -> bool:
        try:
            return self.client.get("/api/health").status_code == 200
        except httpx.TransportError:
            return False


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path)
    yield server
    server.close()


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until_dead(processes: set[int]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while any(map(is_alive, processes)):
        assert time.monotonic() < deadline, "a worker outlived its server"
        time.sleep(0.05)


def test_a_worker_that_dies_is_replaced_and_its_case_tried_again(server: Server, png: bytes) -> None:
    server.start()
    once = server.upload(png, "crash-once.png")
    always = server.upload(png, "crash.png")
    other = server.upload(png)
    assert server.ended(once)["state"] == "done"
    assert server.ended(other)["state"] == "done"
    failed = server.ended(always)
    assert failed["error"]["code"] == "analysis_crashed"
    assert "3 times" in failed["error"]["message"]
    assert server.notes.read_text().count(always) == 3
    assert server.notes.read_text().count(once) == 2
    server.stop()
    wait_until_dead(server.worker_processes())


def test_killing_the_server_at_any_moment_loses_no_accepted_case_and_breaks_none(
    server: Server, png: bytes, picture
) -> None:
    moments = random.Random(7)  # noqa: S311 - repeatable, not secret
    accepted: list[str] = []

    def keep_uploading() -> None:
        number = 0
        while True:
            number += 1
            data = picture("PNG", width=60 + number % 40)
            try:
                accepted.append(server.upload(data, f"{number}.png"))
            except httpx.TransportError:
                return
            # More cases prove no more: what counts is that at each kill there is an upload and an analysis.
            time.sleep(0.05)

    for _ in range(KILLS):
        server.start()
        before = len(accepted)
        uploads = threading.Thread(target=keep_uploading)
        uploads.start()
        deadline = time.monotonic() + PATIENCE_S
        while len(accepted) == before:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        time.sleep(moments.uniform(0, 0.6))
        server.kill()
        uploads.join()
    wait_until_dead(server.worker_processes())

    server.start(step_s=0)
    assert len(accepted) >= KILLS
    listed = {case["id"] for case in server.client.get("/api/cases").json()}
    assert set(accepted) <= listed
    for case_id in listed:
        case = server.ended(case_id)
        if case["state"] == "done":
            original = server.client.get(f"/api/cases/{case_id}/picture").content
            findings = server.client.get(f"/api/cases/{case_id}/findings.json")
            assert findings.content == b"%d bytes" % len(original)
        else:
            assert case["error"]["code"] == "analysis_crashed"
        assert server.client.get(f"/api/cases/{case_id}/thumbnail.jpg").content[:2] == b"\xff\xd8"
    server.stop()
    assert_store_is_whole(server.data)


def assert_store_is_whole(folder: Path) -> None:
    """Every file of a case has its bytes, and no job hangs."""
    store = open_store(Settings(data_folder=folder))
    with store.database.reading() as connection:
        noted = connection.execute(sa.select(files.c.sha256).distinct()).scalars().all()
        unended = connection.execute(sa.select(jobs.c.id).where(jobs.c.state != "ended")).all()
        sizes = dict(connection.execute(sa.select(blobs.c.sha256, blobs.c.size_bytes)).all())
    assert unended == []
    for digest in noted:
        assert len(store.blobs.read(digest)) == sizes[digest]
    store.close()


def test_workers_end_with_their_server_even_when_that_is_killed(server: Server, png: bytes) -> None:
    server.start()
    server.ended(server.upload(png))
    workers = server.worker_processes()
    assert all(map(is_alive, workers))
    server.kill()
    wait_until_dead(workers)


def test_a_worker_process_runs_the_real_analysis(serve, picture) -> None:
    with serve(Settings(), None) as client:
        case = client.upload(picture("PNG", width=200, height=160), mpp_um="0.2").json()
        ended = client.wait_for(case["id"], "done", "failed", timeout_s=PATIENCE_S)
        assert ended["state"] == "done", ended
        findings = client.get(f"/api/cases/{case['id']}/findings.json").json()
        assert findings["width"] == 200
        assert {model["name"] for model in findings["provenance"]["models"]} >= {"finder", "blood"}
