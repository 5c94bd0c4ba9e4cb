import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from dataclasses import replace as changed
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cytovox.analysis.explain import explain_cell
from cytovox.app.classify_routes import MOST_PICTURES
from cytovox.app.explanation_documents import ClassificationDocument, ExplanationDocument
from cytovox.app.results import FINDINGS
from cytovox.app.settings import Settings
from cytovox.app.store import CaseStore
from cytovox.domain.explanation import Explanation
from cytovox.domain.image import SmearImage


@dataclass
class Explainer:
    """The hand-made classifier in place of the shipped one, and what was asked of it."""

    folder: Path
    asked: list[tuple[SmearImage, str, tuple[float, float] | None]] = field(default_factory=list)
    name: str = "blood"

    def __call__(
        self,
        image: SmearImage,
        model: str,
        *,
        centre_xy: tuple[float, float] | None = None,
        top: int = 3,
    ) -> Explanation:
        self.asked.append((image, model, centre_xy))
        explanation = explain_cell(image, str(self.folder), centre_xy=centre_xy, top=top)
        return changed(explanation, model=changed(explanation.model, name=self.name))


@dataclass
class Bundle:
    name: str
    task: str
    manifest: dict[str, Any]
    version: str = "1"
    sha256: str = "0" * 64


MODELS = (
    Bundle("finder", "find_cells", {}),
    Bundle("blood", "classify_cells", {"taxonomy": "blood", "conformal": {"level": 0.9}}),
    Bundle("own", "classify_cells", {"taxonomy": "mine"}),
)


@pytest.fixture
def explainer(write_colour_bundle) -> Explainer:
    return Explainer(write_colour_bundle())


@pytest.fixture
def explaining(serve, analysis, explainer) -> Iterator[Any]:
    with serve(Settings(upload_limit_mb=0.2), analysis, explain=explainer, models=lambda: MODELS) as client:
        yield client


def case_of(client, png: bytes, **form: str) -> str:
    case = client.wait_for(client.upload(png, **form).json()["id"], "done", "failed")
    assert case["state"] == "done", case
    return case["id"]


def test_a_white_cell_is_explained_as_it_was_named(explaining, explainer, png: bytes) -> None:
    case_id = case_of(explaining, png, mpp_um="0.2")
    answer = explaining.get(f"/api/cases/{case_id}/cells/2/explanation")
    assert answer.status_code == 200, answer.text
    document = ExplanationDocument.model_validate(answer.json())
    assert (document.cell_id, document.label, document.level) == (2, "neutrophil", 0.9)
    assert document.prediction_set == ["neutrophil"]
    image, model, centre = explainer.asked[0]
    assert (image.mpp_um, model) == (0.2, "blood")
    assert centre == pytest.approx((50, 30), abs=0.1)
    # 32 px of the network at 0.25 um are 40 px of this picture.
    crop = document.crop
    assert (crop.xmin, crop.ymin, crop.xmax, crop.ymax) == pytest.approx((30, 10, 70, 50), abs=0.1)


def test_maps_are_of_white_cell_types_and_on_one_scale(explaining, png: bytes) -> None:
    case_id = case_of(explaining, png)
    document = explaining.get(f"/api/cases/{case_id}/cells/2/explanation").json()
    keys = [entry["key"] for entry in document["classes"]]
    assert "platelet" not in keys
    assert len(keys) == 3
    maps = np.array([entry["map"] for entry in document["classes"]])
    assert maps.shape == (3, 4, 4)
    assert maps.min() >= 0
    assert maps.max() == 1
    assert all(entry["name"] and entry["colour"].startswith("#") for entry in document["classes"])


def test_percentages_are_those_of_the_findings(explaining, png: bytes) -> None:
    case_id = case_of(explaining, png)
    document = explaining.get(f"/api/cases/{case_id}/cells/2/explanation").json()
    told = {entry["key"]: entry["probability"] for entry in document["classes"]}
    assert told["lymphocyte"] == pytest.approx(0.1, abs=1e-3)


@pytest.mark.parametrize("cell", [1, 3])
def test_red_cells_and_platelets_have_no_explanation(explaining, png: bytes, cell: int) -> None:
    case_id = case_of(explaining, png)
    answer = explaining.get(f"/api/cases/{case_id}/cells/{cell}/explanation")
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "no_explanation"
    assert "Only white cells" in answer.json()["error"]["message"]


