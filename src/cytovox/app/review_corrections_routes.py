"""/api/corrections.zip: what reviewers corrected, as training data."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from cytovox.app.case_routes import Answers
from cytovox.app.cases import LONGEST_TAG
from cytovox.app.problems import ApiProblem
from cytovox.app.review_corrections import CorrectionsQuery, corrected_cases, correction_files
from cytovox.app.schemas import ProblemDocument
from cytovox.app.store import CaseStore
from cytovox.domain.material import Material

NAME = "corrections.zip"
HEADERS = {"cache-control": "no-store", "content-disposition": f'attachment; filename="{NAME}"'}
ZIP: Answers = {
    200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}},
    404: {
        "model": ProblemDocument,
        "description": "Nobody has corrected or confirmed a cell of these cases.",
    },
}


def review_corrections_routes(store: CaseStore) -> APIRouter:
    """The route that hands corrections out."""
    router = APIRouter(prefix="/api", tags=["review"])

    @router.get(f"/{NAME}", response_class=StreamingResponse, responses=ZIP, operation_id="getCorrections")
    def get_corrections(
        tag: Annotated[
            list[Annotated[str, Query(max_length=LONGEST_TAG)]] | None,
            Query(description="Each of which a case must have."),
        ] = None,
        specimen: Annotated[str | None, Query(max_length=64, description="Of this smear alone.")] = None,
        material: Annotated[Material, Query(description="Smears of this material.")] = Material.BLOOD,
    ) -> StreamingResponse:
        """Cells that reviewers named: a picture each in a folder a class, and an index.

        `cytovox train classifier --from-corrections corrections.zip` tunes the classifier with them.
        """
        chosen = corrected_cases(store, CorrectionsQuery(tuple(tag or ()), specimen, material.value))
        if not chosen:
            raise ApiProblem(
                HTTPStatus.NOT_FOUND,
                "no_corrections",
                "Nobody has corrected or confirmed a cell of these cases yet.",
            )
        files = correction_files(store, chosen)
        return StreamingResponse(zipped(files), media_type="application/zip", headers=HEADERS)

    return router


def zipped(files: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """The bytes of a ZIP of files as they come: no more than one of them is held at a time."""
    sink = _Sink()
    # Pictures are compressed already.
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
            yield sink.taken()
    yield sink.taken()


class _Sink(io.RawIOBase):
    """Takes bytes that cannot be gone back to, and hands them on."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # bytes are all that comes
        self._held += data
        return len(data)

    def taken(self) -> bytes:
        """What came since the last time."""
        held = bytes(self._held)
        self._held.clear()
        return held
