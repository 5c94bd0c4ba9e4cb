"""Reports of cases, built from what is kept."""

import threading
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
from cytovox.app.store import CaseStore
from cytovox.domain.findings import ModelUse, SmearFindings
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.report.report_content import ReportContent
from cytovox.report.report_document import ReportDocument
from cytovox.report.report_models import model_figures
from cytovox.report.report_pictures import SmearPicture, map_colours
from cytovox.report.report_sections import ReportCase, SignedBy
from cytovox.report.smear_report import smear_report
from cytovox.report.volume_report import volume_report


class CaseReports:
    """Builds the report of a case as it is now: corrections, reference ranges and signatures included.

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
        # One at a time: pictures of many large cases at once would not fit into memory.
        self._busy = threading.Lock()

    def of_case(self, case_id: str) -> ReportDocument:
        """The report of a finished case.

        Raises:
            ApiProblem: 404 without such a finished case.
        """
        case = self._store.get(case_id)
        with self._busy:
            return self._smear(case) if case.kind is CaseKind.SMEAR else self._volume(case)

    def _volume(self, case: Case) -> ReportDocument:
        stack = reported_stack(self._store, self._planes, case.id)
        content = stack_content(case, self._store.digest(case.id, FINDINGS))
        return volume_report(stack, self._about(case, stack.provenance.models, content))

    def _smear(self, case: Case) -> ReportDocument:
        findings, ranges = reviewed_findings(self._store, case.id), kept_ranges(self._store.database).ranges
        drawn = self._with_map(case, findings)
        colours = [cell_class.colour for cell_class in load_taxonomy("smear_map")]
        shown = None if drawn.smear_map is None else map_colours(drawn.smear_map.classes, colours)
        # People know the picture by its case's name, which they may have changed.
        drawn = replace(drawn, source=case.name)
        picture = SmearPicture(drawn, self._pictures.get(case.id).pixels, shown, case.id)
        # Of the very values that are shown: what is corrected meanwhile is not in it.
        about = self._about(case, findings.provenance.models, smear_content(case, findings, ranges))
        known = {int(number) for number in machine_findings(self._store, case.id).cells.ids}
        left = {int(number) for number in findings.cells.ids}
        about = replace(about, removed=len(known - left))
        return smear_report([picture], about, ranges=ranges)

    def _with_map(self, case: Case, findings: SmearFindings) -> SmearFindings:
        try:
            return self._results.with_map(case.id, findings)
        except ApiProblem as problem:
            if problem.status_code != HTTPStatus.NOT_FOUND:
                raise
            return findings

    def _about(self, case: Case, used: tuple[ModelUse, ...], content: ReportContent) -> ReportCase:
        return ReportCase(
            name=case.name,
            made_utc=now_utc(),
            cytovox_version=self._version,
            subject=case.subject,
            specimen=case.specimen,
            collected_on=case.collected_on,
            models=model_figures(used, self._models()),
            signatures=tuple(
                SignedBy(s.name, s.at_utc, s.comment, s.is_current, changes=s.changes)
                for s in signatures_of(self._store, case.id, content)
            ),
            content=content.token,
        )
