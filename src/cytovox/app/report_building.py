"""Reports of cases and of smears that several pictures show, built from what is kept."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus

from cytovox.app.case_pictures import CasePictures
from cytovox.app.case_rows import now_utc
from cytovox.app.cases import Case, CaseKind
from cytovox.app.catalogue_routes import Models
from cytovox.app.plane_reading import PlaneReader
from cytovox.app.problems import ApiProblem
from cytovox.app.reference_range_rows import kept_ranges
from cytovox.app.report_stacks import reported_stack
from cytovox.app.results import FINDINGS
from cytovox.app.review_findings import machine_findings, reviewed_findings
from cytovox.app.review_results import ReviewResults
from cytovox.app.signatures import signatures_of
from cytovox.app.signed_content import smear_content, stack_content
from cytovox.app.specimen_pictures import copies_remark, counted_pictures, remarks_on
from cytovox.app.specimen_rows import Picture
from cytovox.app.store import CaseStore
from cytovox.domain.findings import SmearFindings
from cytovox.domain.image import RgbPixels
from cytovox.domain.smear_map import SmearMap
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.report.report_content import ReportContent
from cytovox.report.report_document import ReportDocument
from cytovox.report.report_models import model_figures
from cytovox.report.report_pictures import Layers, SmearPicture, map_colours
from cytovox.report.report_sections import ReportCase, SignedBy
from cytovox.report.smear_report import smear_report
from cytovox.report.volume_report import volume_report


class CaseReports:
    """Builds reports as things are now: corrections, reference ranges and signatures included.

    Args:
        store: Where cases are.
        pictures: Their pictures.
        results: Their files, for the maps.
        planes: Planes of stacks.
        models: Lists the installed model bundles.
        version: Of this program.
    """

    def __init__(
        self,
        store: CaseStore,
        pictures: CasePictures,
        results: ReviewResults,
        planes: PlaneReader,
        models: Models,
        *,
        version: str,
    ) -> None:
        self._store = store
        self._pictures = pictures
        self._planes = planes
        self._models = models
        self._version = version
        self._results = results
        # One report at a time, and of that one picture: many large ones at once would not fit into memory.
        self._busy = threading.Lock()

    def of_case(self, case_id: str) -> ReportDocument:
        """The report of a finished case.

        Raises:
            ApiProblem: 404 without such a finished case.
        """
        case = self._store.get(case_id)
        with self._busy:
            return (
                self._volume(case) if case.kind is CaseKind.VOLUME else self._smear([case], self._about(case))
            )

    def of_specimen(self, key: str, pictures: Sequence[Picture]) -> ReportDocument:
        """The report of a smear that several pictures show, counted together.

        Args:
            key: What people call the smear.
            pictures: Of it, at least one.

        Raises:
            ApiProblem: 404 where one was deleted meanwhile, 409 where one cannot be counted.
        """
        counted = counted_pictures(pictures)
        cases = [picture.case for picture in counted]
        about = ReportCase(
            key,
            now_utc(),
            self._version,
            subject=_only({case.subject for case in cases if case.subject}),
            specimen=key,
            collected_on=_only({case.collected_on for case in cases if case.collected_on}),
            remarks=(*remarks_on(counted), *copies_remark(pictures, counted)),
        )
        with self._busy:
            return self._smear(cases, about)

    def _volume(self, case: Case) -> ReportDocument:
        stack = reported_stack(self._store, self._planes, case.id)
        content = stack_content(case, self._store.digest(case.id, FINDINGS))
        about = replace(
            self._about(case),
            models=model_figures(stack.provenance.models, self._models()),
            signatures=self._signatures(case, content),
            content=content.token,
        )
        return volume_report(stack, about)

    def _smear(self, cases: Sequence[Case], about: ReportCase) -> ReportDocument:
        findings, removed = [], 0
        for case in cases:
            findings.append(reviewed_findings(self._store, case.id))
            removed += self._removed(case, findings[-1])
        ranges = kept_ranges(self._store.database).ranges
        # Of the very values that are shown: what is corrected meanwhile is not in it.
        contents = [smear_content(case, one, ranges) for case, one in zip(cases, findings, strict=True)]
        several = len(cases) > 1
        signatures = [
            signature
            for number, (case, content) in enumerate(zip(cases, contents, strict=True), start=1)
            for signature in self._signatures(case, content, number if several else None)
        ]
        about = replace(
            about,
            models=model_figures((use for one in findings for use in one.provenance.models), self._models()),
            signatures=tuple(signatures),
            removed=removed,
            content=None if several else contents[0].token,
        )
        return smear_report(list(map(self._picture, cases, findings)), about, ranges=ranges)

    def _removed(self, case: Case, findings: SmearFindings) -> int:
        left = {int(number) for number in findings.cells.ids}
        return sum(int(number) not in left for number in machine_findings(self._store, case.id).cells.ids)

    def _picture(self, case: Case, findings: SmearFindings) -> SmearPicture:
        def layers() -> Layers:
            return Layers(self._pictures.get(case.id).pixels, self._map(case, findings))

        # People know the picture by its case's name, which they may have changed; shares of the area are of
        # the map that corrections left.
        drawn = self._drawn(case, findings)
        shares = findings.map_pixels if drawn is None else drawn.pixels
        return SmearPicture(replace(findings, source=case.name, counted_pixels=shares), layers, case.id)

    def _drawn(self, case: Case, findings: SmearFindings) -> SmearMap | None:
        try:
            return self._results.with_map(case.id, findings).smear_map
        except ApiProblem as problem:
            if problem.status_code != HTTPStatus.NOT_FOUND:
                raise
            return None

    def _map(self, case: Case, findings: SmearFindings) -> RgbPixels | None:
        drawn = self._drawn(case, findings)
        colours = [cell_class.colour for cell_class in load_taxonomy("smear_map")]
        return None if drawn is None else map_colours(drawn.classes, colours)

    def _signatures(
        self, case: Case, content: ReportContent, picture: int | None = None
    ) -> tuple[SignedBy, ...]:
        return tuple(
            SignedBy(s.name, s.at_utc, s.comment, s.is_current, picture, s.changes)
            for s in signatures_of(self._store, case.id, content)
        )

    def _about(self, case: Case) -> ReportCase:
        return ReportCase(
            name=case.name,
            made_utc=now_utc(),
            cytovox_version=self._version,
            subject=case.subject,
            specimen=case.specimen,
            collected_on=case.collected_on,
        )


def _only(values: set[str]) -> str | None:
    return values.pop() if len(values) == 1 else None
