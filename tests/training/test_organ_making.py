"""From a folder of the competition to two bundles that work, with networks that learn next to nothing."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from cytovox.analysis.bundles import load_bundle
from cytovox.analysis.organ_segmentation import OrganSegmentation
from cytovox.analysis.slice_organs import SliceOrgans
from cytovox.analysis.volume import VolumeModels, analyze_volume
from cytovox.io.run_lengths import encode_runs
from cytovox.io.volume import open_volume
from cytovox.training.organ_making import train_organs

# Lightning and torch warn of folders and of their own deprecations.
pytestmark = pytest.mark.filterwarnings("ignore")

SMALL: dict[str, Any] = {
    f"{network}.{name}": value
    for network in ("slices", "organs")
    for name, value in {
        "draws": 4,
        "view": {"rows": 32, "columns": 64, "mm_per_px": 4.0},
        "fit.epochs": 1,
        "fit.batch_size": 4,
        "fit.workers": 0,
        "fit.precision": "32-true",
        "fit.warmup_steps": 1,
    }.items()
}


def competition(folder: Path) -> Path:
    """Four people, three slices each: a body, and on the middle slice a stomach."""
    y, x = np.mgrid[:64, :80]
    body = ((y - 32) / 25) ** 2 + ((x - 40) / 35) ** 2 < 1
    stomach = (y - 25) ** 2 + (x - 50) ** 2 < 64
    rows = ["id,class,segmentation"]
    for case in (2, 5, 9, 30):
        scans = folder / f"train/case{case}/case{case}_day0/scans"
        scans.mkdir(parents=True)
        for number in (1, 2, 3):
            grey = np.where(body, 20000, 100) - np.where(stomach & (number == 2), 12000, 0)
            name = f"slice_{number:04d}_80_64_1.50_1.50.png"
            Image.fromarray(grey.astype(np.uint16)).save(scans / name)
            runs = encode_runs(stomach) if number == 2 else ""
            rows.append(f"case{case}_day0_slice_{number:04d},stomach,{runs}")
    (folder / "train.csv").write_text("\n".join(rows) + "\n")
    return folder


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    folder = competition(tmp_path_factory.mktemp("competition"))
    slices, organs = train_organs(folder, folder / "run", changes=SMALL)
    return folder, slices, organs


def test_bundles_say_what_they_are(trained: tuple[Path, Path, Path]) -> None:
    _, slices, organs = trained
    for bundle in map(load_bundle, (slices, organs)):
        assert "Non-commercial research only" in bundle.notice
        assert len(bundle.manifest["held_out"]) == 1
        assert sorted(bundle.manifest["cases"]["."]) == ["case2", "case30", "case5", "case9"]
        assert bundle.manifest["measured"]
        assert "Non-commercial research only" in (bundle.folder / "CARD.md").read_text()
        assert str(bundle.folder.parent) not in (bundle.folder / "bundle.json").read_text()
    thresholds = load_bundle(slices).manifest["thresholds"]
    assert set(thresholds) == {"stomach", "small_bowel", "large_bowel"}
    assert all(0.01 <= value <= 0.5 for value in thresholds.values())
    # One person is kept for the figures, another one for the thresholds of model A only.
    assert load_bundle(slices).manifest["data"][0]["training_pictures"] == 2
    assert load_bundle(organs).manifest["data"][0]["training_pictures"] == 3


def test_the_report_is_of_people_kept_out(trained: tuple[Path, Path, Path]) -> None:
    folder, _, organs = trained
    report = json.loads((folder / "run/evaluation/organs.json").read_text())
    (figures,) = report["sets"].values()
    assert list(figures["cases"]) == load_bundle(organs).manifest["held_out"]
    stomach = figures["organs"]["stomach"]
    assert (stomach["slices_with_organ"], stomach["slices_without_organ"]) == (1, 2)
    assert figures["organs"]["small_bowel"]["slices_with_organ"] == 0


def test_they_work_on_a_stack(trained: tuple[Path, Path, Path]) -> None:
    folder, slices, organs = trained
    models = VolumeModels(SliceOrgans.of(load_bundle(slices)), OrganSegmentation.of(load_bundle(organs)))
    stack = open_volume(folder / "train/case9")
    findings = analyze_volume(stack, models)
    assert findings.labels.labels.shape == (3, 64, 80)
    assert findings.slice_chances is not None
    assert findings.slice_chances.probabilities.shape == (3, 3)
    assert "demonstration_model" in {warning.key for warning in findings.warnings}
