"""A PostgreSQL server of its own for the tests, from the programs that Debian installs."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.app.free_port import free_port

ROLE = "cytovox"


def programs() -> Path | None:
    """Folder of initdb and pg_ctl, or None where they are not installed."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((f for f in folders if (f / "initdb").exists() and (f / "pg_ctl").exists()), None)


def unprivileged_user() -> str | None:
    """Whom to run as where we are root, which PostgreSQL refuses; None where we are not."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@contextmanager
def cluster(bin_folder: Path) -> Iterator[str]:
    """URL of an empty database on a server that ends with the context."""
    user = unprivileged_user()
    with tempfile.TemporaryDirectory(prefix="cytovox-pg-") as folder:
        if user is not None:
            shutil.chown(folder, user)
        data = Path(folder) / "data"
        port = free_port()
        # Nothing that tests keep must survive a power failure.
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"

        def call(*command: str) -> None:
            done = subprocess.run(command, user=user, cwd=folder, capture_output=True, check=False)
            assert done.returncode == 0, done.stderr.decode()

        call(str(bin_folder / "initdb"), "-D", str(data), "-U", ROLE, "-A", "trust", "-E", "UTF8")
        log = str(Path(folder) / "log")
        start = (str(bin_folder / "pg_ctl"), "-D", str(data), "-o", options, "-l", log, "-w", "-t", "90")
        call(*start, "start")
        try:
            yield f"postgresql://{ROLE}@127.0.0.1:{port}/postgres"
        finally:
            call(str(bin_folder / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")
