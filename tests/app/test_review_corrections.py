"""What reviewers corrected leaves the application as training data."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from cytovox.analysis.correction_crops import CUT_OUT_PX, CUT_OUT_UM_PER_PX
from cytovox.app.settings import Settings
from cytovox.cli.program import program
from cytovox.io.corrections import read_corrections
from cytovox.io.smear import open_smear_bytes

SQUARE = [[30, 20], [50, 20], [50, 40], [30, 40]]


def corrected(client, png: bytes, **form: str) -> str:
    """Id of a case in which a cell is renamed, one confirmed, one added, one called unidentified."""
    case_id = client.wait_for(client.upload(png, **form).json()["id"], "done")["id"]
    for wanted in (
        {"kind": "classify", "cell_id": 2, "label": "monocyte", "reviewer": "ann"},
        {"kind": "confirm", "cell_id": 1, "reviewer": "ben"},
        {"kind": "add", "label": "basophil", "polygon": SQUARE},
        {"kind": "classify", "cell_id": 3, "label": "unidentified"},
    ):
        assert client.post(f"/api/cases/{case_id}/edits", json=wanted).status_code == 201
    return case_id


def test_nothing_corrected_is_said(serve, analysis, png: bytes) -> None:
    with serve(Settings(), analysis) as client:
        client.wait_for(client.upload(png).json()["id"], "done")
        answer = client.get("/api/corrections.zip")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "no_corrections")


def test_a_zip_holds_each_cell_that_a_person_named(serve, analysis, png: bytes, tmp_path: Path) -> None:
    with serve(Settings(), analysis) as client:
        case_id = corrected(client, png)
        answer = client.get("/api/corrections.zip")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    (tmp_path / "set.zip").write_bytes(answer.content)
    assert zipfile.ZipFile(io.BytesIO(answer.content)).testzip() is None
    pictures = read_corrections(tmp_path / "set.zip")
    assert [p.name for p in pictures] == [
        f"red_cell/{case_id}-1.png", f"monocyte/{case_id}-2.png", f"basophil/{case_id}-4.png",
    ]  # fmt: skip
    index = zipfile.ZipFile(io.BytesIO(answer.content)).read("index.csv").decode()
    assert (
        f"monocyte/{case_id}-2.png,{pictures[0].split},monocyte,neutrophil,classify,ann,{case_id},2," in index
    )
    assert f"basophil,,add,reviewer,{case_id},4," in index


def test_a_cut_out_has_the_cell_in_its_middle(serve, analysis, png: bytes, tmp_path: Path) -> None:
    """The picture is red to x = 40 and blue beyond; the added cell's middle is there, at 0.1 um per pixel."""
    with serve(Settings(), analysis) as client:
        case_id = corrected(client, png)
        (tmp_path / "set.zip").write_bytes(client.get("/api/corrections.zip").content)
    picture = next(p for p in read_corrections(tmp_path / "set.zip") if p.label == "basophil")
    pixels = open_smear_bytes(picture.read(), picture.name).pixels
    assert pixels.shape == (CUT_OUT_PX, CUT_OUT_PX, 3)
    middle = CUT_OUT_PX // 2
    assert pixels[middle, middle - 4].tolist() == pytest.approx([200, 0, 0], abs=3)
    assert pixels[middle, middle + 4].tolist() == pytest.approx([0, 0, 200], abs=3)
    assert picture.um_per_px == CUT_OUT_UM_PER_PX
    assert case_id in picture.name


def test_cases_are_chosen_by_tag_smear_and_material(serve, analysis, png: bytes, tmp_path: Path) -> None:
    with serve(Settings(), analysis) as client:
        first, second = corrected(client, png), corrected(client, png)
        assert (
            client.patch(f"/api/cases/{first}", json={"tags": ["Odd"], "specimen": "S1"}).status_code == 200
        )

        def cases(query: str) -> set[str]:
            answer = client.get(f"/api/corrections.zip{query}")
            if answer.status_code == 404:
                return set()
            names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
            return {name.partition("/")[2].partition("-")[0] for name in names if "/" in name}

        assert cases("") == {first, second}
        assert cases("?tag=odd") == cases("?specimen=S1") == {first}
        assert cases("?tag=odd&specimen=S2") == cases("?material=marrow") == set()


def test_the_command_line_writes_the_same_set(
    serve, analysis, png: bytes, data_folder: Path, tmp_path: Path
) -> None:
    with serve(Settings(data_folder=data_folder), analysis) as client:
        corrected(client, png)
        (tmp_path / "set.zip").write_bytes(client.get("/api/corrections.zip").content)
    command = ["corrections", "export", "--data-folder", str(data_folder), "-o", str(tmp_path / "set")]
    done = CliRunner().invoke(program, command)
    assert done.exit_code == 0, done.output
    assert "3 cells of 1 pictures" in done.output
    there, here = read_corrections(tmp_path / "set.zip"), read_corrections(tmp_path / "set")
    assert [p.name for p in here] == [p.name for p in there]
    for one, other in zip(here, there, strict=True):
        np.testing.assert_array_equal(
            open_smear_bytes(one.read(), "a").pixels, open_smear_bytes(other.read(), "a").pixels
        )
    again = CliRunner().invoke(program, command)
    assert again.exit_code != 0
    assert not list(tmp_path.glob(".*part"))
