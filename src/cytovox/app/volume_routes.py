"""Stacks of slices: uploads, planes for the viewer, results, and a person's earlier scans."""

from typing import Annotated

from fastapi import APIRouter, File, Form, Path, Query, Request, Response, UploadFile

from cytovox.app.case_routes import KEEP_SHORTLY, NOT_FOUND, REFUSALS, Answers, CaseId, kept_file
from cytovox.app.clients import UploadRate, actor_of
from cytovox.app.plane_reading import PlaneBytes, PlaneReader
from cytovox.app.scan_rows import TimePoint, scans_of_same_subject
from cytovox.app.schemas import CaseDocument, ProblemDocument, case_document
from cytovox.app.stack_downloads import DOWNLOADS, Offer
from cytovox.app.stack_files import STACK
from cytovox.app.stack_page import upload_document
from cytovox.app.stack_request import REQUEST, StackRequest
from cytovox.app.store import CaseStore
from cytovox.app.volume_intake import UploadedFile, VolumeIntake, Wish
from cytovox.app.volume_schemas import (
    StackDocument,
    TimePointDocument,
    TimePointOrganDocument,
    UploadDocument,
)
from cytovox.domain.volume import Modality
from cytovox.io.viewing_order import Plane

STACK_REFUSALS: Answers = REFUSALS | {
    415: {"model": ProblemDocument, "description": "The file is no stack of slices."},
    422: {"model": ProblemDocument, "description": "The stack cannot be read or used."},
}
PLANE_ANSWERS: Answers = {**NOT_FOUND, 200: {"content": {"application/octet-stream": {}}}}
Spacing = Annotated[
    list[float] | None,
    Form(
        min_length=3,
        max_length=3,
        description="Distance of slices, rows and columns in mm, for a folder of plain pictures.",
    ),
]


LabelChoice = Annotated[
    str | None,
    Form(
        max_length=300,
        description="Label map within the stack's upload, by number or name; none: the models. By default "
        "the one that belongs to the scan.",
    ),
]


def volume_routes(store: CaseStore, intake: VolumeIntake, planes: PlaneReader, rate: UploadRate) -> APIRouter:
    """The routes of stacks."""
    router = APIRouter(prefix="/api", tags=["stacks"])
    _add_intake(router, intake, rate)
    _add_planes(router, store, planes)
    _add_results(router, store)
    return router


def _add_intake(router: APIRouter, intake: VolumeIntake, rate: UploadRate) -> None:
    @router.post("/stacks", status_code=202, responses=STACK_REFUSALS, operation_id="createStack")
    def create_stack(  # noqa: PLR0913, PLR0917 - fields of a form
        request: Request,
        stack: Annotated[
            UploadFile, File(description="A ZIP of DICOM files or slices, or a NIfTI, NRRD or DICOM file.")
        ],
        labels: Annotated[
            UploadFile | None, File(description="A label map of it made elsewhere, in place of the models.")
        ] = None,
        label_names: Annotated[
            str | None, Form(description="totalsegmentator_ct, totalsegmentator_mr or amos.")
        ] = None,
        series: Annotated[int | None, Form(ge=1, description="Which scan, where there are several.")] = None,
        label_map: LabelChoice = None,
        modality: Annotated[Modality | None, Form(description="Where the file does not say it.")] = None,
        spacing_mm: Spacing = None,
    ) -> CaseDocument:
        """Upload a CT or MR stack; its analysis starts at once or waits its turn."""
        actor = actor_of(request)
        rate.take(actor)
        spacing = None if spacing_mm is None else (spacing_mm[0], spacing_mm[1], spacing_mm[2])
        drawn = None if labels is None else UploadedFile(labels.file, labels.filename)
        wish = Wish(series, label_names, modality, spacing, label_map)
        return case_document(
            intake.accept(UploadedFile(stack.file, stack.filename), drawn, wish, actor=actor)
        )

    @router.post(
        "/stacks/sample",
        status_code=202,
        responses={429: REFUSALS[429], 503: REFUSALS[503]},
        operation_id="createSampleStack",
    )
    def create_sample_stack(request: Request) -> CaseDocument:
        """Open the sample stack, a phantom that Cytovox renders itself, with its organs."""
        actor = actor_of(request)
        rate.take(actor)
        return case_document(intake.accept_sample(actor=actor))

    @router.post(
        "/cases/{case_id}/series/{number}",
        status_code=202,
        responses={**NOT_FOUND, 422: STACK_REFUSALS[422], 429: REFUSALS[429], 503: REFUSALS[503]},
        operation_id="createStackOfSeries",
    )
    def create_stack_of_series(
        request: Request,
        case_id: CaseId,
        number: Annotated[int, Path(ge=1)],
        label_map: Annotated[str | None, Query(max_length=300, description="As of createStack.")] = None,
    ) -> CaseDocument:
        """Analyse a scan of the same upload as a case of its own, also with another of its label maps."""
        actor = actor_of(request)
        rate.take(actor)
        return case_document(intake.another(case_id, number, label_map, actor=actor))


