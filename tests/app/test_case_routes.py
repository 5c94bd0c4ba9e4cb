import io
import logging
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from cytovox.app.schemas import FindingsDocument
from cytovox.app.settings import Settings
from cytovox.domain.errors import InputError


def finished(client, data: bytes, name: str = "smear.png", **form: str) -> dict:
    answer = client.upload(data, name, **form)
    assert answer.status_code == 202, answer.text
    case = client.wait_for(answer.json()["id"], "done", "failed")
    assert case["state"] == "done", case
    return case


def test_a_picture_becomes_a_finished_case(client, png: bytes) -> None:
    case = finished(client, png, "my smear.png")
    assert case["name"] == "my smear.png"
    assert (case["width"], case["height"]) == (80, 60)
    assert case["progress"] == 1
    assert case["counts"] == {"red_cells": 1, "white_cells": 1, "platelets": 1, "unidentified": 0}
    assert case["error"] is None
    assert client.get("/api/cases").json()[0] == case


def test_findings_are_the_document_that_the_api_describes(client, png: bytes) -> None:
    case = finished(client, png)
    document = FindingsDocument.model_validate_json(client.get(f"/api/cases/{case['id']}/findings.json").text)
    assert [cell.label for cell in document.cells] == ["red_cell", "neutrophil", "platelet"]
    assert document.cells[1].coarse == "white_cell"
    assert document.cells[1].best == "neutrophil"
    assert document.cells[1].prediction_set == ["neutrophil"]
    assert document.cells[1].unfamiliarity is None
    assert not document.cells[1].unidentified
    assert document.level is None
    assert document.cells[1].probabilities == pytest.approx(
        {"neutrophil": 0.85, "lymphocyte": 0.1, "red_cell": 0.02, "white_cell": 0.02}, abs=1e-3
    )
    assert document.scale.origin == "estimated"
    # 32 corners on a circle of radius 15 px at 0.1 um a pixel
    assert document.cells[1].area_um2 == pytest.approx(0.01 * 16 * 225 * np.sin(np.pi / 16), rel=1e-3)


def test_results_can_be_downloaded_under_a_safe_name(client, png: bytes) -> None:
    case = finished(client, png, 'ab"c; é.png')
    csv = client.get(f"/api/cases/{case['id']}/cells.csv")
    assert csv.headers["content-type"].startswith("text/csv")
    assert csv.headers["content-disposition"] == 'inline; filename="ab-c-cells.csv"' or csv.headers[
        "content-disposition"
    ].endswith('-cells.csv"')
    assert csv.headers["content-disposition"].count('"') == 2
    assert len(csv.text.strip().splitlines()) == 4
    overlay = client.get(f"/api/cases/{case['id']}/overlay.png")
    assert overlay.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(overlay.content)).format == "PNG"


def test_the_map_comes_as_indices_in_their_colours(client, png: bytes) -> None:
    case = finished(client, png)
    answer = client.get(f"/api/cases/{case['id']}/map.png")
    assert answer.headers["content-type"] == "image/png"
    with Image.open(io.BytesIO(answer.content)) as stored:
        assert (stored.mode, stored.size) == ("P", (80, 60))
        assert (np.array(stored) == 9).sum() == 800
        assert stored.convert("RGB").getpixel((0, 0)) == (0, 255, 0)
    with Image.open(io.BytesIO(client.get(f"/api/cases/{case['id']}/map-with-legend.png").content)) as legend:
        assert legend.width == 80
        assert legend.height > 60
    document = client.get(f"/api/cases/{case['id']}/findings.json").json()
    assert document["map_pixels"]["red_cell"] == 800
    assert sum(document["map_pixels"].values()) == 80 * 60


def test_cells_go_to_qupath_and_to_coco(client, png: bytes) -> None:
    case = finished(client, png, "my smear.png")
    geojson = client.get(f"/api/cases/{case['id']}/cells.geojson")
    assert geojson.headers["content-type"] == "application/geo+json"
    assert geojson.headers["content-disposition"].endswith('"my-smear-cells.geojson"')
    assert [f["properties"]["classification"]["name"] for f in geojson.json()["features"]] == [
        "red cell",
        "neutrophil",
        "platelet",
    ]
    coco = client.get(f"/api/cases/{case['id']}/coco.json").json()
    assert coco["images"][0]["file_name"] == "my smear.png"
    assert len(coco["annotations"]) == 3


def test_a_case_without_a_map_has_none(client, png: bytes) -> None:
    case = finished(client, png, "mapless.png")
    assert client.get(f"/api/cases/{case['id']}/findings.json").json()["map_pixels"] is None
    answer = client.get(f"/api/cases/{case['id']}/map.png")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_there"


