"""Cells that look alike: the index on made-up vectors, the routes on the shipped classifier."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from tests.app.conftest import Client, fast_analysis
from tests.app.example_cases import PICTURE, example_case

from cytovox.app.cases import CaseState
from cytovox.app.jobs import smear_job
from cytovox.app.opening import open_store
from cytovox.app.settings import Settings
from cytovox.app.similar_features import FEATURES, CellFeatures
from cytovox.app.similar_index import SimilarIndex
from cytovox.app.store import CaseStore
from cytovox.domain.image import SmearImage
from cytovox.domain.material import Material


@pytest.fixture
def store(data_folder) -> Iterator[CaseStore]:
    opened = open_store(Settings(data_folder=data_folder))
    yield opened
    opened.close()


def direction(angle: float) -> list[float]:
    return [np.cos(angle), np.sin(angle)]


def keep(
    store: CaseStore, number: int, *angles: float, model: str = "m", picture: bytes | None = None
) -> str:
    case = replace(example_case(number), state=CaseState.DONE)
    store.add(case, picture or f"picture {number}".encode(), PICTURE)
    vectors = np.array([direction(angle) for angle in angles], np.float16).reshape(-1, 2)
    features = CellFeatures(model, np.arange(1, len(angles) + 1, dtype=np.int32), vectors)
    store.write(case.id, FEATURES, features.to_bytes())
    return case.id


def found(index: SimilarIndex, case_id: str, *, others_only: bool = False) -> list[tuple[str, int]]:
    near = index.nearest(case_id, np.array(direction(0), np.float16), "m", others_only=others_only)
    return [(neighbour.case_id, neighbour.cell_id) for neighbour in near]


def test_the_nearest_come_first_with_their_cosines(store: CaseStore) -> None:
    one, two = keep(store, 1, 0.0, 1.0), keep(store, 2, 0.5, 0.1)
    index = SimilarIndex(store)
    near = list(index.nearest(one, np.array(direction(0), np.float16), "m", others_only=False))
    assert [(n.case_id, n.cell_id) for n in near] == [(one, 1), (two, 2), (two, 1), (one, 2)]
    assert [n.similarity for n in near] == pytest.approx(np.cos([0, 0.1, 0.5, 1]), abs=2e-3)
    assert found(index, one, others_only=True) == [(two, 2), (two, 1)]


def test_other_models_deleted_cases_and_copies_are_left_out(store: CaseStore) -> None:
    one, two = keep(store, 1, 0.0), keep(store, 2, 0.1)
    keep(store, 3, 0.2, model="another")
    keep(store, 4, 0.3, picture=b"picture 1")  # newer, but of the picture that is asked about
    older, newer = keep(store, 5, 0.4, picture=b"twice"), keep(store, 6, 0.4, picture=b"twice")
    index = SimilarIndex(store)
    assert found(index, one) == [(one, 1), (two, 1), (newer, 1)]
    store.remove(two)
    store.remove(newer)
    assert found(index, one) == [(one, 1), (older, 1)]
    store.restore(two)
    assert found(index, one) == [(one, 1), (two, 1), (older, 1)]


def test_what_is_beyond_the_memory_is_found_all_the_same(store: CaseStore) -> None:
    cases = [keep(store, number, 0.1 * number) for number in range(4)]
    index = SimilarIndex(store, most_bytes=8)
    assert found(index, cases[0]) == [(case, 1) for case in cases]
    assert found(index, cases[0]) == [(case, 1) for case in cases]


def test_no_cells_and_no_cases(store: CaseStore) -> None:
    empty = keep(store, 1)
    assert found(SimilarIndex(store), empty) == []


def coloured(shade: int) -> bytes:
    pixels = np.full((60, 80, 3), shade, np.uint8)
    pixels[15:45, 35:65] = (110, 60, 150)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def done(client: Client, data: bytes) -> str:
    return str(client.wait_for(client.upload(data).json()["id"], "done")["id"])


def test_the_route_tells_similar_cells_of_other_cases(client: Client) -> None:
    one, two = done(client, coloured(230)), done(client, coloured(231))
    answer = client.get(f"/api/cases/{one}/cells/2/similar", params={"others_only": True, "limit": 60})
    # The case without vectors got its own; the other has none before it is asked about.
    assert answer.status_code == 200
    before = {entry["case_id"] for entry in answer.json()}
    assert two not in before
    client.get(f"/api/cases/{two}/cells/2/similar").raise_for_status()
    entries = client.get(f"/api/cases/{one}/cells/2/similar").json()
    entry = next(entry for entry in entries if entry["case_id"] == two)
    assert (entry["cell_id"], entry["label"], entry["reviewed"]) == (2, "neutrophil", False)
    assert entry["similarity"] > 0.95
    assert entry["box"] == [35, 15, 65, 45]
    assert (one, 2) not in {(e["case_id"], e["cell_id"]) for e in entries}


def test_similar_cells_are_called_what_people_call_them_and_removed_ones_are_left_out(client: Client) -> None:
    one, two, three = (done(client, coloured(shade)) for shade in (240, 241, 242))
    for case in (two, three):
        client.get(f"/api/cases/{case}/cells/2/similar").raise_for_status()
    edit = {"cell_id": 2, "label": None, "polygon": None, "reviewer": "Ada"}
    named = {**edit, "kind": "classify", "label": "monocyte"}
    client.post(f"/api/cases/{two}/edits", json=named).raise_for_status()
    client.post(f"/api/cases/{three}/edits", json={**edit, "kind": "remove"}).raise_for_status()
    entries = client.get(f"/api/cases/{one}/cells/2/similar", params={"limit": 60}).json()
    by_case = {entry["case_id"]: entry for entry in entries}
    assert (by_case[two]["label"], by_case[two]["reviewed"]) == ("monocyte", True)
    assert three not in by_case


def test_red_cells_are_not_compared_and_strange_ids_not_found(client: Client) -> None:
    case = done(client, coloured(200))
    answer = client.get(f"/api/cases/{case}/cells/1/similar")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "not_compared")
    assert client.get(f"/api/cases/{case}/cells/99/similar").status_code == 404
    assert client.get(f"/api/cases/{'0' * 32}/cells/1/similar").status_code == 404
    assert client.get(f"/api/cases/{case}/cells/2/similar", params={"limit": 0}).status_code == 422


def test_a_cell_comes_as_a_small_picture(client: Client) -> None:
    case = done(client, coloured(220))
    answer = client.get(f"/api/cases/{case}/cells/2/crop.png", params={"size": 48})
    assert answer.headers["content-type"] == "image/png"
    shown = Image.open(io.BytesIO(answer.content))
    assert shown.size == (48, 48)
    assert shown.getpixel((24, 24)) == (110, 60, 150)
    assert shown.getpixel((0, 0)) == (220, 220, 220)
    assert client.get(f"/api/cases/{case}/cells/2/crop.png", params={"size": 4000}).status_code == 422
    assert client.get(f"/api/cases/{case}/cells/77/crop.png").status_code == 404


def test_the_job_keeps_the_vectors_of_classified_cells_beside_the_findings() -> None:
    asked: list[tuple[str, float | None, list[tuple[float, float]]]] = []

    def embed(image: SmearImage, model: str, middles_xy: Sequence[tuple[float, float]]):
        asked.append((model, image.mpp_um, list(middles_xy)))
        return "f" * 64, np.array([direction(0.3)] * len(middles_xy), np.float32)

    job = smear_job(dict.fromkeys(Material, fast_analysis), embed)
    result = job(example_case(), lambda _name: coloured(220), lambda _share, _step: None)
    kept = CellFeatures.from_bytes(result.files[FEATURES])
    assert (kept.model_sha256, kept.cell_ids.tolist()) == ("f" * 64, [2])
    assert kept.vectors.dtype == np.float16
    ((model, mpp_um, ((x, y),)),) = asked
    assert (model, mpp_um) == ("blood", 0.1)
    assert (x, y) == pytest.approx((50, 30), abs=0.1)