def test_a_renamed_cell_is_explained_as_the_machine_named_it(explaining, png: bytes) -> None:
    case_id = case_of(explaining, png)
    url = f"/api/cases/{case_id}/cells/2/explanation"
    before = explaining.get(url).json()
    for label in ("lymphocyte", "red_cell"):
        wanted = {"kind": "classify", "cell_id": 2, "label": label}
        assert explaining.post(f"/api/cases/{case_id}/edits", json=wanted).status_code == 201
        assert explaining.get(url).json() == before


def test_what_only_a_reviewer_took_for_a_white_cell_is_explained_as_it_looks_now(
    explaining, explainer, png: bytes
) -> None:
    case_id = case_of(explaining, png)
    outline = [[10, 20], [30, 20], [30, 40], [10, 40]]
    for wanted in (
        {"kind": "classify", "cell_id": 1, "label": "monocyte"},
        {"kind": "add", "label": "monocyte", "polygon": outline},
    ):
        assert explaining.post(f"/api/cases/{case_id}/edits", json=wanted).status_code == 201
    for cell_id, middle in ((1, (20, 20)), (4, (20, 30))):
        answer = explaining.get(f"/api/cases/{case_id}/cells/{cell_id}/explanation")
        assert answer.status_code == 200, answer.text
        ExplanationDocument.model_validate(answer.json())
        assert explainer.asked[-1][2] == pytest.approx(middle, abs=0.1)
        # The classifier knows no monocytes: it says what it sees.
        assert answer.json()["label"] != "monocyte"


def test_a_removed_cell_has_no_explanation(explaining, png: bytes) -> None:
    case_id = case_of(explaining, png)
    explaining.post(f"/api/cases/{case_id}/edits", json={"kind": "remove", "cell_id": 2})
    answer = explaining.get(f"/api/cases/{case_id}/cells/2/explanation")
    assert answer.status_code == 404
    assert "removed" in answer.json()["error"]["message"]


def test_unknown_cells_and_cases_are_not_found(explaining, png: bytes) -> None:
    case_id = case_of(explaining, png)
    answer = explaining.get(f"/api/cases/{case_id}/cells/4/explanation")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "cell_not_found")
    answer = explaining.get(f"/api/cases/{'0' * 32}/cells/1/explanation")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "case_not_found")
    assert explaining.get(f"/api/cases/{case_id}/cells/0/explanation").status_code == 422
    assert explaining.get(f"/api/cases/{case_id}/cells/x/explanation").status_code == 422


def edited(serve, analysis, explainer, kept: CaseStore, data_folder: Path, png: bytes, edit: Any) -> Any:
    """Answer for cell 2 of a case whose stored findings were edited."""
    with serve(Settings(data_folder=data_folder), analysis, explain=explainer) as client:
        case_id = case_of(client, png)
        findings = json.loads(kept.read(case_id, FINDINGS))
        edit(findings)
        kept.write(case_id, FINDINGS, json.dumps(findings).encode())
        return client.get(f"/api/cases/{case_id}/cells/2/explanation")


def of_another_model(findings: dict) -> None:
    findings["provenance"]["models"].append({"name": "blood", "version": "0", "sha256": "f" * 64})


def of_unknown_scale(findings: dict) -> None:
    findings["scale"]["mpp_um"] = None


def of_an_earlier_program(findings: dict) -> None:
    for cell in findings["cells"]:
        del cell["best"]


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (of_another_model, "another version of the model"),
        (of_unknown_scale, "scale that this case was analysed at"),
        (of_an_earlier_program, "before explanations existed"),
    ],
)
def test_a_case_that_cannot_be_explained_says_why(
    serve, analysis, explainer, kept: CaseStore, data_folder: Path, png: bytes, edit: Any, reason: str
) -> None:
    answer = edited(serve, analysis, explainer, kept, data_folder, png, edit)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "no_explanation")
    assert reason in answer.json()["error"]["message"]


def test_the_scale_that_the_networks_worked_at_is_used_again(
    serve, analysis, explainer, kept: CaseStore, data_folder: Path, png: bytes
) -> None:
    def unknown_but_worked_at(findings: dict) -> None:
        of_unknown_scale(findings)
        findings["provenance"]["options"]["working_um_per_px"] = 0.125

    answer = edited(serve, analysis, explainer, kept, data_folder, png, unknown_but_worked_at)
    assert answer.status_code == 200
    assert explainer.asked[0][0].mpp_um == 0.125