def _add_planes(router: APIRouter, store: CaseStore, planes: PlaneReader) -> None:
    @router.get(
        "/cases/{case_id}/stack.json",
        response_class=Response,
        responses={**NOT_FOUND, 200: {"model": StackDocument}},
        operation_id="getStack",
    )
    def get_stack(case_id: CaseId) -> Response:
        """Size, places, letters and window of a stack, and which planes hold which organ."""
        return Response(store.read(case_id, STACK), media_type="application/json", headers=KEEP_SHORTLY)

    @router.get(
        "/cases/{case_id}/planes/{plane}/{index}",
        response_class=Response,
        responses=PLANE_ANSWERS,
        operation_id="getPlane",
    )
    def get_plane(case_id: CaseId, plane: Plane, index: Annotated[int, Path(ge=0)]) -> Response:
        """Grey values of a plane: rows from above, little-endian; size and type stand in the headers."""
        return _plane_response(planes.voxels(case_id, plane, index))

    @router.get(
        "/cases/{case_id}/label-planes/{plane}/{index}",
        response_class=Response,
        responses=PLANE_ANSWERS,
        operation_id="getLabelPlane",
    )
    def get_label_plane(case_id: CaseId, plane: Plane, index: Annotated[int, Path(ge=0)]) -> Response:
        """Labels of a plane in the same form; 0 is background."""
        return _plane_response(planes.labels(case_id, plane, index))


def _add_results(router: APIRouter, store: CaseStore) -> None:
    @router.get("/cases/{case_id}/upload", responses=NOT_FOUND, operation_id="getUpload")
    def get_upload(case_id: CaseId) -> UploadDocument:
        """The scans and label maps of a stack's upload, also while it waits, runs or after it failed."""
        return upload_document(StackRequest.from_json(store.read(case_id, REQUEST)))

    for offer in DOWNLOADS:
        _add_download(router, store, offer)

    @router.get("/cases/{case_id}/scans", responses=NOT_FOUND, operation_id="listScans")
    def list_scans(case_id: CaseId) -> list[TimePointDocument]:
        """All finished scans of the same person in this archive, earliest first; this one among them."""
        return [_time_point(point) for point in scans_of_same_subject(store.database, store.get(case_id))]


def _add_download(router: APIRouter, store: CaseStore, offer: Offer) -> None:
    def download(case_id: CaseId) -> Response:
        return kept_file(store, case_id, offer.file, offer.media_type)

    router.add_api_route(
        f"/cases/{{case_id}}/{offer.file}",
        download,
        response_class=Response,
        responses={**NOT_FOUND, 200: {"content": {offer.media_type: {}}}},
        operation_id=offer.operation,
        description=offer.summary,
    )


def _plane_response(plane: PlaneBytes) -> Response:
    headers = {
        **KEEP_SHORTLY,
        "content-encoding": "gzip",
        "x-type": plane.kind,
        "x-width": str(plane.width),
        "x-height": str(plane.height),
        "x-pixel-mm": f"{plane.pixel_mm[0]:g} {plane.pixel_mm[1]:g}",
    }
    return Response(plane.packed, media_type="application/octet-stream", headers=headers)


def _time_point(point: TimePoint) -> TimePointDocument:
    return TimePointDocument(
        case_id=point.case.id,
        name=point.case.name,
        created_utc=point.case.created_utc,
        days=point.days,
        modality=point.modality.value,
        label_origin=point.label_origin.value,
        organs=[TimePointOrganDocument.model_validate(organ) for organ in point.organs],
    )
