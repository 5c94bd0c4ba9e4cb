"""Signatures on both kinds of database: with writers at the same time, and from an earlier version."""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from tests.app.example_cases import PICTURE, example_case

from cytovox.app import review_desk, signatures
from cytovox.app.blobs import BlobStore
from cytovox.app.case_rows import insert_case
from cytovox.app.cases import CaseKind, CaseState
from cytovox.app.database import MIGRATIONS, Database
from cytovox.app.problems import ApiProblem
from cytovox.app.results import FINDINGS
from cytovox.app.review_desk import ReviewDesk, Wish
from cytovox.app.review_findings import reviewed_findings
from cytovox.app.signatures import sign, signatures_of
from cytovox.app.signed_content import content_of
from cytovox.app.store import CaseStore
from cytovox.domain.reviewed import EditKind
from cytovox.report.findings_json import findings_to_dict

PATIENCE_S = 30
MOMENT_S = 0.3
WISH = Wish(EditKind.CLASSIFY, 2, "monocyte")


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Iterator[CaseStore]:
    database = Database(database_url)
    yield CaseStore(database, BlobStore(database, str(tmp_path / "blobs")))
    database.close()


@pytest.fixture
def case_id(store: CaseStore, make_findings: Callable) -> str:
    """A finished smear."""
    case = replace(example_case(), state=CaseState.DONE)
    store.add(case, b"original", PICTURE)
    store.write(case.id, FINDINGS, json.dumps(findings_to_dict(make_findings())).encode())
    return case.id


class Pause:
    """Stops whoever calls it, once it is there, until it may go on."""

    def __init__(self, wrapped: Callable) -> None:
        self.wrapped, self.reached, self.go = wrapped, threading.Event(), threading.Event()

    def __call__(self, *args, **named):
        self.reached.set()
        assert self.go.wait(PATIENCE_S), "nobody let it go on"
        return self.wrapped(*args, **named)


def test_who_signs_while_a_correction_is_written_waits_and_is_refused(
    store: CaseStore, case_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = content_of(store, case_id)
    writing = Pause(review_desk.coarse_counts)
    monkeypatch.setattr(review_desk, "coarse_counts", writing)
    with ThreadPoolExecutor(2) as pool:
        correcting = pool.submit(ReviewDesk(store).edit, case_id, WISH, reviewer="ann", actor="a")
        assert writing.reached.wait(PATIENCE_S)
        signing = pool.submit(sign, store, case_id, read, name="Ben", comment="", actor="b")
        with pytest.raises(TimeoutError):
            signing.result(MOMENT_S)
        writing.go.set()
        correcting.result(PATIENCE_S)
        with pytest.raises(ApiProblem, match="cells were corrected") as refused:
            signing.result(PATIENCE_S)
    assert refused.value.status_code == 409
    assert signatures_of(store, case_id) == []
    assert "signed" not in [line.action for line in store.history(case_id)]


def test_who_corrects_while_a_signature_is_written_comes_after_it(
    store: CaseStore, case_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = content_of(store, case_id)
    writing = Pause(signatures.record_action)
    monkeypatch.setattr(signatures, "record_action", writing)
    with ThreadPoolExecutor(2) as pool:
        signing = pool.submit(sign, store, case_id, read, name="Ben", comment="", actor="b")
        assert writing.reached.wait(PATIENCE_S)
        correcting = pool.submit(ReviewDesk(store).edit, case_id, WISH, reviewer="ann", actor="a")
        with pytest.raises(TimeoutError):
            correcting.result(MOMENT_S)
        writing.go.set()
        assert signing.result(PATIENCE_S).is_current
        correcting.result(PATIENCE_S)
    [signature] = signatures_of(store, case_id)
    assert signature.changes == ("cells were corrected",)
    actions = [line.action for line in store.history(case_id)]
    assert actions.index("signed") < actions.index("corrected")


def test_two_may_sign_what_both_read(store: CaseStore, case_id: str) -> None:
    read = content_of(store, case_id)
    with ThreadPoolExecutor(2) as pool:
        for name in ("Ann", "Ben"):
            pool.submit(sign, store, case_id, read, name=name, comment="", actor="a")
    assert sorted(s.name for s in signatures_of(store, case_id) if s.is_current) == ["Ann", "Ben"]


def test_a_case_that_was_deleted_is_not_signed(store: CaseStore, case_id: str) -> None:
    read = content_of(store, case_id)
    store.remove(case_id)
    with pytest.raises(ApiProblem) as refused:
        sign(store, case_id, read, name="Ben", comment="", actor="b")
    assert refused.value.status_code == 404


def opened_as_of(url: str, revision: str, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A database as an earlier version left it."""

    def upgrade(connection: sa.Connection) -> None:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(MIGRATIONS))
        command.upgrade(config, revision)

    with monkeypatch.context() as patched:
        patched.setattr("cytovox.app.database._bring_up_to_date", upgrade)
        return Database(url)


def test_signatures_of_the_earlier_version_stay_for_the_cells_that_they_were_for(
    database_url: str, tmp_path: Path, make_findings: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    smear = replace(example_case(), state=CaseState.DONE)
    stack = replace(example_case(1), state=CaseState.DONE, kind=CaseKind.VOLUME)
    findings = {smear.id: json.dumps(findings_to_dict(make_findings())).encode(), stack.id: b"{}"}
    earlier = opened_as_of(database_url, "003", monkeypatch)
    blobs = BlobStore(earlier, str(tmp_path / "blobs"))
    kept = {case_id: blobs.keep([data])[0] for case_id, data in findings.items()}
    with earlier.writing() as connection:
        for case in (smear, stack):
            insert_case(connection, case, {FINDINGS: kept[case.id]})
            signed = cells_sha256(make_findings()) if case is smear else kept[case.id]
            connection.execute(
                sa.text(
                    "INSERT INTO signatures (case_id, at_utc, actor, name, comment, findings_sha256) "
                    "VALUES (:case_id, '2026-01-01T00:00:00.000Z', 'a', 'A. Signer', 'Fine.', :signed)"
                ),
                {"case_id": case.id, "signed": signed},
            )
    earlier.close()

    database = Database(database_url)
    store = CaseStore(database, BlobStore(database, str(tmp_path / "blobs")))
    for case in (smear, stack):
        [signature] = signatures_of(store, case.id)
        assert (signature.name, signature.comment, signature.is_current) == ("A. Signer", "Fine.", True)
    store.update(smear.id, name="other.png")
    assert signatures_of(store, smear.id)[0].is_current
    ReviewDesk(store).edit(smear.id, WISH, reviewer="ann", actor="a")
    assert reviewed_findings(store, smear.id).cells.label[1] == "monocyte"
    assert signatures_of(store, smear.id)[0].changes == ("cells were corrected",)
    database.close()


def cells_sha256(findings) -> str:
    """As the earlier version made it."""
    cells = findings.cells
    told = [
        [int(number), str(label), [[round(float(x), 1), round(float(y), 1)] for x, y in outline]]
        for number, label, outline in zip(cells.ids, cells.label, cells.outlines, strict=True)
    ]
    return hashlib.sha256(json.dumps(told, separators=(",", ":")).encode()).hexdigest()