def test_a_model_without_maps_cannot_explain_but_still_names(
    serve, analysis, write_colour_bundle, png: bytes
) -> None:
    plain = Explainer(write_colour_bundle(("logits", "features"), conformal=None))
    with serve(Settings(), analysis, explain=plain, models=lambda: MODELS) as client:
        answer = client.get(f"/api/cases/{case_of(client, png)}/cells/2/explanation")
        assert answer.status_code == 409
        assert "no activation maps" in answer.json()["error"]["message"]
        form = {"model": "own", "mpp_um": "0.25"}
        named = client.post("/api/classify", files={"pictures": ("a.png", png)}, data=form).json()
    assert (named["level"], named["taxonomy"], named["pictures"][0]["explanation"]) == (None, None, None)
    assert named["pictures"][0]["unfamiliarity"] is None


def test_pictures_of_single_cells_are_named(explaining, explainer, png: bytes, picture) -> None:
    files = [("pictures", ("a.png", png)), ("pictures", ("../b.jpg", picture("JPEG", width=50)))]
    answer = explaining.post("/api/classify", files=files, data={"mpp_um": "0.25"})
    assert answer.status_code == 200, answer.text
    document = ClassificationDocument.model_validate(answer.json())
    assert (document.model, document.taxonomy, document.level) == ("blood", "blood", 0.9)
    assert [(p.name, p.width, p.height) for p in document.pictures] == [("a.png", 80, 60), ("b.jpg", 50, 60)]
    first = document.pictures[0]
    assert first.label in first.probabilities
    assert sum(first.probabilities.values()) == pytest.approx(1, abs=1e-3)
    assert list(first.probabilities.values()) == sorted(first.probabilities.values(), reverse=True)
    assert first.explanation is not None
    assert first.explanation.cell_id == 0
    assert first.explanation.classes[0].key == first.best
    assert [model for _, model, _ in explainer.asked] == ["blood", "blood"]
    assert explaining.get("/api/cases").json() == []


def test_a_strange_picture_is_unidentified(explaining, picture, explainer) -> None:
    explainer.folder.joinpath("bundle.json").write_text(
        json.dumps(
            json.loads(explainer.folder.joinpath("bundle.json").read_text())
            | {"familiarity": {"rates": [0.01, 0.1], "thresholds": [-2, -3], "default_rate": 0.01}}
        )
    )
    answer = explaining.post(
        "/api/classify", files={"pictures": ("a.png", picture("PNG"))}, data={"mpp_um": "1"}
    )
    (named,) = answer.json()["pictures"]
    assert (named["label"], named["unidentified"]) == ("unidentified", True)
    assert named["best"] == named["explanation"]["classes"][0]["key"]


@pytest.mark.parametrize("model", ["nothing", "finder", "", "/etc", "../../bundles/blood"])
def test_only_installed_classifiers_are_asked(explaining, explainer, png: bytes, model: str) -> None:
    answer = explaining.post("/api/classify", files={"pictures": ("a.png", png)}, data={"model": model})
    if model:
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "model_not_found")
        assert explainer.asked == []
    else:  # an empty form field is a field left out
        assert answer.status_code == 200


@pytest.mark.parametrize(
    ("data", "name", "status", "code"),
    [
        (b"hello, I am text", "cell.txt", 415, "not_a_picture"),
        (b"\x89PNG\r\n\x1a\n", "cut.png", 422, "picture_unreadable"),
        (b"\xff" * 250_000, "large.png", 413, "upload_too_large"),
    ],
)
def test_what_is_no_picture_is_refused(explaining, data: bytes, name: str, status: int, code: str) -> None:
    answer = explaining.post("/api/classify", files={"pictures": (name, data)})
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_too_many_pictures_at_once_are_refused(explaining, picture) -> None:
    small = picture("PNG", width=8, height=8)
    files = [("pictures", (f"{i}.png", small)) for i in range(MOST_PICTURES + 1)]
    answer = explaining.post("/api/classify", files=files)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_many_pictures")


def test_a_request_without_pictures_is_refused(explaining) -> None:
    assert explaining.post("/api/classify", data={"model": "blood"}).status_code == 422