def test_a_given_scale_reaches_the_analysis(client, png: bytes) -> None:
    case = finished(client, png, mpp_um="0.2")
    assert case["mpp_um"] == 0.2
    findings = client.get(f"/api/cases/{case['id']}/findings.json").json()
    assert findings["scale"]["origin"] == "given"
    assert findings["scale"]["mpp_um"] == 0.2


def test_a_case_is_of_the_material_that_it_was_uploaded_as(client, png: bytes) -> None:
    assert finished(client, png)["material"] == "blood"
    assert finished(client, png, material="marrow")["material"] == "marrow"
    refused = client.upload(png, material="urine")
    assert refused.status_code == 422
    assert "'blood' or 'marrow'" in refused.json()["error"]["message"]


def test_what_is_said_of_a_picture_comes_with_it(client, png: bytes) -> None:
    said = {"subject": " P-1\t", "specimen": "S-12", "tag": ["Monday", "monday", " "]}
    case = client.upload(png, **said).json()
    assert (case["subject"], case["specimen"], case["tags"]) == ("P-1", "S-12", ["Monday"])
    assert client.get(f"/api/cases/{case['id']}").json()["specimen"] == "S-12"
    assert client.upload(png, specimen="x" * 65).status_code == 422
    assert client.upload(png, tag=["x"] * 21).status_code == 422
    assert client.upload(png, tag=["x" * 41]).status_code == 422


@pytest.mark.parametrize("mpp_um", ["0", "-1", "1000", "nan", "inf", "small", "2.1"])
def test_an_impossible_scale_is_refused(client, png: bytes, mpp_um: str) -> None:
    answer = client.upload(png, mpp_um=mpp_um)
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "invalid_request"
    assert "mpp_um" in answer.json()["error"]["message"]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_plain_picture_is_shown_as_it_came(client, picture, kind: str) -> None:
    data = picture(kind)
    case = finished(client, data, f"a.{kind.lower()}")
    shown = client.get(f"/api/cases/{case['id']}/picture")
    assert shown.content == data
    assert shown.headers["content-type"] == f"image/{kind.lower()}"


@pytest.mark.parametrize("kind", ["TIFF", "BMP"])
def test_what_a_browser_cannot_show_becomes_png_with_the_same_pixels(client, picture, kind: str) -> None:
    data = picture(kind)
    case = finished(client, data, f"a.{kind.lower()}")
    shown = client.get(f"/api/cases/{case['id']}/picture")
    assert shown.headers["content-type"] == "image/png"
    np.testing.assert_array_equal(
        np.array(Image.open(io.BytesIO(shown.content))), np.array(Image.open(io.BytesIO(data)))
    )


def test_a_turned_phone_picture_is_shown_upright_on_the_grid_of_the_outlines(client, picture) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter clockwise to see it upright
    case = finished(client, picture("JPEG", exif=exif, quality=95), "phone.jpg")
    assert (case["width"], case["height"]) == (60, 80)
    shown = Image.open(io.BytesIO(client.get(f"/api/cases/{case['id']}/picture").content))
    assert shown.size == (60, 80)
    assert shown.getexif().get(0x0112, 1) == 1
    # The left, red, half of the file is the top after the turn.
    red, _, blue = np.array(shown.convert("RGB"), int)[10, 30]
    assert red > blue + 100


def test_thumbnail_is_a_small_jpeg(client, picture) -> None:
    case = finished(client, picture("PNG", width=600, height=300))
    thumbnail = Image.open(io.BytesIO(client.get(f"/api/cases/{case['id']}/thumbnail.jpg").content))
    assert thumbnail.format == "JPEG"
    assert thumbnail.size == (480, 240)


@pytest.mark.parametrize(
    ("data", "name", "status", "code"),
    [
        (b"hello, I am text", "smear.txt", 415, "not_a_picture"),
        (b"%PDF-1.7 ...", "report.pdf", 415, "not_a_picture"),
        (b"", "empty.png", 422, "picture_unreadable"),
        (b"\x89PNG\r\n\x1a\n", "cut.png", 422, "picture_unreadable"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "cut.jpg", 422, "picture_unreadable"),
        (b"II*\0\x08\0\0\0", "cut.tif", 422, "picture_unreadable"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "cut.webp", 422, "picture_unreadable"),
    ],
)
def test_what_is_not_a_whole_picture_is_refused_by_name(client, data, name, status, code) -> None:
    answer = client.upload(data, name)
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert error["code"] == code
    assert name in error["message"]
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.8])
def test_a_truncated_picture_is_refused(client, picture, kind: str, share: float) -> None:
    data = picture(kind)
    answer = client.upload(data[: int(len(data) * share)], f"cut.{kind.lower()}")
    assert answer.status_code in {415, 422}, answer.text
    assert "cut." in answer.json()["error"]["message"]


