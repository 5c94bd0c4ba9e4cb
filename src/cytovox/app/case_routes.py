"""/api/cases: pictures in, results out."""

import unicodedata
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Path, Query, Request, Response, UploadFile
from pydantic import Field

from cytovox.app.cases import LONGEST_LABEL, LONGEST_TAG, MOST_TAGS, Case, Origin, safe_label, safe_tags
from cytovox.app.clients import UploadRate, actor_of
from cytovox.app.intake import Intake
from cytovox.app.results import CELLS, COCO, FINDINGS, GEOJSON, MAP, MAP_WITH_LEGEND, OVERLAY
from cytovox.app.review_results import Result, ReviewResults
from cytovox.app.schemas import CaseDocument, FindingsDocument, ProblemDocument, case_document
from cytovox.app.store import THUMBNAIL, CaseStore
from cytovox.app.volume_schemas import VolumeFindingsDocument
from cytovox.domain.image import COARSEST_UM_PER_PX
from cytovox.domain.material import Material
from cytovox.synth.sample import SAMPLE_NAME, sample_smear

CaseId = Annotated[str, Path(description="Id of a case.")]
Reviewer = Annotated[
    str | None,
    Query(description="With this reviewer's corrections alone; empty for the machine's own findings."),
]
Answers = dict[int | str, dict[str, Any]]
NOT_FOUND: Answers = {404: {"model": ProblemDocument, "description": "No such case, or not done yet."}}
REFUSALS: Answers = {
    413: {"model": ProblemDocument, "description": "The file is larger than the limit."},
    415: {"model": ProblemDocument, "description": "The file is not a picture."},
    422: {"model": ProblemDocument, "description": "The picture cannot be read or used."},
    429: {"model": ProblemDocument, "description": "Too many pictures a minute from this address."},
    503: {"model": ProblemDocument, "description": "The queue is full."},
}
# These do not change once a case is done, but it may be deleted: a browser keeps them for minutes only.
KEEP_SHORTLY = {"cache-control": "private, max-age=300"}
# These follow every correction: a browser asks each time whether what it keeps is still so.
ASK_EACH_TIME = {"cache-control": "private, no-cache"}
UNCHANGED: Answers = {304: {"description": "As the entity tag in if-none-match says."}}


def case_routes(store: CaseStore, intake: Intake, rate: UploadRate, results: ReviewResults) -> APIRouter:
    """The routes under /api/cases that take pictures in and give results out."""
    router = APIRouter(prefix="/api/cases", tags=["cases"])
    _add_intake(router, intake, rate)
    _add_pictures(router, store)
    _add_results(router, results)
    _add_exports(router, results)
    _add_maps(router, results)
    return router


def _add_intake(router: APIRouter, intake: Intake, rate: UploadRate) -> None:
    @router.post("", status_code=202, responses=REFUSALS, operation_id="createCase")
    def create_case(
        request: Request,
        origin: Annotated[Origin, Depends(_origin)],
        picture: Annotated[UploadFile, File(description="JPEG, PNG, TIFF, WebP or BMP.")],
        mpp_um: Annotated[
            float | None,
            Form(gt=0, le=COARSEST_UM_PER_PX, description="Micrometres per pixel, where you know it."),
        ] = None,
    ) -> CaseDocument:
        """Upload a picture of a stained smear; its analysis starts at once or waits its turn."""
        actor = actor_of(request)
        rate.take(actor)
        data = picture.file.read()
        return case_document(intake.accept(data, picture.filename, mpp_um=mpp_um, origin=origin, actor=actor))

    @router.post(
        "/sample",
        status_code=202,
        responses={429: REFUSALS[429], 503: REFUSALS[503]},
        operation_id="createSampleCase",
    )
    def create_sample_case(request: Request) -> CaseDocument:
        """Analyse the sample smear that ships with Cytovox."""
        actor = actor_of(request)
        rate.take(actor)
        return case_document(
            intake.accept(sample_smear(), SAMPLE_NAME, mpp_um=None, sample=True, actor=actor)
        )


def _origin(
    material: Annotated[Material, Form(description="What the smear was made of.")] = Material.BLOOD,
    subject: Annotated[str, Form(max_length=LONGEST_LABEL, description="Pseudonym of the person.")] = "",
    specimen: Annotated[
        str, Form(max_length=LONGEST_LABEL, description="Which smear: pictures of one count together.")
    ] = "",
    tag: Annotated[
        list[Annotated[str, Field(max_length=LONGEST_TAG)]] | None,
        Form(max_length=MOST_TAGS, description="Words to find it again."),
    ] = None,
) -> Origin:
    return Origin(material, safe_label(subject), safe_label(specimen), safe_tags(tag or ()))


def _add_pictures(router: APIRouter, store: CaseStore) -> None:
    @router.get(
        "/{case_id}/picture",
        response_class=Response,
        responses={**NOT_FOUND, 200: {"content": {"image/jpeg": {}, "image/png": {}, "image/webp": {}}}},
        operation_id="getPicture",
    )
    def get_picture(case_id: CaseId) -> Response:
        """The picture, upright, on the pixel grid that outlines refer to."""
        case = store.get(case_id)
        return Response(store.read_picture(case_id), media_type=case.picture_media_type, headers=KEEP_SHORTLY)

    @router.get(
        "/{case_id}/thumbnail.jpg",
        response_class=Response,
        responses={**NOT_FOUND, 200: {"content": {"image/jpeg": {}}}},
        operation_id="getThumbnail",
    )
    def get_thumbnail(case_id: CaseId) -> Response:
        """A small version of the picture."""
        return Response(store.read(case_id, THUMBNAIL), media_type="image/jpeg", headers=KEEP_SHORTLY)


