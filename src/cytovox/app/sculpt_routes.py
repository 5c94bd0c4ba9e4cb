"""3D models of the cells of a case."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from cytovox.app.case_routes import NOT_FOUND, UNCHANGED, Answers, CaseId, fresh_file
from cytovox.app.review_results import Result
from cytovox.app.schemas import ProblemDocument
from cytovox.app.sculpting import MEDIA_TYPES, CaseSculptor, ModelForm
from cytovox.app.store import CaseStore
from cytovox.sculpt.options import FIELD_STEP_UM, Pose, SculptOptions

MODEL_FILE: Answers = {200: {"content": {media_type: {} for media_type in MEDIA_TYPES.values()}}}
NO_MODEL: Answers = {
    409: {"model": ProblemDocument, "description": "There can be no model of it; the message says why."}
}


def sculpt_routes(store: CaseStore, sculptor: CaseSculptor) -> APIRouter:
    """The routes that make models."""
    router = APIRouter(prefix="/api/cases", tags=["models"])

    @router.get(
        "/{case_id}/cells/{cell_id}.{form}",
        response_class=Response,
        responses={**NOT_FOUND, **UNCHANGED, **NO_MODEL, **MODEL_FILE},
        operation_id="getCellModel",
    )
    def get_cell_model(  # noqa: PLR0917 - one a parameter of the address
        request: Request,
        case_id: CaseId,
        cell_id: Annotated[int, Path(ge=1, description="Id of a cell in the findings.")],
        form: Annotated[ModelForm, Path(description="GLB is in metres; STL and OBJ in micrometres.")],
        pose: Annotated[
            Pose, Query(description="White cells flat as on the slide, or round as in suspension.")
        ] = Pose.SLIDE,
        coarse: Annotated[
            bool, Query(description="In the detail of a whole field: small and quick.")
        ] = False,
    ) -> Response:
        """One cell as a 3D model, made from its own pixels."""
        options = SculptOptions(pose, FIELD_STEP_UM) if coarse else SculptOptions(pose)
        name, tag = f"cell-{cell_id:03d}.{form}", sculptor.tag(case_id)
        model = Result(store.get(case_id), name, tag, lambda: sculptor.cell(case_id, cell_id, form, options))
        return fresh_file(request, model, MEDIA_TYPES[form])

    @router.get(
        "/{case_id}/scene.glb",
        response_class=Response,
        responses={**NOT_FOUND, **UNCHANGED, **NO_MODEL, 200: {"content": {MEDIA_TYPES[ModelForm.GLB]: {}}}},
        operation_id="getScene",
    )
    def get_scene(request: Request, case_id: CaseId) -> Response:
        """The whole field as one 3D scene: every cell at its place on the slide."""
        tag = sculptor.tag(case_id)
        scene = Result(store.get(case_id), "scene.glb", tag, lambda: sculptor.field(case_id))
        return fresh_file(request, scene, MEDIA_TYPES[ModelForm.GLB])

    return router
