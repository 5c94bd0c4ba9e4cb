"""Pictures counted together: the findings of each, their differential, and whether they agree."""

from collections.abc import Sequence
from http import HTTPStatus

from cytovox.app.differential_routes import smear_findings
from cytovox.app.differential_schemas import DifferentialDocument, differential_document
from cytovox.app.problems import ApiProblem
from cytovox.app.reference_range_rows import kept_ranges
from cytovox.app.schemas import WarningDocument
from cytovox.app.specimen_pictures import Use, UsedPicture, material_of, remarks_on, used_pictures
from cytovox.app.specimen_rows import Picture
from cytovox.app.specimen_schemas import (
    PicturesAgreementDocument,
    SpecimenCountDocument,
    SpecimenPictureDocument,
)
from cytovox.app.store import CaseStore
from cytovox.domain.differential import Differential, differential_of
from cytovox.domain.findings import SmearFindings
from cytovox.domain.reference_ranges import ReferenceRanges
from cytovox.report.pictures_agreement import pictures_agreement
from cytovox.report.pictures_together import agreement_data


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
            warnings=[WarningDocument(key=r.key, message=r.message) for r in remarks_on(counted)],
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
    told = agreement_data(pictures_agreement(pooled, own))
    return None if told is None else PicturesAgreementDocument.model_validate(told)
