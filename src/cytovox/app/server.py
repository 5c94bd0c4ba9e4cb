"""The application put together, and served."""

import logging
import socket
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import APIRouter, FastAPI
from fastapi.responses import Response

from cytovox.app.account_gate import AccountGate
from cytovox.app.account_routes import account_routes
from cytovox.app.account_stores import AccountStores
from cytovox.app.archive_routes import archive_routes
from cytovox.app.atlas_routes import atlas_routes
from cytovox.app.case_files import COPIES, LocalCopies
from cytovox.app.case_pictures import CasePictures
from cytovox.app.case_routes import case_routes
from cytovox.app.cases import CaseKind
from cytovox.app.catalogue_routes import InstalledModel, Models, catalogue_routes
from cytovox.app.classify_routes import classify_routes
from cytovox.app.clients import UploadRate
from cytovox.app.differential_routes import differential_routes
from cytovox.app.events import CaseEvents
from cytovox.app.explaining import CellExplainer, Explain
from cytovox.app.front_end import STATIC, front_end_routes, index_page
from cytovox.app.guard import Guard, UploadLimit
from cytovox.app.intake import Intake
from cytovox.app.jobs import JOB_KINDS, Analyze, smear_job
from cytovox.app.lifespan import Lifespan
from cytovox.app.opening import OpenedStore
from cytovox.app.plane_reading import PlaneReader
from cytovox.app.problems import install_problem_handlers
from cytovox.app.quiz_routes import quiz_routes
from cytovox.app.report_building import CaseReports
from cytovox.app.report_routes import report_routes
from cytovox.app.review_corrections_routes import review_corrections_routes
from cytovox.app.review_results import ReviewResults
from cytovox.app.review_routes import review_routes
from cytovox.app.schemas import ProblemDocument
from cytovox.app.sculpt_routes import sculpt_routes
from cytovox.app.sculpting import CaseSculptor
from cytovox.app.settings import Settings
from cytovox.app.similar_cells import SimilarCells
from cytovox.app.similar_features import embed_cells
from cytovox.app.similar_routes import similar_routes
from cytovox.app.specimen_routes import specimen_routes
from cytovox.app.subject_routes import subject_routes
from cytovox.app.volume_intake import VolumeIntake
from cytovox.app.volume_routes import volume_routes
from cytovox.app.worked_example import add_worked_example
from cytovox.app.workers import COMMAND, WorkerProcesses, Workers, WorkerThread
from cytovox.domain.explanation import Explanation
from cytovox.domain.image import SmearImage
from cytovox.domain.material import Material
from cytovox.report import NOTICE

log = logging.getLogger("cytovox.app")


def create_app(
    settings: Settings | None = None,
    analyze: Analyze | None = None,
    *,
    models: Models | None = None,
    explain: Explain | None = None,
    static: Path = STATIC,
    worker_command: Sequence[str] = COMMAND,
) -> FastAPI:
    """The web application, ready for an ASGI server.

    Args:
        settings: Limits and places; from the environment when not given.
        analyze: Picture and progress callback in, findings out: run by a thread of this process, in place of
            the worker processes.
        models: Lists the installed model bundles; `installed_bundles` when not given.
        explain: Names and explains one cell; `explain_cell` when not given.
        static: Folder of the built front end.
        worker_command: Starts a worker process.

    Raises:
        InputError: The place for the cases cannot be used.
    """
    opened = OpenedStore(settings or Settings.from_environment())
    lifespan = Lifespan(opened, _workers(opened, analyze, worker_command))
    app = FastAPI(
        title="Cytovox",
        version=cytovox_version(),
        description=f"Every cell of a stained smear found, outlined, named and counted.\n\n{NOTICE}",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        responses={
            401: {"model": ProblemDocument, "description": "Nobody is signed in, on a server with accounts."},
            403: {"model": ProblemDocument, "description": "Not allowed; the message says why."},
            400: {"model": ProblemDocument, "description": "The request's body cannot be read."},
            422: {"model": ProblemDocument, "description": "The request cannot be used as it came."},
        },
        lifespan=lifespan,
    )
    install_problem_handlers(app)
    app.state.lifespan = lifespan
    people = AccountStores.of(opened.store.database, opened.settings)
    app.include_router(account_routes(people, enabled=opened.settings.accounts))
    for router in _routers(opened, lifespan.events, models or _models, explain or _explain):
        app.include_router(router)

    # FastAPI's own pages load scripts from a CDN; the front end draws this one itself, with no internet.
    @app.get("/api/docs", include_in_schema=False)
    def api_reference() -> Response:
        return index_page(static)

    app.include_router(front_end_routes(static))
    app.add_middleware(UploadLimit, settings=opened.settings)
    if opened.settings.accounts:
        app.add_middleware(AccountGate, stores=people)
    app.add_middleware(Guard, settings=opened.settings)
    return app


