import hashlib
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from tests.app.example_cases import example_case
from tests.app.free_port import free_port

from cytovox.app.blobs import BlobStore
from cytovox.app.database import Database
from cytovox.app.opening import open_store
from cytovox.app.settings import Settings
from cytovox.app.tables import blobs, files
from cytovox.domain.errors import InputError
from cytovox.io.browser_picture import BrowserPicture


@pytest.fixture(scope="session")
def s3_bucket() -> Iterator[str]:
    """URL of a bucket on an S3 server on this machine."""
    from moto.server import ThreadedMotoServer

    port = free_port()
    server = ThreadedMotoServer("127.0.0.1", port, verbose=False)
    server.start()
    account = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    before = {name: os.environ.get(name) for name in account}
    os.environ.update(account)
    fsspec.filesystem("s3").mkdir("cytovox-test")
    yield "s3://cytovox-test"
    fsspec.filesystem("s3").clear_instance_cache()
    server.stop()
    for name, value in before.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value


@pytest.fixture(params=["folder", "memory", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "folder":
        return str(tmp_path / "blobs")
    if request.param == "memory":
        return f"memory://{tmp_path.name}"
    return f"{request.getfixturevalue('s3_bucket')}/{tmp_path.name}"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'test.db'}")
    yield database
    database.close()


def noted(database: Database) -> int:
    with database.reading() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(blobs)).scalar_one())


def test_contents_come_back_by_their_hash(database: Database, place: str) -> None:
    store = BlobStore(database, place)
    contents = [b"one", b"", b"one", bytes(100_000)]
    hashes = store.keep(contents)
    assert hashes == [hashlib.sha256(data).hexdigest() for data in contents]
    assert [store.read(digest) for digest in hashes] == contents
    assert noted(database) == 3
    with pytest.raises(FileNotFoundError):
        store.read("0" * 64)


def test_a_file_is_taken_in_and_copied_out(database: Database, place: str, tmp_path: Path) -> None:
    store = BlobStore(database, place)
    (tmp_path / "in").write_bytes(b"from a file")
    digest = store.keep_file(tmp_path / "in")
    assert not (tmp_path / "in").exists()
    assert store.read(digest) == b"from a file"
    store.fetch(digest, tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"from a file"


def test_what_nothing_refers_to_is_collected_after_its_time(database: Database, place: str) -> None:
    patient = BlobStore(database, place, grace_s=60)
    (digest,) = patient.keep([b"lonely"])
    assert patient.collect() == 0
    assert patient.read(digest) == b"lonely"
    hasty = BlobStore(database, place, grace_s=-1)
    assert hasty.collect() == 1
    assert noted(database) == 0
    with pytest.raises(FileNotFoundError):
        hasty.read(digest)
    # And is written again when it is wanted again.
    assert patient.keep([b"lonely"]) == [digest]
    assert patient.read(digest) == b"lonely"


def test_more_than_one_transaction_holds_are_collected(database: Database, tmp_path: Path) -> None:
    store = BlobStore(database, str(tmp_path / "blobs"), grace_s=-1)
    store.keep([b"%d" % number for number in range(120)])
    assert store.collect() == 120


@pytest.mark.parametrize("grace_s", [60.0, -1.0])
def test_collecting_while_others_keep_never_breaks_a_case(tmp_path: Path, grace_s: float) -> None:
    # With no grace at all a keeper may be told to try again, but never refers to bytes that are gone.
    settings = Settings(data_folder=tmp_path)
    store = open_store(settings)
    collector = open_store(settings)
    collector.blobs = BlobStore(collector.database, str(tmp_path / "blobs"), grace_s=grace_s)
    stop = threading.Event()

    def collect() -> None:
        while not stop.is_set():
            collector.blobs.collect()

    thread = threading.Thread(target=collect)
    thread.start()
    kept = 0
    for number in range(60):
        try:
            store.add(example_case(), b"%d" % (number % 3), BrowserPicture(b"same", "image/png", b"small"))
            kept += 1
        except IntegrityError:
            assert grace_s < 0
    stop.set()
    thread.join()
    assert kept == 60 or grace_s < 0
    for case in store.all():
        for name in ("original", "picture", "thumbnail.jpg"):
            store.read(case.id, name)
    assert len(store.all()) == kept
    store.close()
    collector.close()


def test_bytes_of_a_purged_case_go_and_shared_ones_stay(tmp_path: Path) -> None:
    store = open_store(Settings(data_folder=tmp_path))
    store.blobs = BlobStore(store.database, str(tmp_path / "blobs"), grace_s=-1)
    first, second = example_case(), example_case()
    store.add(first, b"first", BrowserPicture(b"shown", "image/png", b"shared"))
    store.add(second, b"second", BrowserPicture(b"seen", "image/png", b"shared"))
    store.remove(first.id)
    assert store.blobs.collect() == 0
    store.purge(deleted_before=time.time() + 1)
    assert store.blobs.collect() == 2
    assert store.read(second.id, "thumbnail.jpg") == b"shared"
    with store.database.reading() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(files)).scalar_one() == 3
    store.close()


def test_rests_of_a_killed_writer_are_tidied_when_they_are_old(database: Database, tmp_path: Path) -> None:
    store = BlobStore(database, str(tmp_path / "blobs"), grace_s=60)
    (tmp_path / "blobs" / "ab").mkdir()
    old, new = tmp_path / "blobs" / "ab" / ".old.part", tmp_path / "blobs" / "ab" / ".new.part"
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 120,) * 2)
    store.tidy()
    assert (old.exists(), new.exists()) == (False, True)


@pytest.mark.parametrize("place", ["nothing://at/all", "{file}/below"])
def test_a_place_that_cannot_be_used_is_refused(database: Database, tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"storage .*: cannot be used"):
        BlobStore(database, place.format(file=tmp_path / "file"))