def test_too_many_pixels_are_refused(client, picture) -> None:
    answer = client.upload(picture("PNG", width=500, height=401))
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "too_many_pixels"
    assert "500 × 401" in answer.json()["error"]["message"]


def test_an_upload_without_a_picture_is_refused(client) -> None:
    answer = client.post("/api/cases", data={"mpp_um": "0.1"})
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "invalid_request"


@pytest.mark.parametrize(
    "case_id", ["0" * 32, "nothing", "..", "%2e%2e", "..%2f..%2fetc", "0" * 31 + "/", "A" * 32]
)
@pytest.mark.parametrize(
    "file", ["", "/picture", "/findings.json", "/cells.csv", "/overlay.png", "/thumbnail.jpg"]
)
def test_there_is_nothing_under_an_unknown_id(client, case_id: str, file: str) -> None:
    answer = client.get(f"/api/cases/{case_id}{file}")
    assert answer.status_code in {404, 422} or answer.text.startswith("<!doctype html>")
    assert "root:" not in answer.text


def test_a_deleted_case_and_its_files_are_no_longer_shown(serve, analysis, png: bytes) -> None:
    with serve(Settings(), analysis) as client:
        case = finished(client, png)
        assert client.delete(f"/api/cases/{case['id']}").status_code == 204
        assert client.get(f"/api/cases/{case['id']}").status_code == 404
        assert client.delete(f"/api/cases/{case['id']}").status_code == 404
        assert client.get(f"/api/cases/{case['id']}/picture").status_code == 404
        assert client.get("/api/cases").json() == []


def test_results_are_not_there_before_the_end(serve, gate, png: bytes) -> None:
    with serve(Settings(), gate) as client:
        case_id = client.upload(png).json()["id"]
        gate.entered.wait(10)
        case = client.wait_for(case_id, "running")
        assert client.get(f"/api/cases/{case_id}/findings.json").status_code == 404
        assert client.get(f"/api/cases/{case_id}/picture").status_code == 200
        assert case["counts"] is None
        gate.release.set()
        client.wait_for(case_id, "done")
        assert client.get(f"/api/cases/{case_id}/findings.json").status_code == 200


def test_a_failed_analysis_says_why(serve, png: bytes) -> None:
    def refuse(_image, _progress):
        raise InputError("smear.png: expected a smear, got a cat")

    with serve(Settings(), refuse) as client:
        case = client.wait_for(client.upload(png).json()["id"], "failed")
    assert case["error"] == {"code": "analysis_failed", "message": "smear.png: expected a smear, got a cat"}


def test_an_unexpected_error_stays_in_the_log(serve, png: bytes, caplog) -> None:
    def break_down(_image, _progress):
        raise RuntimeError("secret detail")

    with caplog.at_level(logging.ERROR), serve(Settings(), break_down) as client:
        case = client.wait_for(client.upload(png).json()["id"], "failed")
        assert client.wait_for(client.upload(png).json()["id"], "failed")["error"] == case["error"]
    assert case["error"]["code"] == "internal_error"
    assert "secret" not in str(case)
    assert "secret detail" in caplog.text


def test_many_uploads_at_once_all_finish_and_keep_their_names(serve, analysis, png: bytes) -> None:
    names = [f"smear-{i}.png" for i in range(16)]
    with serve(Settings(), analysis) as client:
        with ThreadPoolExecutor(8) as pool:
            ids = [a.json()["id"] for a in pool.map(lambda name: client.upload(png, name), names)]
        assert [client.wait_for(case_id, "done")["name"] for case_id in ids] == names
        assert len(client.get("/api/cases").json()) == 16


def test_sample_smear_is_one_call_away(serve, analysis) -> None:
    with serve(Settings(), analysis) as client:
        case = client.wait_for(client.post("/api/cases/sample").json()["id"], "done")
    assert case["sample"] is True
    assert case["name"] == "sample-smear.jpg"
    assert case["width"] >= 640


def test_a_file_is_saved_under_the_letters_of_its_name(client, png: bytes) -> None:
    case = finished(client, png, "Ausstrich Müller é 1.png")
    saved = client.get(f"/api/cases/{case['id']}/cells.csv").headers["content-disposition"]
    assert saved == 'inline; filename="Ausstrich-Muller-e-1-cells.csv"'
