"""Reports of cases in their forms, and who signed them."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from cytovox.app.case_routes import NOT_FOUND, Answers, CaseId, download_name
from cytovox.app.cases import safe_label
from cytovox.app.clients import account_of, actor_of
from cytovox.app.problems import ApiProblem
from cytovox.app.report_building import CaseReports
from cytovox.app.report_schemas import SignatureDocument, SignatureRequest
from cytovox.app.schemas import ProblemDocument
from cytovox.app.signatures import Signature, sign, signatures_of
from cytovox.app.store import CaseStore
from cytovox.report.report_content import ReportContent
from cytovox.report.report_csv import report_to_csv
from cytovox.report.report_document import ReportDocument
from cytovox.report.report_fhir import report_to_fhir
from cytovox.report.report_html import report_to_html
from cytovox.report.report_json import report_to_json
from cytovox.report.report_pdf import report_to_pdf

# Corrections and signatures change it. It holds no script, and needs nothing from anywhere.
_HEADERS = {
    "cache-control": "private, no-cache",
    "content-security-policy": (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
}
CHANGED_SINCE: Answers = {
    409: {
        "model": ProblemDocument,
        "description": "The report has changed since it was read.",
    }
}


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a report.

    Attributes:
        file: Its name behind the address of what it is on.
        media_type: Of the answer.
        operation: Id in the description of the API.
        write: Writes it.
        summary: What it is.
    """

    file: str
    media_type: str
    operation: str
    write: Callable[[ReportDocument], bytes]
    summary: str


FORMS = (
    Form("report.html", "text/html", "getReportHtml", report_to_html, "The report as a page."),
    Form("report.pdf", "application/pdf", "getReportPdf", report_to_pdf, "The report on paper (PDF/UA)."),
    Form("report.csv", "text/csv", "getReportCsv", report_to_csv, "The report as one line a fact."),
    Form("report.json", "application/json", "getReportJson", report_to_json, "The report for programs."),
    Form(
        "report.fhir.json",
        "application/fhir+json",
        "getReportFhir",
        report_to_fhir,
        "The report as FHIR R4: a bundle of a DiagnosticReport and its Observations, of no patient.",
    ),
)


def report_routes(store: CaseStore, reports: CaseReports) -> APIRouter:
    """The routes of reports and signatures."""
    router = APIRouter(prefix="/api/cases", tags=["reports"])
    for form in FORMS:
        _add_form(router, store, reports, form)
    _add_signatures(router, store)
    return router


def _add_form(router: APIRouter, store: CaseStore, reports: CaseReports, form: Form) -> None:
    def get_report(case_id: CaseId) -> Response:
        report = reports.of_case(case_id)
        return report_answer(report, form, download_name(store.get(case_id), form.file))

    router.add_api_route(
        f"/{{case_id}}/{form.file}",
        get_report,
        response_class=Response,
        responses={**NOT_FOUND, 200: {"content": {form.media_type: {}}}},
        operation_id=form.operation,
        description=form.summary,
    )


def report_answer(report: ReportDocument, form: Form, name: str) -> Response:
    """A report in a form, to be saved under a name."""
    headers = {**_HEADERS, "content-disposition": f'inline; filename="{name}"'}
    return Response(form.write(report), media_type=form.media_type, headers=headers)


def _add_signatures(router: APIRouter, store: CaseStore) -> None:
    @router.get("/{case_id}/signatures", responses=NOT_FOUND, operation_id="listSignatures")
    def list_signatures(case_id: CaseId) -> list[SignatureDocument]:
        """Who signed the report, newest first, and what was changed since."""
        return [_document(signature) for signature in signatures_of(store, case_id)]

    @router.post(
        "/{case_id}/signatures",
        status_code=201,
        responses={**NOT_FOUND, **CHANGED_SINCE},
        operation_id="signCase",
    )
    def sign_case(request: Request, case_id: CaseId, wanted: SignatureRequest) -> SignatureDocument:
        """Confirm the report that was read; what is changed later shows on the report."""
        name, actor = _signer(request, wanted), actor_of(request)
        read = ReportContent.from_token(wanted.content)
        return _document(sign(store, case_id, read, name=name, comment=_plain(wanted.comment), actor=actor))


def _signer(request: Request, wanted: SignatureRequest) -> str:
    account = account_of(request)
    name = safe_label(wanted.name if account is None else account.full_name or account.name)
    if name is None:
        raise ApiProblem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "no_name",
            "A signature needs the name of the person who signs. Type it, and sign again.",
        )
    return name


def _plain(comment: str) -> str:
    """Without control characters, its lines kept."""
    return "\n".join(safe_label(line) or "" for line in comment.splitlines()).strip()


def _document(signature: Signature) -> SignatureDocument:
    return SignatureDocument(
        id=signature.id,
        name=signature.name,
        at_utc=signature.at_utc,
        comment=signature.comment,
        is_current=signature.is_current,
        changes=list(signature.changes),
    )
