import re
from pathlib import Path

import numpy as np
import pytest

from cytovox.domain.errors import InputError
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.evaluation.classification_report import compare
from cytovox.evaluation.how_good_page import MeasuredBundle, how_good_page, image_names, robustness_name
from cytovox.evaluation.label_levels import LevelledCells
from cytovox.evaluation.labelled_sets import LabelledCell
from cytovox.evaluation.mistakes import Answer, gallery_page, worst_mistakes
from cytovox.evaluation.plots import as_document_svg, as_png, as_svg, plots_of, refusal_plot, robustness_plot
from cytovox.evaluation.report_folder import file_name, report_page, write_report

from .conftest import draw

BLOOD = load_taxonomy("blood")
CURVE = {"name": "blur", "unit": "um", "neutral": 0.0, "values": [0.0, 1.0], "accuracy": [0.9, 0.4],
         "ece": [0.01, 0.2], "refused": [0.0, 0.1], "pictures": 200}  # fmt: skip
FAMILY = {"pictures": 40, "true_cells": False, "trained_on": False, "note": "", "refused": 0.5,
          "interval": [0.4, 0.6], "refused_at_two_percent": None, "roc_auc": None, "named": {},
          "mean_confidence": 0.4}  # fmt: skip


def figures(*, has_sets: bool = True, n: int = 150) -> dict[str, object]:
    random = np.random.default_rng(0)
    truth = random.integers(0, 2, n)
    probabilities = random.dirichlet((1, 1, 0.1), n) * 0.5 + 0.5 * np.eye(3)[truth]
    cells = LevelledCells(
        ("lymphocyte", "monocyte", "basophil"), truth, probabilities.argmax(axis=1), probabilities,
        probabilities > 0.4, np.zeros(n, bool),
    )  # fmt: skip
    report = compare(cells, [str(i) for i in range(n)], role="external", has_sets=has_sets)
    return {"note": "A <note>.", "level": "fine", **report.as_dict()}


def report(**sets: object) -> dict[str, object]:
    return {
        "schema": "", "bundle": "blood", "version": "1.0", "sha256": "abcdef0123456789", "taxonomy": "blood",
        "sets": sets or {"cells/x val": figures(), "cells/y": figures(has_sets=False, n=30)},
        "robustness": {"cells/x val": [CURVE]}, "unreadable": ["broken.png: <not> a picture"],
    }  # fmt: skip


def test_the_page_needs_nothing_from_elsewhere() -> None:
    page = report_page(report())
    assert re.search(r"""(?:src|href)=["'](?!data:|#)""", page) is None
    assert "@import" not in page
    assert "prefers-color-scheme:dark" in page
    assert 'name="viewport"' in page
    assert "A &lt;note&gt;." in page
    assert "&lt;not&gt; a picture" in page


def test_plots_on_the_page_are_drawn_in_the_pages_ink() -> None:
    svg = as_svg(plots_of(figures(), BLOOD)["confusion matrix"]())
    assert svg.count("<svg") == svg.count("</svg>") == 1
    assert "currentColor" in svg
    assert "#1c2026" not in svg.lower()
    assert "monocyte" in svg


@pytest.mark.parametrize("plot", ["confusion matrix", "reliability diagram", "ROC", "precision and recall"])
def test_plots_are_the_same_at_each_run(plot: str) -> None:
    one, two = (as_document_svg(plots_of(figures(), BLOOD)[plot]()) for _ in range(2))
    assert one == two
    assert as_png(plots_of(figures(), BLOOD)[plot]()).startswith(b"\x89PNG")


def test_coverage_is_drawn_only_where_there_are_sets() -> None:
    assert "coverage of prediction sets" in plots_of(figures(), BLOOD)
    assert "coverage of prediction sets" not in plots_of(figures(has_sets=False), BLOOD)


def test_curves_and_families_are_drawn() -> None:
    assert "defocus" in as_svg(robustness_plot([CURVE, {**CURVE, "name": "defocus"}, CURVE]))
    assert "photographs" in as_svg(
        refusal_plot({"photographs": FAMILY, "cells": {**FAMILY, "true_cells": True}}, 0.95)
    )


def test_a_folder_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(InputError, match="expected a folder for the report"):
        write_report(report(), [], tmp_path / "taken")


def test_names_of_files_are_plain() -> None:
    assert file_name("wbc_masks/jtsc val ROC") == "wbc-masks-jtsc-val-roc"


def answer(
    path: Path, named: str, confidence: float, *, right: bool = False, unidentified: bool = False
) -> Answer:
    cell = LabelledCell(path, "monocyte", "")
    return Answer("set", cell, named, right, confidence, unidentified, (named,), float("nan"))


def test_the_surest_mistakes_come_first_and_refused_ones_last(tmp_path: Path) -> None:
    path = draw(tmp_path / "a&b.png", "monocyte")
    answers = [
        answer(path, "basophil", 0.6), answer(path, "lymphocyte", 0.99, unidentified=True),
        answer(path, "eosinophil", 0.9), answer(path, "monocyte", 1.0, right=True),
    ]  # fmt: skip
    worst = worst_mistakes(answers)
    assert [a.named for a in worst] == ["eosinophil", "basophil", "lymphocyte"]
    page = gallery_page(worst, title="Worst", taxonomy="blood")
    assert page.index("eosinophil, 90%") < page.index("basophil, 60%") < page.index("unidentified")
    assert page.count("data:image/jpeg;base64,") == 3
    assert "a&amp;b.png" in page


def test_the_document_shows_every_plot_it_names() -> None:
    measured = report()
    refusal = {"goal": {"strangers_refused": 0.95, "true_cells_refused": 0.02}, "strangers_refused": 0.5,
               "families": {"photographs": FAMILY}}  # fmt: skip
    page = how_good_page([MeasuredBundle(measured, refusal)], command="make it", images="../pictures")
    shown = re.findall(r"\]\(\.\./pictures/(.+?)\.svg\)", page)
    assert shown == [*image_names(measured), robustness_name(measured, "cells/x val")]
    # Small sets are in tables only.
    assert not [name for name in shown if "cells-y" in name]
    assert "| cells/y | external | 30 |" in page
    assert "| blur | um | 40.0 % | 1 |" in page
    assert "| photographs | to be refused | no | 40 | 50.0 % (40.0 % to 60.0 %) | – | – |" in page
    assert "Made by `make it`" in page
