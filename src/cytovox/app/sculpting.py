"""Cells of finished cases as 3D models."""

import hashlib
import threading
from collections.abc import Callable, Sequence
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING

from cytovox.app.case_pictures import CasePictures
from cytovox.app.problems import ApiProblem
from cytovox.app.results import FINDINGS
from cytovox.app.review_findings import (
    Latest,
    findings_after,
    machine_findings,
    no_such_cell,
    reviewed_findings,
    standing_edits,
)
from cytovox.app.store import CaseStore
from cytovox.domain.errors import InputError
from cytovox.domain.review import Edit
from cytovox.domain.surface import PlacedSurface
from cytovox.report.glb import glb_bytes
from cytovox.report.obj import obj_bytes
from cytovox.report.stl import stl_bytes
from cytovox.sculpt.options import SculptOptions

if TYPE_CHECKING:
    from cytovox.sculpt.film import Film


class ModelForm(StrEnum):
    """File format of a 3D model."""

    GLB = "glb"
    STL = "stl"
    OBJ = "obj"


MEDIA_TYPES = {ModelForm.GLB: "model/gltf-binary", ModelForm.STL: "model/stl", ModelForm.OBJ: "model/obj"}
WRITERS: dict[ModelForm, Callable[[Sequence[PlacedSurface]], bytes]] = {
    ModelForm.GLB: glb_bytes,
    ModelForm.STL: stl_bytes,
    ModelForm.OBJ: obj_bytes,
}


class CaseSculptor:
    """Makes models of the cells of finished cases, one at a time.

    Args:
        store: Where cases are.
        pictures: Their pictures.
        version: Of the program; a field's model that another version has kept is made anew.
    """

    def __init__(self, store: CaseStore, pictures: CasePictures, *, version: str) -> None:
        self._store = store
        self._pictures = pictures
        self._field_file = f"scene-{version}.glb"
        # One at a time, so that many requests at once cannot add up in memory.
        self._busy = threading.Lock()
        self._latest: tuple[tuple[str, tuple[Edit, ...]], Film] | None = None
        self._fields: Latest[bytes] = Latest(1)

    def cell(self, case_id: str, cell_id: int, form: ModelForm, options: SculptOptions) -> bytes:
        """File of one cell's model.

        Raises:
            ApiProblem: 404 without such a finished case or cell, 409 where the cell can have no model.
        """
        # With the first model, here and below: the libraries of shapes would delay the first page by 0.4 s.
        from cytovox.sculpt.cells import sculpt_cell  # noqa: PLC0415

        with self._busy:
            rows = (reviewed_findings(self._store, case_id).cells.ids == cell_id).nonzero()[0]
            if not len(rows):
                found = machine_findings(self._store, case_id).cells.ids
                raise no_such_cell(cell_id, removed=cell_id in found)
            film = self._film(case_id)
            try:
                surface = sculpt_cell(film, int(rows[0]), options=options)
            except InputError as error:
                raise _no_model(str(error)) from error
            return WRITERS[form]([PlacedSurface(surface)])

    def field(self, case_id: str) -> bytes:
        """GLB of all cells on their slide; kept with the case as long as nobody corrected it.

        Raises:
            ApiProblem: 404 without such a finished case, 409 where the scale of its picture is unknown.
        """
        from cytovox.sculpt.field import sculpt_field  # noqa: PLC0415 - as above

        with self._busy:
            edits = standing_edits(self._store, case_id)
            if edits:
                film = self._film(case_id)
                return self._fields.get((case_id, edits), lambda: glb_bytes(sculpt_field(film)))
            try:
                return self._store.read(case_id, self._field_file)
            except ApiProblem:
                made = glb_bytes(sculpt_field(self._film(case_id)))
                self._store.write(case_id, self._field_file, made)
                return made

    def tag(self, case_id: str) -> str:
        """Changes with the models of a case.

        Raises:
            ApiProblem: 404 without such a finished case.
        """
        key = (self._field_file, self._store.digest(case_id, FINDINGS), standing_edits(self._store, case_id))
        return hashlib.sha256(repr(key).encode()).hexdigest()

    def _film(self, case_id: str) -> "Film":
        """The film of a case; that of the latest is kept, for who looks at one cell looks at the next."""
        from cytovox.sculpt.film import Film  # noqa: PLC0415 - as above

        edits = standing_edits(self._store, case_id)
        if self._latest is not None and self._latest[0] == (case_id, edits):
            return self._latest[1]
        findings = findings_after(self._store, case_id, edits)
        if findings.scale.mpp_um is None:
            raise _no_model(
                "The scale of this picture is not known, so its cells have no size. Upload it again with the "
                "micrometres per pixel."
            )
        film = Film.of(self._pictures.get(case_id), findings)
        self._latest = ((case_id, edits), film)
        return film


def _no_model(reason: str) -> ApiProblem:
    return ApiProblem(HTTPStatus.CONFLICT, "no_model", reason)
