"""/api/subjects: one person's smears over time."""

from fastapi import APIRouter, Response

from cytovox.app.case_routes import ASK_EACH_TIME
from cytovox.app.cases import Case, CaseState
from cytovox.app.specimen_counts import SpecimenCounter
from cytovox.app.specimen_routes import NOBODY_THERE, Key, known_key, no_case_has
from cytovox.app.specimen_rows import Picture, pictures_of_subject, scans_of_subject
from cytovox.app.specimen_schemas import SubjectScanDocument, SubjectTrendDocument, TrendPointDocument
from cytovox.app.store import CaseStore
from cytovox.app.subject_csv import trend_to_csv
from cytovox.domain.trend import DatedPicture, dated_smears


def subject_routes(store: CaseStore) -> APIRouter:
    """The routes of persons with several smears."""
    router = APIRouter(prefix="/api/subjects", tags=["specimens"])

    @router.get("/{key:path}/trend.json", responses=NOBODY_THERE, operation_id="getSubjectTrend")
    def get_subject_trend(key: Key) -> SubjectTrendDocument:
        """The smears of a person in the order of time, each counted from all its pictures."""
        return _trend(store, known_key(key))

    @router.get(
        "/{key:path}/trend.csv",
        response_class=Response,
        responses={**NOBODY_THERE, 200: {"content": {"text/csv": {}}}},
        operation_id="getSubjectTrendCsv",
    )
    def get_subject_trend_csv(key: Key) -> Response:
        """The same as a table: a row a type of cell and smear."""
        headers = {**ASK_EACH_TIME, "content-disposition": 'inline; filename="trend.csv"'}
        return Response(trend_to_csv(_trend(store, known_key(key))), media_type="text/csv", headers=headers)

    return router


def _trend(store: CaseStore, key: str) -> SubjectTrendDocument:
    pictures = pictures_of_subject(store.database, key)
    scans = scans_of_subject(store.database, key)
    if not pictures and not scans:
        raise no_case_has()
    return SubjectTrendDocument(
        subject=key,
        points=_points(store, pictures),
        unfinished=sum(picture.case.state is not CaseState.DONE for picture in pictures),
        scans=[_scan(case) for case in scans],
    )


def _points(store: CaseStore, pictures: list[Picture]) -> list[TrendPointDocument]:
    by_id = {picture.case.id: picture for picture in pictures}
    counter = SpecimenCounter(store)
    points = []
    for smear in dated_smears([_dated(picture.case) for picture in pictures]):
        together = counter.together([by_id[case_id] for case_id in smear.pictures])
        if together is not None:
            ids, differential = together
            points.append(
                TrendPointDocument(
                    date=smear.date,
                    collected=smear.collected,
                    specimen=smear.specimen,
                    cases=ids,
                    material=differential.material,
                    differential=differential,
                )
            )
    return points


def _dated(case: Case) -> DatedPicture:
    return DatedPicture(case.id, case.material.value, case.specimen, case.collected_on, case.created_utc[:10])


def _scan(case: Case) -> SubjectScanDocument:
    return SubjectScanDocument(
        case_id=case.id, name=case.name, created_utc=case.created_utc, collected_on=case.collected_on
    )
