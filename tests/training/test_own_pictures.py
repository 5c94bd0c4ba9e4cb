"""Preparing a run on a user's pictures: what is read, split, checked, written before anything is fitted."""

import csv
import json
import tomllib
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from cytovox.domain.errors import TrainingDataError
from cytovox.io.splitting import SplitShares
from cytovox.training import own_pictures
from cytovox.training.own_pictures import OwnTraining, prepare, refuse_data_folder

RECIPE = tomllib.loads(
    (resources.files("cytovox.training") / "recipes" / "own.toml").read_text(encoding="utf-8")
)


@pytest.fixture
def cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Writes a folder of noisy pictures a class; their scale reads 0.25 um per pixel."""
    monkeypatch.setattr(own_pictures, "working_scale", lambda image: 0.25)

    def write(**sizes: int) -> Path:
        random = np.random.default_rng(0)
        for label, number in sizes.items():
            (tmp_path / "cells" / label).mkdir(parents=True)
            for i in range(number):
                coarse = random.integers(0, 256, (6, 6, 3), dtype=np.uint8)
                picture = cv2.resize(coarse, (48, 48), interpolation=cv2.INTER_CUBIC)
                cv2.imwrite(str(tmp_path / "cells" / label / f"{i}.png"), picture)
        return tmp_path / "cells"

    return write


def asked(pictures: Path, **more: Any) -> OwnTraining:
    return OwnTraining(pictures, pictures.parent / "run", RECIPE, **more)


def test_the_run_folder_says_what_will_be_trained_on(cells: Callable[..., Path]) -> None:
    prepared = prepare(asked(cells(Band=12, Lymphocyte=20)))
    assert prepared.counts["lymphocyte"] == {"train": 14, "val": 3, "calibration": 3}
    recipe, run = prepared.recipe, prepared.asked.output
    assert (recipe.name, recipe.taxonomy) == ("run", "blood")
    assert recipe.classes == ("lymphocyte", "neutrophil_band")  # the taxonomy's order
    assert recipe.sources[0].um_per_px == 0.25
    assert recipe.sources[0].index == run / "index.csv"
    assert (run / "class-counts.png").read_bytes().startswith(b"\x89PNG")
    assert "no copies" in (run / "leaks.txt").read_text()
    assert any("0.250 um per pixel, the middle of" in note for note in prepared.notes)


def test_warm_up_and_averaging_fit_a_short_run(cells: Callable[..., Path]) -> None:
    """25 steps: a warm-up of 200 would never end, a decay of 0.998 would keep the weights of the start."""
    fit = prepare(asked(cells(a=50, b=50))).recipe.fit
    assert fit.epochs == 12
    assert fit.warmup_steps == 2
    assert fit.ema_decay == pytest.approx(1 - 10 / 25, abs=1e-3)


def test_labels_that_no_taxonomy_knows_are_classes_of_their_own(cells: Callable[..., Path]) -> None:
    recipe = prepare(asked(cells(band=6, gremlin=6))).recipe
    assert recipe.taxonomy == ""
    assert recipe.classes == ("band", "gremlin")


def test_a_taxonomy_that_is_named_must_know_the_labels(cells: Callable[..., Path]) -> None:
    folder = cells(band=6, gremlin=6)
    with pytest.raises(TrainingDataError, match="taxonomy 'blood' has no class 'gremlin'"):
        prepare(asked(folder, taxonomy="blood"))
    with pytest.raises(TrainingDataError, match="expected one of blood, marrow, own, got 'skin'"):
        prepare(asked(folder, taxonomy="skin"))
    assert not (folder.parent / "run").exists()


def test_copies_and_unreadable_files_are_left_out_and_reported(cells: Callable[..., Path]) -> None:
    folder = cells(a=20, b=20)
    first = prepare(asked(folder))
    text = (first.asked.output / "index.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    train = next(row["file"] for row in rows if row["split"] == "train" and row["label"] == "a")
    val = next(row["file"] for row in rows if row["split"] == "val" and row["label"] == "a")
    Path(train).write_bytes(Path(val).read_bytes())
    Path(next(r["file"] for r in rows if r["split"] == "train" and r["label"] == "b")).write_bytes(b"no")
    second = prepare(asked(folder))
    assert second.counts["a"]["train"] == first.counts["a"]["train"] - 1
    assert second.counts["b"]["train"] == first.counts["b"]["train"] - 1
    report = (second.asked.output / "leaks.txt").read_text()
    assert "is val: a/" in report
    assert "unreadable: " in report


def test_a_resumed_run_keeps_splits_and_figures_though_pictures_came_in(cells: Callable[..., Path]) -> None:
    folder = cells(a=20, b=20)
    first = prepare(asked(folder, um_per_px=0.2))
    (folder / "a" / "new.png").write_bytes((folder / "a" / "0.png").read_bytes())
    changed = {**RECIPE, "fit": {**RECIPE["fit"], "epochs": 40}}
    again = prepare(OwnTraining(folder, first.asked.output, changed, resume=True))
    assert again.counts == first.counts
    assert again.recipe.sources == first.recipe.sources
    assert (first.recipe.fit.epochs, again.recipe.fit.epochs) == (12, 40)


def test_the_recipe_in_the_run_folder_names_no_folder_of_the_machine(cells: Callable[..., Path]) -> None:
    prepared = prepare(asked(cells(a=10, b=10), shares=SplitShares(0.2, 0.2)))
    table = json.loads((prepared.asked.output / "recipe.json").read_text())
    assert table["sources"][0]["index"] == "index.csv"
    assert str(prepared.asked.pictures.parent) not in json.dumps(table)


def test_a_folder_of_data_sets_is_not_taken_for_a_folder_of_classes(tmp_path: Path) -> None:
    (tmp_path / "cells/pbc").mkdir(parents=True)
    refuse_data_folder(tmp_path)
    (tmp_path / "cells/pbc/index.csv").write_text("file\n")
    with pytest.raises(TrainingDataError, match="this is a folder of data sets"):
        refuse_data_folder(tmp_path)
