"""/api/cases/{id}/cells/{n}: cells that look like one, and its picture."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from cytovox.app.case_pictures import CasePictures
from cytovox.app.case_routes import KEEP_SHORTLY, NOT_FOUND, Answers, CaseId
from cytovox.app.schemas import ProblemDocument
from cytovox.app.similar_cells import SimilarCells, cell_crop
from cytovox.app.similar_schemas import SimilarCellDocument
from cytovox.app.store import CaseStore

CellId = Annotated[int, Path(ge=1, description="Id of a cell in the findings.")]
CropSize = Annotated[int, Query(ge=16, le=512, description="Side in pixels.")]
PNG: Answers = {200: {"content": {"image/png": {}}}}
NOT_COMPARED: Answers = {
    409: {"model": ProblemDocument, "description": "This cell cannot be compared; the message says why."}
}


def similar_routes(store: CaseStore, pictures: CasePictures, similar: SimilarCells) -> APIRouter:
    """The routes of cells that look alike."""
    router = APIRouter(prefix="/api/cases", tags=["cells"])

    @router.get(
        "/{case_id}/cells/{cell_id}/similar",
        responses={**NOT_FOUND, **NOT_COMPARED},
        operation_id="listSimilarCells",
    )
    def list_similar_cells(
        case_id: CaseId,
        cell_id: CellId,
        limit: Annotated[int, Query(ge=1, le=60, description="How many, at most.")] = 12,
        others_only: Annotated[bool, Query(description="Leave out cells of the same case.")] = False,
    ) -> list[SimilarCellDocument]:
        """Cells of the archive that look like this one, the most alike first."""
        return similar.of(case_id, cell_id, limit=limit, others_only=others_only)

    @router.get(
        "/{case_id}/cells/{cell_id}/crop.png",
        response_class=Response,
        responses={**NOT_FOUND, **PNG},
        operation_id="getCellCrop",
    )
    def get_cell_crop(case_id: CaseId, cell_id: CellId, size: CropSize = 96) -> Response:
        """The cell, cut out of its picture with some of its surroundings."""
        data = cell_crop(store, pictures, case_id, cell_id, size)
        return Response(data, media_type="image/png", headers=KEEP_SHORTLY)

    return router