def _add_results(router: APIRouter, results: ReviewResults) -> None:
    @router.get(
        "/{case_id}/findings.json",
        response_class=Response,
        responses={**NOT_FOUND, **UNCHANGED, 200: {"model": FindingsDocument | VolumeFindingsDocument}},
        operation_id="getFindings",
    )
    def get_findings(request: Request, case_id: CaseId, reviewer: Reviewer = None) -> Response:
        """Every cell with outline, class and confidence; of a stack, every organ with its volume."""
        return fresh_file(request, results.file(case_id, FINDINGS, reviewer), "application/json")

    @router.get(
        "/{case_id}/cells.csv",
        response_class=Response,
        responses={**NOT_FOUND, **UNCHANGED, 200: {"content": {"text/csv": {}}}},
        operation_id="getCellsCsv",
    )
    def get_cells(request: Request, case_id: CaseId) -> Response:
        """One row a cell."""
        return fresh_file(request, results.file(case_id, CELLS), "text/csv")

    @router.get(
        "/{case_id}/overlay.png",
        response_class=Response,
        responses={**NOT_FOUND, **UNCHANGED, 200: {"content": {"image/png": {}}}},
        operation_id="getOverlay",
    )
    def get_overlay(request: Request, case_id: CaseId) -> Response:
        """The picture with the outlines drawn in."""
        return fresh_file(request, results.file(case_id, OVERLAY), "image/png")


def _add_exports(router: APIRouter, results: ReviewResults) -> None:
    @router.get(
        "/{case_id}/cells.geojson",
        response_class=Response,
        responses={**NOT_FOUND, **UNCHANGED, 200: {"content": {"application/geo+json": {}}}},
        operation_id="getCellsGeoJson",
    )
    def get_geojson(request: Request, case_id: CaseId) -> Response:
        """The cells as QuPath opens them: outlines, nuclei, classes with colours, measurements."""
        return fresh_file(request, results.file(case_id, GEOJSON), "application/geo+json")

    @router.get(
        "/{case_id}/coco.json",
        response_class=Response,
        responses={**NOT_FOUND, **UNCHANGED, 200: {"content": {"application/json": {}}}},
        operation_id="getCoco",
    )
    def get_coco(request: Request, case_id: CaseId) -> Response:
        """The cells as a COCO data set of one picture."""
        return fresh_file(request, results.file(case_id, COCO), "application/json")


def _add_maps(router: APIRouter, results: ReviewResults) -> None:
    @router.get(
        "/{case_id}/map.png",
        response_class=Response,
        responses={**NOT_FOUND, **UNCHANGED, 200: {"content": {"image/png": {}}}},
        operation_id="getMap",
    )
    def get_map(request: Request, case_id: CaseId) -> Response:
        """Class of every pixel: palette PNG, index i is class i of the taxonomy smear_map."""
        return fresh_file(request, results.file(case_id, MAP), "image/png")

    @router.get(
        "/{case_id}/map-with-legend.png",
        response_class=Response,
        responses={**NOT_FOUND, **UNCHANGED, 200: {"content": {"image/png": {}}}},
        operation_id="getMapWithLegend",
    )
    def get_map_with_legend(request: Request, case_id: CaseId) -> Response:
        """The same with a legend below: colours, names and shares of the picture."""
        return fresh_file(request, results.file(case_id, MAP_WITH_LEGEND), "image/png")


def kept_file(store: CaseStore, case_id: str, file: str, media_type: str) -> Response:
    """A file of a case, to be saved under the name of `download_name`."""
    name = download_name(store.get(case_id), file)
    return named_file(store.read(case_id, file), media_type, name)


def named_file(data: bytes, media_type: str, name: str) -> Response:
    """A file that a browser shows, or saves under this name."""
    headers = {**KEEP_SHORTLY, "content-disposition": f'inline; filename="{name}"'}
    return Response(data, media_type=media_type, headers=headers)


def fresh_file(request: Request, result: Result, media_type: str) -> Response:
    """A file that follows corrections; nothing but that it is unchanged to who keeps it as it is."""
    tag, name = f'"{result.tag}"', download_name(result.case, result.file)
    headers = {**ASK_EACH_TIME, "etag": tag, "content-disposition": f'inline; filename="{name}"'}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(result.read(), media_type=media_type, headers=headers)


def download_name(case: Case, file: str) -> str:
    """Name a browser saves a result under: the picture's, in ASCII, and the result's."""
    return plain_file_name(case.name.rpartition(".")[0] or case.name, file)


def plain_file_name(said: str, file: str) -> str:
    """Name a browser saves a file under: what people call the thing, in ASCII, and what the file is."""
    # Letters without their marks: "Ausstrich Müller" is found again as Ausstrich-Muller.
    letters = "".join(c for c in unicodedata.normalize("NFKD", said) if not unicodedata.combining(c))
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "-" for c in letters)
    return f"{plain.strip('-.') or 'picture'}-{file}"