def _workers(opened: OpenedStore, analyze: Analyze | None, command: Sequence[str]) -> Workers:
    if analyze is None:
        return WorkerProcesses(opened.store, opened.settings, command)
    of_smears = smear_job(dict.fromkeys(Material, analyze))
    return WorkerThread(opened.store, {**JOB_KINDS, CaseKind.SMEAR: of_smears})


def _routers(
    opened: OpenedStore, events: CaseEvents, models: Models, explain: Explain
) -> Iterator[APIRouter]:
    settings, store, version = opened.settings, opened.store, cytovox_version()
    intake, rate = Intake(settings, store), UploadRate(settings.uploads_per_minute)
    pictures = CasePictures(store)
    results = ReviewResults(store, pictures)
    yield archive_routes(store, events)
    yield case_routes(store, intake, rate, results)
    yield review_routes(store)
    yield review_corrections_routes(store)
    assert settings.data_folder is not None  # noqa: S101 - for the type checker: OpenedStore sees to it
    planes = PlaneReader(store, LocalCopies(store, settings.data_folder / COPIES))
    yield volume_routes(store, VolumeIntake(store), planes, rate)
    yield sculpt_routes(store, CaseSculptor(store, pictures, version=version))
    yield atlas_routes()
    yield differential_routes(store)
    reports = CaseReports(store, pictures, results, planes, models, version=version)
    yield report_routes(store, reports)
    yield specimen_routes(store, reports)
    yield subject_routes(store)
    yield similar_routes(store, pictures, SimilarCells(store, pictures, embed_cells))
    yield quiz_routes(store, pictures)
    yield classify_routes(CellExplainer(store, pictures, explain), intake, models)
    yield catalogue_routes(settings, store, models, version=version)


def serve(settings: Settings, *, worker_command: Sequence[str] = COMMAND) -> None:
    """Serves the application until it is interrupted; a new archive begins with a worked example.

    Args:
        settings: Limits and places.
        worker_command: Starts a worker process.
    """
    app = create_app(settings, worker_command=worker_command)
    add_worked_example(app.state.lifespan.store, settings)
    application_server(app, host=settings.host, port=settings.port, log_level="warning").run()


class _Server(uvicorn.Server):
    """Ends open event streams when it stops: it would wait for them before the application hears of it."""

    def __init__(self, config: uvicorn.Config, events: CaseEvents) -> None:
        super().__init__(config)
        self._events = events

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._events.close()
        await super().shutdown(sockets)


def application_server(app: FastAPI, **options: Any) -> uvicorn.Server:
    """A server for the application.

    Args:
        app: As of `create_app`.
        **options: Of `uvicorn.Config`.
    """
    config = uvicorn.Config(app, server_header=False, lifespan="on", **options)
    return _Server(config, app.state.lifespan.events)


def cytovox_version() -> str:
    """Version of the installed package, or "0" when it runs from its source folder."""
    try:
        return installed_version("cytovox")
    except PackageNotFoundError:
        return "0"


def _explain(
    image: SmearImage, model: str, *, centre_xy: tuple[float, float] | None = None, top: int = 3
) -> Explanation:
    # Imported with the first question: ONNX Runtime would delay the first page by a second.
    from cytovox.analysis.explain import explain_cell  # noqa: PLC0415

    return explain_cell(image, model, centre_xy=centre_xy, top=top)


def _models() -> Iterable[InstalledModel]:
    from cytovox.analysis.bundles import installed_bundles  # noqa: PLC0415 - as above

    return installed_bundles()
