"""Pictures counted together: the findings of each, their differential, and whether they agree."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from cytovox.app.differential_routes import smear_findings
from cytovox.app.differential_schemas import DifferentialDocument, differential_document
from cytovox.app.problems import ApiProblem
from cytovox.app.reference_range_rows import kept_ranges
from cytovox.app.schemas import WarningDocument
from cytovox.app.specimen_pictures import Use, UsedPicture, material_of, used_pictures
from cytovox.app.specimen_rows import Picture
from cytovox.app.specimen_schemas import (
    PicturesAgreementDocument,
    SpecimenCountDocument,
    SpecimenPictureDocument,
)
from cytovox.app.store import CaseStore
from cytovox.domain.differential import Differential, differential_of
from cytovox.domain.findings import SmearFindings
from cytovox.domain.pooled_agreement import TABLES_DRAWN, Agreement, agreement
from cytovox.domain.reference_ranges import ReferenceRanges

DIFFER_BELOW = 0.01
"""p-value below which pictures are said to differ: of a hundred smears that are alike throughout, one is."""
FEW_CELLS = 100
"""Cells below which a test sees only differences that nobody would overlook."""
METHOD = f"chi-square of cells by picture and type, against {TABLES_DRAWN + 1} random tables (Hope 1968)"


class SpecimenCounter:
    """Counts pictures together, against the reference ranges as they are now.

    Args:
        store: Where the pictures are.
    """

    def __init__(self, store: CaseStore) -> None:
        self._store = store
        self._ranges: ReferenceRanges = kept_ranges(store.database).ranges

    def specimen(self, key: str, pictures: Sequence[Picture]) -> SpecimenCountDocument:
        """A smear's pictures as one count.

        Args:
            key: What people call the smear.
            pictures: Of it, at least one.
        """
        used = used_pictures(pictures)
        single = self._singles([u for u in used if u.use in {Use.COUNTED, Use.SAME_PICTURE}])
        own = {case_id: self._of([findings]) for case_id, findings in single.items()}
        counted = [u.picture for u in used if u.use is Use.COUNTED and u.picture.case.id in single]
        ids = [picture.case.id for picture in counted]
        pooled = self._of([single[case_id] for case_id in ids]) if ids else None
        return SpecimenCountDocument(
            key=key,
            material=material_of(pictures).value,
            differential=None if pooled is None else differential_document(pooled),
            pictures=[_picture(u, own.get(u.picture.case.id)) for u in used],
            agreement=None if pooled is None else _agreement(pooled, [own[case_id] for case_id in ids]),
            warnings=_warnings(counted),
        )

    def together(self, pictures: Sequence[Picture]) -> tuple[list[str], DifferentialDocument] | None:
        """Ids and one count of those of a smear's pictures that count; None where none does."""
        single = self._singles([u for u in used_pictures(pictures) if u.use is Use.COUNTED])
        if not single:
            return None
        return list(single), differential_document(self._of(list(single.values())))

    def _of(self, findings: Sequence[SmearFindings]) -> Differential:
        return differential_of(findings, ranges=self._ranges)

    def _singles(self, used: Sequence[UsedPicture]) -> dict[str, SmearFindings]:
        found: dict[str, SmearFindings] = {}
        for case_id in (u.picture.case.id for u in used):
            try:
                found[case_id] = smear_findings(self._store, case_id)
            except ApiProblem as problem:
                if problem.status_code != HTTPStatus.NOT_FOUND:
                    raise
                # Deleted in this moment: the next answer no longer lists it.
        return found


def _picture(used: UsedPicture, own: Differential | None) -> SpecimenPictureDocument:
    case = used.picture.case
    return SpecimenPictureDocument(
        case_id=case.id,
        name=case.name,
        created_utc=case.created_utc,
        state=case.state,
        material=case.material.value,
        subject=case.subject,
        collected_on=case.collected_on,
        use=used.use,
        same_as=used.same_as,
        differential=None if own is None else differential_document(own),
    )


def _agreement(pooled: Differential, own: Sequence[Differential]) -> PicturesAgreementDocument | None:
    types = [row.key for row in pooled.rows if row.parent is None]
    found = agreement([[one.count(key) for key in types] for one in own])
    if found is None:
        return None
    return PicturesAgreementDocument(
        pictures=found.pictures,
        classes=found.classes,
        cells=found.cells,
        chi_square=round(found.statistic, 4),
        p_value=found.p_value,
        differ=found.p_value < DIFFER_BELOW,
        text=_agreement_text(found),
        method=METHOD,
    )


def _agreement_text(found: Agreement) -> str:
    p = f"p = {found.p_value:.2g}" if found.p_value > 1 / (TABLES_DRAWN + 1) else f"p ≤ {found.p_value:.1g}"
    if found.p_value < DIFFER_BELOW:
        return (
            f"The pictures differ more than chance explains ({p}). Cells lie unevenly on a smear, or a "
            "picture is of another one: suggest a look at each."
        )
    few = f" With {found.cells} cells, only large differences would show." if found.cells < FEW_CELLS else ""
    return f"The pictures differ no more than chance explains ({p}).{few}"


def _warnings(counted: Sequence[Picture]) -> list[WarningDocument]:
    said: Mapping[str, tuple[set[str], str]] = {
        "several_subjects": ({p.case.subject for p in counted if p.case.subject}, "persons"),
        "several_dates": ({p.case.collected_on for p in counted if p.case.collected_on}, "dates"),
    }
    return [
        WarningDocument(
            key=key,
            message=f"These pictures are said to be of {len(values)} {words}. One smear has one: take out "
            "those of another smear.",
        )
        for key, (values, words) in said.items()
        if len(values) > 1
    ]
