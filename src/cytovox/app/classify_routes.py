"""/api/classify and the explanations of cells."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, File, Form, Path, UploadFile

from cytovox.app.case_routes import NOT_FOUND, REFUSALS, Answers, CaseId
from cytovox.app.catalogue_routes import InstalledModel, Models
from cytovox.app.explaining import CellExplainer
from cytovox.app.explanation_documents import ClassificationDocument, ExplanationDocument
from cytovox.app.intake import Intake
from cytovox.app.problems import ApiProblem
from cytovox.app.schemas import ProblemDocument
from cytovox.domain.image import COARSEST_UM_PER_PX
from cytovox.domain.material import Material
from cytovox.domain.taxonomies import TAXONOMY_KEYS
from cytovox.report import NOTICE

MOST_PICTURES = 32
"""Pictures in one request: an answer should come within a minute."""
CLASSIFY_CELLS = "classify_cells"
NO_EXPLANATION: Answers = {
    409: {"model": ProblemDocument, "description": "This cell has no explanation; the message says why."}
}
NO_MODEL: Answers = {404: {"model": ProblemDocument, "description": "There is no such model."}}
CLASSIFY_REFUSALS: Answers = {status: REFUSALS[status] for status in (413, 415, 422)}


def classify_routes(explainer: CellExplainer, intake: Intake, models: Models) -> APIRouter:
    """The routes that name and explain single cells."""
    router = APIRouter(prefix="/api", tags=["cells"])

    @router.get(
        "/cases/{case_id}/cells/{cell_id}/explanation",
        responses={**NOT_FOUND, **NO_EXPLANATION},
        operation_id="getExplanation",
    )
    def get_explanation(
        case_id: CaseId, cell_id: Annotated[int, Path(ge=1, description="Id of a cell in the findings.")]
    ) -> ExplanationDocument:
        """Which places of a white cell speak for its class, and for the runners-up."""
        return explainer.of_case(case_id, cell_id)

    @router.post("/classify", responses={**CLASSIFY_REFUSALS, **NO_MODEL}, operation_id="classifyCells")
    def classify_cells(
        pictures: Annotated[list[UploadFile], File(description="Pictures of one centred cell each.")],
        model: Annotated[str, Form(description="Name of an installed classifier.")] = Material.BLOOD,
        mpp_um: Annotated[
            float | None,
            Form(gt=0, le=COARSEST_UM_PER_PX, description="Micrometres per pixel, where you know it."),
        ] = None,
    ) -> ClassificationDocument:
        """Name the cell in the middle of each picture; nothing is kept."""
        installed = _classifier(model, list(models()))
        if len(pictures) > MOST_PICTURES:
            raise _too_many(len(pictures))
        images = [intake.read(p.file.read(), p.filename, mpp_um=mpp_um) for p in pictures]
        conformal = installed.manifest.get("conformal")
        taxonomy = installed.manifest.get("taxonomy")
        return ClassificationDocument(
            model=model,
            taxonomy=str(taxonomy) if taxonomy in TAXONOMY_KEYS else None,
            level=float(conformal["level"]) if conformal else None,
            pictures=[explainer.of_picture(image, model) for image in images],
            notice=NOTICE,
        )

    return router


def _classifier(name: str, installed: Sequence[InstalledModel]) -> InstalledModel:
    # By name only: a path, which the command line takes too, would let a page open any folder here.
    classifiers = {model.name: model for model in installed if model.task == CLASSIFY_CELLS}
    if name not in classifiers:
        known = ", ".join(classifiers) or "none"
        raise ApiProblem(
            HTTPStatus.NOT_FOUND,
            "model_not_found",
            f"There is no classifier '{name[:80]}'; installed: {known}.",
        )
    return classifiers[name]


def _too_many(count: int) -> ApiProblem:
    return ApiProblem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "too_many_pictures",
        f"Expected at most {MOST_PICTURES} pictures in a request, got {count}. Send them in several.",
    )
