import csv
import json
from pathlib import Path

import pytest

from cytovox.analysis.bundles import Bundle
from cytovox.domain.errors import TrainingDataError
from cytovox.evaluation.classification import EvaluationOptions, evaluate_classifier, evaluate_own_pictures
from cytovox.evaluation.own_pictures import OwnPictures

from .conftest import draw


def test_standing_sets_are_measured_at_their_levels(bundle: Bundle, data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    report = evaluate_classifier(data, out, options=EvaluationOptions(robustness=True, sweep_pictures=10))
    home, fine, away = report["sets"].values()
    assert list(report["sets"]) == ["cells/pbc val", "cells/pbc val fine", "cells/lisc"]
    # The broader label "neutrophil" counts among the types and is left out among the subtypes.
    assert (home["pictures"], fine["pictures"]) == (13, 12)
    assert home["classes"] == ["neutrophil", "lymphocyte", "monocyte"]
    assert home["accuracy"] == fine["accuracy"] == 1.0
    assert (away["accuracy"], away["groups"], away["role"]) == (pytest.approx(8 / 9), 3, "external")
    assert away["sets"]["coverage"] == pytest.approx(8 / 9)
    assert len(report["robustness"]["cells/pbc val"]) == 8
    assert json.loads((out / "report.json").read_text()) == json.loads(json.dumps(report))
    names = {path.name for path in out.iterdir()}
    assert {"report.html", "answers.csv", "mistakes.html", "cells-pbc-val-robustness.png"} <= names
    assert "cells-lisc-coverage-of-prediction-sets.png" in names


def test_every_answer_is_in_the_table(bundle: Bundle, data: Path, tmp_path: Path) -> None:
    evaluate_classifier(data, tmp_path / "out")
    with (tmp_path / "out/answers.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 22
    (wrong,) = [r for r in rows if r["set"] == "cells/lisc" and r["label"] == "lymphocyte" != r["named"]]
    assert (wrong["named"], wrong["confidence"], wrong["unidentified"]) == ("monocyte", "0.8000", "0")
    assert "neutrophil" not in (tmp_path / "out/mistakes.html").read_text()


def test_own_pictures_are_measured(bundle: Bundle, tmp_path: Path) -> None:
    for i in range(3):
        draw(tmp_path / f"own/Mono/{i}.png", "monocyte")
        draw(tmp_path / f"own/Neutro/{i}.png", "neutrophil_band")
    (tmp_path / "own/Mono/broken.png").write_bytes(b"no picture")
    own = OwnPictures(tmp_path / "own", mapping={"Mono": "monocyte", "Neutro": "neutrophil"}, um_per_px=0.2)
    report = evaluate_own_pictures(own, tmp_path / "out")
    assert report["sets"]["own"]["accuracy"] == 1.0
    assert report["sets"]["own"]["classes"][:2] == ["neutrophil", "monocyte"]
    assert report["unreadable"][0].startswith("broken.png")


def test_labels_that_the_network_cannot_give_are_explained(bundle: Bundle, tmp_path: Path) -> None:
    draw(tmp_path / "own/basophil/a.png", "monocyte")
    with pytest.raises(
        TrainingDataError, match="labels basophil: expected classes that the network can name"
    ):
        evaluate_own_pictures(OwnPictures(tmp_path / "own"), tmp_path / "out")


def test_a_coarser_network_is_measured_by_type(bundle: Bundle, data: Path, tmp_path: Path) -> None:
    bundle.manifest["classes"][:] = [{"key": key} for key in ("lymphocyte", "neutrophil", "monocyte")]  # type: ignore[index]
    assert list(evaluate_classifier(data, tmp_path / "out")["sets"]) == ["cells/pbc val", "cells/lisc"]
