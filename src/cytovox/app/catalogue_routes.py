"""/api/taxonomies, /api/models, /api/settings, /api/health: what this server has and how it is set."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from http import HTTPStatus
from typing import Any, Protocol

from fastapi import APIRouter

from cytovox.app.cases import CaseState
from cytovox.app.intake import ACCEPTED_TYPES
from cytovox.app.problems import ApiProblem
from cytovox.app.schemas import (
    ClassDocument,
    CodeDocument,
    HealthDocument,
    MeasureDocument,
    ModelDocument,
    ProblemDocument,
    SettingDocument,
    SettingsDocument,
    TaxonomyDocument,
)
from cytovox.app.settings import Settings, variable
from cytovox.app.store import CaseStore
from cytovox.app.volume_intake import STACK_TYPES
from cytovox.domain.errors import InputError
from cytovox.domain.taxonomies import TAXONOMY_KEYS, load_taxonomy
from cytovox.domain.taxonomy import Taxonomy


class InstalledModel(Protocol):
    """What this page needs to know of a model bundle."""

    @property
    def name(self) -> str:
        """Bundle name."""

    @property
    def version(self) -> str:
        """Bundle version."""

    @property
    def task(self) -> str:
        """What it does."""

    @property
    def sha256(self) -> str:
        """Hash of its network."""

    @property
    def manifest(self) -> Mapping[str, Any]:
        """Its `bundle.json`."""


Models = Callable[[], Iterable[InstalledModel]]


def catalogue_routes(settings: Settings, store: CaseStore, models: Models, *, version: str) -> APIRouter:
    """The routes that describe the server."""
    router = APIRouter(prefix="/api", tags=["catalogue"])

    @router.get("/taxonomies/{key}", responses={404: {"model": ProblemDocument}}, operation_id="getTaxonomy")
    def get_taxonomy(key: str) -> TaxonomyDocument:
        """Classes with names, colours, short labels and codes: blood, marrow, smear_map, organs."""
        return _taxonomy_document(_taxonomy(key))

    @router.get("/models", operation_id="listModels")
    def list_models() -> list[ModelDocument]:
        """Installed model bundles with their measured figures."""
        return [_model_document(model) for model in models()]

    @router.get("/settings", operation_id="getSettings")
    def get_settings() -> SettingsDocument:
        """Limits of this server, and how each is set."""
        return _settings_document(settings, version)

    @router.get("/health", operation_id="getHealth")
    def get_health() -> HealthDocument:
        """Whether the server is up, and how much it has to do."""
        return HealthDocument(
            status="ok",
            version=version,
            cases_waiting=store.count_in_state(CaseState.QUEUED),
            cases_running=store.count_in_state(CaseState.RUNNING),
        )

    return router


def _taxonomy(key: str) -> Taxonomy:
    try:
        return load_taxonomy(key)
    except InputError as error:
        raise ApiProblem(HTTPStatus.NOT_FOUND, "taxonomy_not_found", str(error)) from error


def _taxonomy_document(taxonomy: Taxonomy) -> TaxonomyDocument:
    return TaxonomyDocument(
        key=taxonomy.key,
        name=taxonomy.name,
        classes=[
            ClassDocument(
                key=c.key,
                name=c.name,
                colour=c.colour,
                short=c.short,
                parent=c.parent,
                codes=[CodeDocument(system=d.system, code=d.code, display=d.display) for d in c.codes],
            )
            for c in taxonomy
        ],
    )


def _model_document(model: InstalledModel) -> ModelDocument:
    return ModelDocument(
        name=model.name,
        version=model.version,
        task=model.task,
        sha256=model.sha256,
        taxonomy=str(model.manifest["taxonomy"]) if model.manifest.get("taxonomy") in TAXONOMY_KEYS else None,
        classes=[str(entry["key"]) for entry in model.manifest.get("classes", ())],
        measured=[
            MeasureDocument(
                metric=str(entry["metric"]),
                value=float(entry["value"]),
                data=str(entry.get("data", "")),
                split=str(entry.get("split", "")),
                note=str(entry.get("note", "")),
            )
            for entry in model.manifest.get("measured", ())
        ],
    )


def _settings_document(settings: Settings, version: str) -> SettingsDocument:
    return SettingsDocument(
        version=version,
        upload_limit_bytes=settings.upload_limit_bytes,
        stack_limit_bytes=settings.stack_limit_bytes,
        max_pixels=settings.max_pixels,
        accepted_types=list(ACCEPTED_TYPES),
        stack_types=list(STACK_TYPES),
        settings=[
            SettingDocument(
                name=entry.name,
                variable=variable(entry.name),
                value=str(getattr(settings, entry.name)),
                default=str(entry.default),
                help=entry.metadata["help"],
            )
            for entry in fields(settings)
            if entry.metadata["public"]
        ],
    )
