from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from cytovox.domain.errors import InputError
from cytovox.domain.explanation import ClassEvidence, Explanation
from cytovox.domain.findings import ModelUse
from cytovox.domain.predictions import CellPredictions
from cytovox.report.explanation_png import MARGIN_PX, PANEL_PX, draw_explanation, write_explanation

CLASSES = ("monocyte", "lymphocyte", "platelet")


def evidence(key: str, probability: float, peak: float) -> ClassEvidence:
    """All of it in the top left quarter."""
    over_crop = np.zeros((64, 64), np.float32)
    over_crop[:32, :32] = 1.0 if peak else 0.0
    return ClassEvidence(key, probability, peak * over_crop[::32, ::32], over_crop)


@pytest.fixture
def explanation() -> Explanation:
    return Explanation(
        predictions=CellPredictions(
            CLASSES,
            np.array([[0.6, 0.3, 0.1]], np.float32),
            np.array([[True, True, False]]),
            np.zeros(1, np.float32),
            np.array([False]),
            level=0.9,
        ),
        crop=np.full((64, 64, 3), 200, np.uint8),
        box=(0, 0, 64, 64),
        classes=(
            evidence("monocyte", 0.6, 4.0),
            evidence("lymphocyte", 0.3, 1.0),
            evidence("platelet", 0.1, 0.0),
        ),
        model=ModelUse("blood", "1", "0" * 64),
    )


def panel(canvas: np.ndarray, number: int) -> np.ndarray:
    left = MARGIN_PX + number * (PANEL_PX + MARGIN_PX)
    return canvas[MARGIN_PX : MARGIN_PX + PANEL_PX, left : left + PANEL_PX].astype(int)


def test_cell_and_maps_stand_side_by_side_on_one_scale(explanation: Explanation) -> None:
    canvas = draw_explanation(explanation)
    assert canvas.shape[1] == MARGIN_PX + 4 * (PANEL_PX + MARGIN_PX)
    cell, *maps = (panel(canvas, number) for number in range(4))
    assert (cell == 200).all()
    corner = (slice(0, 100), slice(0, 100))
    changes = [np.abs(shown - cell)[corner].mean() for shown in maps]
    assert changes[0] > changes[1] > changes[2] == 0
    for shown in maps:
        assert (shown[160:, 160:] == 200).all()


def test_captions_give_names_percent_and_set(
    explanation: Explanation, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    monkeypatch.setattr(
        "cytovox.report.explanation_png.write", lambda _canvas, text, *_: written.append(text)
    )
    draw_explanation(explanation)
    assert written[:2] == ["monocyte", "90% set: monocyte, lymphocyte"]
    assert written[2:4] == ["monocyte", "60.0%"]
    assert "Not a medical device" in " ".join(written)
    written.clear()
    refused = replace(
        explanation.predictions, unidentified=np.array([True]), prediction_sets=np.zeros((1, 3), bool)
    )
    draw_explanation(replace(explanation, predictions=refused))
    assert written[:2] == ["unidentified", "90% set: typical of none"]


def test_the_file_is_a_png_with_the_notice(explanation: Explanation, tmp_path: Path) -> None:
    path = tmp_path / "a.explanation.png"
    write_explanation(explanation, path)
    assert b"tEXtDisclaimer\0Research and education use only" in path.read_bytes()[:400]
    stored = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
    assert np.array_equal(stored, draw_explanation(explanation))


def test_without_evidence_there_is_nothing_to_draw(explanation: Explanation) -> None:
    with pytest.raises(InputError, match="expected activation maps"):
        draw_explanation(replace(explanation, classes=()))
