import csv
import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import cv2
import pytest

from cytovox.cli import batch
from cytovox.domain.errors import BundleError, InputError

Run = Callable[..., Any]
Write = Callable[[Path], Path]


def files_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_one_picture_gives_json_csv_png_and_a_manifest(
    analysis: Any, cytovox: Run, tmp_path: Path, write_picture: Write
) -> None:
    picture = write_picture(tmp_path / "smear.png")
    result = cytovox("analyze", picture, "-o", tmp_path / "out")
    assert result.exit_code == 0, result.output
    out = tmp_path / "out"
    assert files_in(out) == {"smear.findings.json", "smear.cells.csv", "smear.overlay.png", "manifest.json"}
    findings = json.loads((out / "smear.findings.json").read_text())
    assert len(findings["cells"]) == 3
    assert len(list(csv.DictReader((out / "smear.cells.csv").read_text().splitlines()))) == 3
    overlay = cv2.imread(str(out / "smear.overlay.png"))
    assert overlay.shape[1] == 160
    manifest = json.loads((out / "manifest.json").read_text())
    (entry,) = manifest["inputs"]
    assert (entry["state"], entry["sha256"]) == ("done", sha256(picture.read_bytes()).hexdigest())
    assert {k: n for k, n in entry["counts"].items() if n} == {"red_cell": 1, "neutrophil": 1, "platelet": 1}
    assert manifest["models"] == [{"name": "finder", "version": "1", "sha256": "a" * 64}]
    assert "Not a medical device" in result.stdout


def test_a_folder_that_nothing_can_be_written_in_is_said_before_the_work(
    analysis: Any, cytovox: Run, tmp_path: Path, write_picture: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch.os, "access", lambda *_: False)
    result = cytovox("analyze", write_picture(tmp_path / "smear.png"), "-o", tmp_path / "out")
    assert result.exit_code == 2
    assert "nothing can be written" in result.stderr
    assert analysis.images == []


def test_formats_mpp_min_score_and_refuse_rate_are_obeyed(
    analysis: Any, cytovox: Run, tmp_path: Path, write_picture: Write
) -> None:
    picture = write_picture(tmp_path / "smear.png")
    arguments = ("--format", "CSV, csv", "--mpp", "0.2", "--min-score", "0.7", "--refuse-rate", "0.02")
    result = cytovox("analyze", picture, "-o", tmp_path / "out", *arguments)
    assert result.exit_code == 0, result.output
    assert files_in(tmp_path / "out") == {"smear.cells.csv", "manifest.json"}
    assert (analysis.images[0].mpp_um, analysis.min_scores) == (0.2, [0.7])
    assert analysis.refuse_rates == [0.02]
    options = json.loads((tmp_path / "out" / "manifest.json").read_text())["options"]
    assert options == {
        "mpp_um": 0.2,
        "formats": "csv",
        "legend": True,
        "min_score": 0.7,
        "refuse_rate": 0.02,
        "material": "blood",
    }


def test_a_smear_of_marrow_is_analysed_as_one(
    analysis: Any, cytovox: Run, tmp_path: Path, write_picture: Write
) -> None:
    result = cytovox(
        "analyze", write_picture(tmp_path / "m.png"), "-o", tmp_path / "out", "--material", "marrow"
    )
    assert result.exit_code == 0, result.output
    assert analysis.materials == ["marrow"]
    assert "nucleated cells" in result.stdout
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["options"]["material"] == "marrow"
    assert cytovox("analyze", tmp_path / "m.png", "-o", tmp_path, "--material", "urine").exit_code == 2


def test_maps_are_made_and_written_when_asked_for(
    analysis: Any, cytovox: Run, tmp_path: Path, write_picture: Write
) -> None:
    picture = write_picture(tmp_path / "smear.png")
    result = cytovox("analyze", picture, "-o", tmp_path / "plain", "--format", "json,geojson,coco")
    assert result.exit_code == 0, result.output
    assert files_in(tmp_path / "plain") == {
        "smear.findings.json",
        "smear.cells.geojson",
        "smear.coco.json",
        "manifest.json",
    }
    arguments = ("--format", "csv", "--map", "--raw-map", "--no-legend")
    result = cytovox("analyze", picture, "-o", tmp_path / "out", *arguments)
    assert result.exit_code == 0, result.output
    assert files_in(tmp_path / "out") == {
        "smear.cells.csv",
        "smear.map.png",
        "smear.map.raw.png",
        "manifest.json",
    }
    assert analysis.smear_maps == [False, True]
    black, green = (cv2.imread(str(tmp_path / "out" / f"smear.{name}.png")) for name in ("map", "map.raw"))
    assert black.shape == green.shape == (120, 160, 3)
    assert (black == 0).all()
    assert (green == (0, 255, 0)).all()


def test_a_legend_stands_below_unless_it_is_left_out(
    analysis: Any, cytovox: Run, tmp_path: Path, write_picture: Write
) -> None:
    picture = write_picture(tmp_path / "smear.png")
    for folder, arguments in (("with", ()), ("without", ("--no-legend",))):
        cytovox("analyze", picture, "-o", tmp_path / folder, "--format", "png,map", *arguments)
    for name in ("overlay", "map"):
        heights = [cv2.imread(str(tmp_path / f / f"smear.{name}.png")).shape[0] for f in ("with", "without")]
        assert heights[0] > heights[1] == 120


