"""The application put together, and served."""

import logging
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from fastapi.responses import Response

from cytovox.app.case_routes import case_routes
from cytovox.app.catalogue_routes import InstalledModel, Models, catalogue_routes
from cytovox.app.classify_routes import classify_routes
from cytovox.app.explaining import CellExplainer, Explain
from cytovox.app.front_end import STATIC, front_end_routes, index_page
from cytovox.app.guard import Guard, UploadLimit
from cytovox.app.intake import Intake
from cytovox.app.jobs import Analyze, CaseWorker, Progress
from cytovox.app.problems import install_problem_handlers
from cytovox.app.schemas import ProblemDocument
from cytovox.app.sculpt_routes import sculpt_routes
from cytovox.app.sculpting import CaseSculptor
from cytovox.app.settings import Settings
from cytovox.app.store import CaseStore
from cytovox.domain.explanation import Explanation
from cytovox.domain.findings import SmearFindings
from cytovox.domain.image import SmearImage
from cytovox.report import NOTICE

log = logging.getLogger("cytovox.app")


def create_app(
    settings: Settings | None = None,
    analyze: Analyze | None = None,
    *,
    models: Models | None = None,
    explain: Explain | None = None,
    static: Path = STATIC,
) -> FastAPI:
    """The web application, ready for an ASGI server.

    Args:
        settings: Limits and places; from the environment when not given.
        analyze: Picture and progress callback in, findings out; `analyze_smear` when not given.
        models: Lists the installed model bundles; `installed_bundles` when not given.
        explain: Names and explains one cell; `explain_cell` when not given.
        static: Folder of the built front end.
    """
    settings = settings or Settings.from_environment()
    store = CaseStore(settings.data_folder, max_cases=settings.max_cases)
    worker = CaseWorker(store, analyze or _analyze, max_waiting=settings.max_waiting)
    intake = Intake(settings, store, worker)
    explainer = CellExplainer(store, explain or _explain)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        worker.start()
        yield
        worker.close()
        store.close()

    app = FastAPI(
        title="Cytovox",
        version=cytovox_version(),
        description=f"Every cell of a stained smear found, outlined, named and counted.\n\n{NOTICE}",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        responses={422: {"model": ProblemDocument, "description": "The request cannot be used as it came."}},
        lifespan=lifespan,
    )
    install_problem_handlers(app)
    app.include_router(case_routes(store, worker, intake))
    app.include_router(sculpt_routes(store, CaseSculptor(store, version=cytovox_version())))
    app.include_router(classify_routes(explainer, intake, models or _models))
    app.include_router(catalogue_routes(settings, store, models or _models, version=cytovox_version()))

    # FastAPI's own pages load scripts from a CDN; the front end draws this one itself, with no internet.
    @app.get("/api/docs", include_in_schema=False)
    def api_reference() -> Response:
        return index_page(static)

    app.include_router(front_end_routes(static))
    app.add_middleware(UploadLimit, settings=settings)
    app.add_middleware(Guard, settings=settings)
    return app


def serve(settings: Settings) -> None:
    """Serves the application until it is interrupted.

    Args:
        settings: Limits and places.
    """
    app = create_app(settings)
    uvicorn.run(app, host=settings.host, port=settings.port, log_level="warning", server_header=False)


def cytovox_version() -> str:
    """Version of the installed package, or "0" when it runs from its source folder."""
    try:
        return installed_version("cytovox")
    except PackageNotFoundError:
        return "0"


def _analyze(image: SmearImage, progress: Progress) -> SmearFindings:
    # Imported with the first picture: ONNX Runtime would delay the first page by a second.
    from cytovox.analysis.smear import SmearOptions, analyze_smear  # noqa: PLC0415

    return analyze_smear(image, options=SmearOptions(smear_map=True), progress=progress)


def _explain(
    image: SmearImage, model: str, *, centre_xy: tuple[float, float] | None = None, top: int = 3
) -> Explanation:
    from cytovox.analysis.explain import explain_cell  # noqa: PLC0415 - as above

    return explain_cell(image, model, centre_xy=centre_xy, top=top)


def _models() -> Iterable[InstalledModel]:
    from cytovox.analysis.bundles import installed_bundles  # noqa: PLC0415 - as above

    return installed_bundles()
