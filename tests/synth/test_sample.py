import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from cytovox.synth.sample import SAMPLE_NAME, main, render_sample_jpeg, sample_smear, sample_truth


def decoded(data: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]


def test_the_shipped_file_is_what_the_renderer_makes() -> None:
    shipped, rendered = decoded(sample_smear()).astype(int), sample_truth().image.pixels.astype(int)
    difference = np.abs(shipped - rendered)
    assert difference.mean() < 2.0
    assert np.percentile(difference, 99.5) < 16


def test_the_shipped_file_is_small_and_of_the_agreed_size() -> None:
    assert len(sample_smear()) < 400_000
    assert decoded(sample_smear()).shape == (960, 1280, 3)


def test_the_sample_shows_every_kind_of_cell() -> None:
    counts = sample_truth().counts
    assert 85 <= counts["red_cell"] <= 95
    assert 10 <= counts["platelet"] <= 14
    white = {key: n for key, n in counts.items() if key not in {"red_cell", "platelet"}}
    assert set(white) == {
        "neutrophil_segmented",
        "neutrophil_band",
        "eosinophil",
        "basophil",
        "lymphocyte",
        "monocyte",
    }
    assert sum(white.values()) == 8
    assert len(sample_truth().overlaps()) >= 4


def test_the_command_writes_the_same_bytes(tmp_path: Path) -> None:
    main([str(tmp_path / SAMPLE_NAME)])
    assert (tmp_path / SAMPLE_NAME).read_bytes() == render_sample_jpeg()
    assert [p.name for p in tmp_path.iterdir()] == [SAMPLE_NAME]


def test_the_command_leaves_nothing_where_it_cannot_write(tmp_path: Path) -> None:
    (tmp_path / SAMPLE_NAME).mkdir()
    with pytest.raises(IsADirectoryError):
        main([str(tmp_path / SAMPLE_NAME)])
    assert [p.name for p in tmp_path.iterdir()] == [SAMPLE_NAME]


def test_the_module_runs_as_a_command() -> None:
    source = Path(__file__).parents[2] / "src"
    answer = subprocess.run(
        [sys.executable, "-W", "error", "-m", "cytovox.synth.sample", "--help"],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(source)},
        check=True,
    )
    assert "output" in answer.stdout