def test_the_share_infected_is_printed_where_red_cells_were_examined(
    analysis: Any, cytovox: Run, tmp_path: Path, write_picture: Write
) -> None:
    picture = write_picture(tmp_path / "smear.png")
    assert "parasitaemia" not in cytovox("analyze", picture, "-o", tmp_path / "out").stdout
    analysis.infected = True
    # One infected of one red cell; Wilson's interval begins at 1 / (1 + 1.96^2) = 20.65 %.
    assert "100.00% (20.65-100.00)" in cytovox("analyze", picture, "-o", tmp_path / "out").stdout


def test_bad_inputs_fail_alone_and_the_exit_code_says_so(
    analysis: Any, cytovox: Run, tmp_path: Path, write_picture: Write
) -> None:
    good = write_picture(tmp_path / "good.png")
    (tmp_path / "torn.png").write_bytes(good.read_bytes()[:60])
    write_picture(tmp_path / "odd.png")
    analysis.fail_on = "odd"
    inputs = [tmp_path / name for name in ("torn.png", "missing.png", "odd.png", "good.png")]
    result = cytovox("analyze", *inputs, tmp_path / "no*.jpg", "-o", tmp_path / "out", "--format", "json")
    assert result.exit_code == 1
    assert files_in(tmp_path / "out") == {"good.findings.json", "manifest.json"}
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert (manifest["done"], manifest["failed"]) == (1, 4)
    errors = [entry["error"] for entry in manifest["inputs"]]
    assert [error is None for error in errors] == [False, False, False, True, False]
    assert "torn.png" in errors[0]
    assert "No such file" in errors[1]
    assert "ZeroDivisionError" in errors[2]
    assert "no file matches" in errors[4]
    assert result.stderr.count("error:") == 4
    assert "Traceback" not in result.output


def test_equal_names_from_different_folders_do_not_overwrite(
    analysis: Any, cytovox: Run, tmp_path: Path, write_picture: Write
) -> None:
    for name in ("mon/smear.png", "tue/smear.png", "tue/smear.jpg"):
        write_picture(tmp_path / "in" / name)
    result = cytovox("analyze", tmp_path / "in", "-o", tmp_path / "out", "--format", "json")
    assert result.exit_code == 0, result.output
    expected = {"mon_smear.png.findings.json", "tue_smear.png.findings.json", "smear.jpg.findings.json"}
    assert files_in(tmp_path / "out") == {*expected, "manifest.json"}


def test_results_beside_the_pictures_are_not_read_again(
    analysis: Any, cytovox: Run, tmp_path: Path, write_picture: Write
) -> None:
    write_picture(tmp_path / "in" / "smear.png")
    for _ in range(2):
        result = cytovox("analyze", tmp_path / "in", "-o", tmp_path / "in" / "out", "--json")
        assert json.loads(result.stdout)["done"] == 1


def test_json_goes_to_standard_output_alone(
    analysis: Any, cytovox: Run, tmp_path: Path, write_picture: Write
) -> None:
    picture = write_picture(tmp_path / "smear.png")
    result = cytovox("analyze", picture, tmp_path / "missing.png", "-o", tmp_path / "out", "--json")
    assert result.exit_code == 1
    printed = json.loads(result.stdout)
    assert printed == json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert [entry["state"] for entry in printed["inputs"]] == ["done", "failed"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--format", "json,pdf"), "expected some of json, csv, png"),
        (("--format", ","), "expected some of json, csv, png"),
        (("--mpp", "-1"), "expected 0 to 100 micrometres per pixel"),
        (("--mpp", "nan"), "expected 0 to 100 micrometres per pixel"),
    ],
)
def test_unusable_option_is_one_line_and_status_2(
    analysis: Any,
    cytovox: Run,
    tmp_path: Path,
    write_picture: Write,
    arguments: tuple[str, ...],
    message: str,
) -> None:
    result = cytovox("analyze", write_picture(tmp_path / "a.png"), "-o", tmp_path / "out", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_output_that_is_a_file_is_said(
    analysis: Any, cytovox: Run, tmp_path: Path, write_picture: Write
) -> None:
    (tmp_path / "out").write_text("in the way")
    result = cytovox("analyze", write_picture(tmp_path / "a.png"), "-o", tmp_path / "out")
    assert result.exit_code == 2
    assert "expected a folder for results" in result.stderr


def test_interrupted_run_keeps_what_was_done_on_record(
    analysis: Any, cytovox: Run, tmp_path: Path, write_picture: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.png", "b.png"):
        write_picture(tmp_path / "in" / name)
    whole = batch.write_json

    def stopped(findings: Any, path: Path) -> None:
        if path.name.startswith("b"):
            raise KeyboardInterrupt
        whole(findings, path)

    monkeypatch.setattr(batch, "write_json", stopped)
    result = cytovox("analyze", tmp_path / "in", "-o", tmp_path / "out", "--format", "json")
    assert result.exit_code == 130
    assert files_in(tmp_path / "out") == {"a.findings.json", "manifest.json"}
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["done"] == 1


def test_missing_model_ends_the_run(
    analysis: Any, cytovox: Run, tmp_path: Path, write_picture: Write
) -> None:
    analysis.fail_on, analysis.error = "a.png", BundleError("no bundle 'finder'")
    result = cytovox("analyze", write_picture(tmp_path / "a.png"), "-o", tmp_path / "out")
    assert result.exit_code == 2
    assert "no bundle 'finder'" in result.stderr


def test_failing_writer_leaves_no_file_of_that_picture(
    analysis: Any, cytovox: Run, tmp_path: Path, write_picture: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise InputError("no space left")

    monkeypatch.setattr(batch, "write_png", full)
    result = cytovox("analyze", write_picture(tmp_path / "a.png"), "-o", tmp_path / "out")
    assert result.exit_code == 1
    assert files_in(tmp_path / "out") == {"manifest.json"}
