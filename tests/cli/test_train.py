"""Training on a user's folder from the command line: killed in the middle, resumed, and used."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cytovox.synth.single_cells import write_single_cells

# lightning warns of few steps, few workers and of its own deprecated calls; torch's exporter of its own.
pytestmark = pytest.mark.filterwarnings("ignore")

EPOCHS = 6


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rendered")
    write_single_cells(folder, number=14, labels=("lymphocyte", "eosinophil"))
    return folder


def arguments(pictures: Path, run: Path) -> list[str]:
    return [
        *("train", "classifier", "--data", str(pictures), "--output", str(run), "--um-per-px", "0.2"),
        *("--backbone", "vgg_small", "--input-px", "32", "--epochs", str(EPOCHS), "--batch-size", "4"),
        *("--workers", "0", "--precision", "32-true"),
    ]


def finished_epochs(run: Path) -> list[str]:
    path = run / "epochs.csv"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    return [row["epoch"] for row in csv.DictReader(text.splitlines())]


def kill_after_an_epoch(command: list[str], run: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", "from cytovox.cli import run; run()", *command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    try:
        while not finished_epochs(run) and process.poll() is None:
            time.sleep(0.02)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def test_a_killed_training_goes_on_to_the_end_and_its_bundle_names_cells(
    rendered: Path, tmp_path: Path, cytovox: Callable[..., Any]
) -> None:
    run = tmp_path / "run"
    kill_after_an_epoch(arguments(rendered, run), run)
    assert 0 < len(finished_epochs(run)) < EPOCHS
    assert not (run / "bundle").exists()

    result = cytovox(*arguments(rendered, run), "--resume")
    assert result.exit_code == 0, result.output
    assert finished_epochs(run) == [str(epoch + 1) for epoch in range(EPOCHS)]
    assert {p.name for p in run.iterdir()} >= {
        *("bundle", "curves.png", "class-counts.png", "leaks.txt", "index.csv", "evaluation", "tensorboard"),
    }
    manifest = json.loads((run / "bundle/bundle.json").read_text(encoding="utf-8"))
    assert [entry["key"] for entry in manifest["classes"]] == ["eosinophil", "lymphocyte"]
    assert manifest.keys() >= {"temperature", "conformal", "familiarity", "measured"}
    assert str(tmp_path) not in (run / "bundle/bundle.json").read_text(encoding="utf-8")

    picture = rendered / "lymphocyte/lymphocyte-0000.png"
    named = cytovox("classify", str(picture), "--model", str(run / "bundle"), "--json")
    assert named.exit_code == 0, named.output
    (cell,) = json.loads(named.stdout)["results"]
    assert {entry["key"] for entry in cell["top"]} == {"eosinophil", "lymphocyte"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--backbone", "alexnet"], "no backbone 'alexnet'"),
        (["--input-px", "50"], "multiple of 32 px"),
        (["--classes", "lymphocyte,basophil"], "no pictures of the class 'basophil'"),
        (["--imbalance", "luck"], "imbalance: expected one of none"),
        (["--preprocessing", "polish"], "no step 'polish'"),
        (["--optimiser", "lion"], "optimiser: expected one of adamw"),
        (["--start", "nothing.safetensors"], "--start: expected bundle:NAME"),
        (["--val-share", "0.9"], "leave something to train on"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line_and_nothing_is_written(
    rendered: Path, tmp_path: Path, cytovox: Callable[..., Any], options: list[str], message: str
) -> None:
    result = cytovox(*arguments(rendered, tmp_path / "run"), *options)
    assert result.exit_code != 0
    assert message in " ".join(str(result.exception or "").split()) + " ".join(result.output.split())
    assert not (tmp_path / "run").exists()


def test_a_missing_folder_is_named(tmp_path: Path, cytovox: Callable[..., Any]) -> None:
    result = cytovox("train", "classifier", "--data", str(tmp_path / "none"))
    assert result.exit_code == 2
    assert "it is not there" in " ".join(result.output.split())
