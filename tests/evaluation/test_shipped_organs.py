"""The shipped networks of the volume lane give the figures that their cards state."""

import os
from pathlib import Path

import pytest

from cytovox.analysis.bundles import FIND_ORGAN_SLICES, SEGMENT_ORGANS, find_bundle
from cytovox.evaluation.organs import evaluate_organs, unseen_stacks

DATA = os.environ.get("CYTOVOX_DATA")
BUNDLES = (("organ_slices_mr", FIND_ORGAN_SLICES), ("organs_mr", SEGMENT_ORGANS))


@pytest.mark.parametrize(("name", "task"), BUNDLES)
def test_a_bundle_says_whose_data_it_saw_and_what_it_is_not_for(name: str, task: str) -> None:
    bundle = find_bundle(name, task)
    assert "non-commercial research only" in bundle.notice
    assert bundle.manifest["held_out"] == ["case2"]
    card = (bundle.folder / "CARD.md").read_text("utf-8")
    assert bundle.notice in card
    assert "people trained on" in card


@pytest.mark.skipif(not DATA, reason="CYTOVOX_DATA is not set")
def test_the_figures_of_the_cards_come_out_again(tmp_path: Path) -> None:
    root = Path(DATA or "")
    stated = {
        row["metric"]: row["value"]
        for name, task in BUNDLES
        for row in find_bundle(name, task).manifest["measured"]
        if row["data"].startswith("volumes/uw_madison/competition")
    }
    assert next(case for _, case in unseen_stacks(find_bundle(*BUNDLES[1]), root)) == "case2"
    report = evaluate_organs(root, tmp_path)
    figures = report["sets"]["volumes/uw_madison/competition"]["organs"]
    for organ in ("stomach", "small_bowel", "large_bowel", "any"):
        assert figures[organ]["dice"] == pytest.approx(stated[f"Dice, {organ}"], abs=0.005)
        held = figures[organ]["sensitivity"]
        assert held == pytest.approx(stated[f"slices kept that hold it, {organ}"], abs=0.03)
