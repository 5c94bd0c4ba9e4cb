"""One correction of a case, counts and audit trail included, against reading the case's findings anew."""

import json
import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks.measuring import Comparison, compare
from benchmarks.report_speed import example_field
from cytovox.app.blobs import BlobStore
from cytovox.app.cases import Case, CaseState
from cytovox.app.database import Database
from cytovox.app.results import FINDINGS
from cytovox.app.review_desk import ReviewDesk, Wish
from cytovox.app.store import CaseStore, new_case_id
from cytovox.app.stored_findings import stored_findings
from cytovox.domain.reviewed import EditKind
from cytovox.io.browser_picture import BrowserPicture
from cytovox.report.findings_json import findings_to_dict

CELLS = (200, 5_000)


def run() -> list[Comparison]:
    """An edit of a field and of a large picture."""
    return [_edit(cells) for cells in CELLS]


def _edit(cells: int) -> Comparison:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder, 'cases.db')}")
        store = CaseStore(database, BlobStore(database, str(Path(folder, "blobs"))))
        case_id = _finished(store, cells)
        desk = ReviewDesk(store)
        wish = Wish(EditKind.CLASSIFY, 1, "red_cell")

        def edit() -> None:
            desk.edit(case_id, wish, reviewer="reviewer", actor="benchmark")

        def read() -> None:
            stored_findings(json.loads(store.read(case_id, FINDINGS)))

        try:
            return compare(f"an edit among {cells:,} cells", edit, "findings.json read", read)
        finally:
            database.close()


def _finished(store: CaseStore, cells: int) -> str:
    findings = replace(example_field(cells)[0], smear_map=None)
    case = Case(
        id=new_case_id(),
        name="field.png",
        created_utc="2026-01-01T00:00:00.000Z",
        width=findings.width,
        height=findings.height,
        mpp_um=None,
        sample=False,
        picture_media_type="image/png",
        state=CaseState.DONE,
    )
    store.add(case, b"original", BrowserPicture(b"shown", "image/png", b"small"))
    store.write(case.id, FINDINGS, json.dumps(findings_to_dict(findings)).encode())
    return case.id
