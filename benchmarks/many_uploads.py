"""Twenty people upload pictures for a minute: errors, times to answer, fairness of the queue, memory.

`python -m benchmarks.many_uploads [--seconds 60] [--users 20] [--pause 2] [--url DATABASE_URL]`
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import httpx

from cytovox.synth.sample import SAMPLE_NAME, sample_smear

START_S = 120
LOOKS_EVERY_S = 0.5


@dataclass
class Seen:
    """What the users saw."""

    answers: list[tuple[int, float]] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    owner_of: dict[str, int] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)


@dataclass
class Memory:
    """Most memory of the server and of its workers, MB."""

    server: float = 0.0
    workers: float = 0.0


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.many_uploads", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--pause", type=float, default=2.0, help="seconds between two uploads of one user")
    parser.add_argument("--url", default="", help="database to use in place of SQLite")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        settings = {"PORT": str(port), "DATA_FOLDER": folder, "DATABASE_URL": given.url}
        environment = os.environ | {f"CYTOVOX_{name}": value for name, value in settings.items()}
        server = subprocess.Popen(
            [sys.executable, "-c", "from cytovox.cli import run; run()", "serve"], env=environment
        )
        try:
            wait_for(port)
            measure(port, server.pid, given)
        finally:
            server.terminate()
            server.wait(60)


def measure(port: int, server: int, given: argparse.Namespace) -> None:
    """Let the users upload, and print what they saw."""
    seen, memory, over = Seen(), Memory(), threading.Event()
    watcher = threading.Thread(target=watch, args=(server, memory, over))
    watcher.start()
    before = memory_mb(server)
    until = time.monotonic() + given.seconds
    users = [
        threading.Thread(target=upload, args=(port, number, until, given.pause, seen))
        for number in range(given.users)
    ]
    for user in users:
        user.start()
    for user in users:
        user.join()
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        cases = [case for case in client.get("/api/cases").json() if not case["sample"]]
    over.set()
    watcher.join()
    report(seen, cases, given)
    print(f"memory: server {before:.0f} MB before, {memory.server:.0f} MB at most; "
          f"worker {memory.workers:.0f} MB at most")  # fmt: skip


def report(seen: Seen, cases: list[dict], given: argparse.Namespace) -> None:  # type: ignore[type-arg]
    """Print answers, times and shares."""
    codes = Counter(code for code, _ in seen.answers)
    times = sorted(seconds for _, seconds in seen.answers)
    states = Counter(case["state"] for case in cases)
    served = Counter(
        seen.owner_of[case["id"]] for case in cases if case["state"] in {"done", "running", "failed"}
    )
    shares = [served.get(user, 0) for user in range(given.users)]
    print(f"{given.users} users, {given.seconds:.0f} s, {os.cpu_count()} cores")
    print(f"answers: {dict(codes)}; connections broken: {len(seen.broken)} {seen.broken[:1]}")
    print(f"time to 202: median {median(times):.2f} s, 95 % {times[int(0.95 * len(times))]:.2f} s, "
          f"longest {times[-1]:.2f} s")  # fmt: skip
    print(f"time to the list of cases: median {median(seen.pages):.2f} s, longest {max(seen.pages):.2f} s")
    lost = seen.owner_of.keys() - {case["id"] for case in cases}
    print(f"cases: {dict(states)}; accepted but not listed: {len(lost)}")
    print(f"cases begun of one user: {min(shares)} to {max(shares)}")


def upload(port: int, user: int, until: float, pause_s: float, seen: Seen) -> None:
    """One user: uploads, looks at the list, waits; from an address of their own."""
    transport = httpx.HTTPTransport(local_address=f"127.0.0.{user + 2}")
    picture = sample_smear()
    with httpx.Client(transport=transport, base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        # User 0 asks four times as often: the queue must not let them push the others aside.
        while time.monotonic() < until:
            try:
                started = time.monotonic()
                answer = client.post("/api/cases", files={"picture": (SAMPLE_NAME, picture)})
                seen.answers.append((answer.status_code, time.monotonic() - started))
                if answer.status_code == 202:
                    seen.owner_of[answer.json()["id"]] = user
                started = time.monotonic()
                client.get("/api/cases", params={"limit": 50}).raise_for_status()
                seen.pages.append(time.monotonic() - started)
            except httpx.HTTPError as error:
                seen.broken.append(repr(error))
            time.sleep(pause_s if user else pause_s / 4)


def watch(server: int, memory: Memory, over: threading.Event) -> None:
    """Keep the most memory that the processes took."""
    while not over.wait(LOOKS_EVERY_S):
        memory.server = max(memory.server, memory_mb(server))
        workers = {
            int(child)
            for task in Path(f"/proc/{server}/task").iterdir()
            for child in (task / "children").read_text().split()
        }
        memory.workers = max([memory.workers, *map(memory_mb, workers)])


def memory_mb(process: int) -> float:
    """Memory of a process that lies in RAM; 0 when it has ended. Linux only."""
    try:
        text = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0.0
    lines = [line for line in text.splitlines() if line.startswith("VmRSS:")]
    return int(lines[0].split()[1]) / 1024 if lines else 0.0


def wait_for(port: int) -> None:
    """Return when the server answers."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        try:
            httpx.get(f"http://127.0.0.1:{port}/api/health", timeout=5)
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the server did not start")


if __name__ == "__main__":
    main()
