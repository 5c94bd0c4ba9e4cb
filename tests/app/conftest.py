import io
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import numpy as np
import pytest
import sqlalchemy as sa
from PIL import Image
from tests.app import postgres_cluster

from cytovox.app.jobs import Progress
from cytovox.app.opening import open_store
from cytovox.app.server import application_server, create_app
from cytovox.app.settings import Settings
from cytovox.app.store import CaseStore
from cytovox.domain.cells import CellTable
from cytovox.domain.findings import ModelUse, Provenance, QualityWarning, SmearFindings
from cytovox.domain.image import Scale, ScaleOrigin, SmearImage
from cytovox.domain.smear_map import SmearMap

CLASSES = ("red_cell", "platelet", "white_cell", "neutrophil", "lymphocyte")


def circle(x: float, y: float, radius: float) -> np.ndarray:
    turn = np.linspace(0, 2 * np.pi, 32, endpoint=False)
    return np.stack([x + radius * np.cos(turn), y + radius * np.sin(turn)], axis=1).astype(np.float32)


def findings_of(image: SmearImage) -> SmearFindings:
    """Three cells whose truth is known: a red cell, a neutrophil and a platelet."""
    probabilities = np.array(
        [[0.97, 0.01, 0.01, 0.005, 0.005], [0.02, 0.01, 0.02, 0.85, 0.1], [0.05, 0.9, 0.02, 0.02, 0.01]],
        np.float32,
    )
    outlines = (circle(20, 20, 10), circle(50, 30, 15), circle(70, 10, 4))
    scale = Scale(0.1, ScaleOrigin.ESTIMATED, 0.06, 1) if image.mpp_um is None else image.scale
    classes = np.zeros((image.height, image.width), np.uint8)
    classes[:10] = 9
    return SmearFindings(
        source=image.source,
        width=image.width,
        height=image.height,
        cells=CellTable.from_outlines(
            outlines,
            classes=CLASSES,
            score=np.array([0.99, 0.98, 0.7], np.float32),
            probabilities=probabilities,
            picture_size=(image.height, image.width),
            mpp_um=scale.mpp_um,
        ),
        scale=scale,
        warnings=(QualityWarning("few_cells", "There are few cells in this picture."),),
        provenance=Provenance(
            "0.1", "2026-01-01T00:00:00Z", (ModelUse("finder", "1", "0" * 64),), {"min_score": None}, "1" * 64
        ),
        smear_map=None if "mapless" in image.source else SmearMap(classes, classes),
    )


def fast_analysis(image: SmearImage, progress: Progress) -> SmearFindings:
    progress(0.5, "looking for cells")
    return findings_of(image)


class Gate:
    """An analysis that waits inside until it is let go, reporting progress all the while."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.release = threading.Event()
        self.ended = threading.Event()
        self.sources: list[str] = []

    def __call__(self, image: SmearImage, progress: Progress) -> SmearFindings:
        self.sources.append(image.source)
        self.entered.set()
        try:
            deadline = time.monotonic() + 20
            while not self.release.wait(0.01):
                assert time.monotonic() < deadline, "nobody let the analysis go"
                progress(0.25, "looking for cells")
            return findings_of(image)
        finally:
            self.ended.set()


class Client(httpx.Client):
    """Speaks to a served application as a script would."""

    def upload(self, data: bytes, name: str = "smear.png", **form: str) -> httpx.Response:
        return self.post("/api/cases", files={"picture": (name, data)}, data=form)

    def wait_for(self, case_id: str, *states: str, timeout_s: float = 60) -> dict:
        deadline = time.monotonic() + timeout_s
        while (case := self.get(f"/api/cases/{case_id}").json())["state"] not in states:
            assert time.monotonic() < deadline, case
            time.sleep(0.01)
        return case


@contextmanager
def serving(settings: Settings, analyze: Callable, **options) -> Iterator[Client]:
    """The application behind a real server on a free port."""
    app = create_app(settings, analyze, **options)
    server = application_server(app, host="127.0.0.1", port=0, log_level="error")
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        deadline = time.monotonic() + 20
        while not server.started:
            assert thread.is_alive()
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.005)
        port = server.servers[0].sockets[0].getsockname()[1]
        with Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join(30)
        assert not thread.is_alive(), "the server did not stop"


@pytest.fixture
def serve() -> Callable:
    """Context manager `serve(settings, analyze) -> Client`."""
    return serving


@pytest.fixture
def kept(data_folder: Path) -> Iterator[CaseStore]:
    """What a server with `data_folder` keeps, opened beside it."""
    store = open_store(Settings(data_folder=data_folder))
    yield store
    store.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of a PostgreSQL server's first database."""
    folder = postgres_cluster.programs()
    if folder is None:
        pytest.skip("there is no initdb and pg_ctl on this machine: install Debian's postgresql")
    with postgres_cluster.cluster(folder) as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """URL of an empty database."""
    name = f"test_{secrets.token_hex(6)}"
    engine = sa.create_engine(
        postgres_server.replace("postgresql:", "postgresql+pg8000:"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return f"{postgres_server.rpartition('/')[0]}/{name}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty database of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'test.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def analysis() -> Callable:
    return fast_analysis


@pytest.fixture
def example_findings() -> Callable:
    return findings_of


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    """An application with small limits and a fast analysis, shared by the tests of a module."""
    with serving(Settings(upload_limit_mb=0.2, max_pixels=200_000), fast_analysis) as client:
        yield client


@pytest.fixture(scope="session")
def png() -> bytes:
    return picture_bytes("PNG")


@pytest.fixture(scope="session")
def picture() -> Callable:
    return picture_bytes


def picture_bytes(kind: str, *, width: int = 80, height: int = 60, **options) -> bytes:
    """A picture with a red left and a blue right half, so that turning it shows."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[:, : width // 2, 0] = 200
    pixels[:, width // 2 :, 2] = 200
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.fixture
def data_folder(tmp_path: Path) -> Path:
    return tmp_path / "data"
