"""A stack from upload to planes, volumes and time line, as a script would see it."""

import io
import json
import logging
import zipfile
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from PIL import Image
from tests.app.stacks import PATIENT, SHAPE, SPACING_MM, dicom_zip, nifti, organs, phantom

from cytovox.app.settings import Settings

TABLE = {"label_names": "totalsegmentator_ct"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator:
    from tests.app.conftest import fast_analysis, serving

    folder = tmp_path_factory.mktemp("data")
    with serving(Settings(data_folder=folder, stack_limit_mb=1, upload_limit_mb=0.01), fast_analysis) as site:
        yield site


@pytest.fixture(scope="module")
def upload(site) -> Callable:
    def uploaded(stack: bytes, name: str = "abdomen.zip", labels: bytes | None = None, **form: str) -> dict:
        sent = {"stack": (name, stack)} | ({"labels": ("labels.nii", labels)} if labels else {})
        answer = site.post("/api/stacks", files=sent, data=form)
        assert answer.status_code == 202, answer.text
        return site.wait_for(answer.json()["id"], "done", "failed")

    return uploaded


@pytest.fixture(scope="module")
def case_id(upload: Callable) -> str:
    case = upload(dicom_zip(phantom()), labels=nifti(organs()), **TABLE)
    assert case["state"] == "done", case
    return case["id"]


def plane(site, path: str) -> np.ndarray:
    answer = site.get(path)
    assert answer.status_code == 200
    shape = (int(answer.headers["x-height"]), int(answer.headers["x-width"]))
    return np.frombuffer(answer.content, np.dtype(answer.headers["x-type"]).newbyteorder("<")).reshape(shape)


def test_planes_hold_the_voxels_in_radiological_order(site, case_id: str) -> None:
    voxels, labels = phantom(), organs()
    for name, index, expected in (
        ("axial", 2, lambda a: a[2]),
        ("coronal", 3, lambda a: a[::-1, 3]),
        ("sagittal", 25, lambda a: a[::-1, :, 25]),
    ):
        assert np.array_equal(plane(site, f"/api/cases/{case_id}/planes/{name}/{index}"), expected(voxels))
        assert np.array_equal(
            plane(site, f"/api/cases/{case_id}/label-planes/{name}/{index}"), expected(labels)
        )
    answer = site.get(f"/api/cases/{case_id}/planes/coronal/3")
    assert (answer.headers["x-pixel-mm"], answer.headers["content-encoding"]) == ("1 5", "gzip")


def test_the_page_tells_letters_spacing_and_where_organs_are(site, case_id: str) -> None:
    page = site.get(f"/api/cases/{case_id}/stack.json").json()
    assert page["shape"] == list(SHAPE)
    assert page["spacing_mm"] == list(SPACING_MM)
    assert page["planes"]["coronal"]["letters"] == {"left": "R", "right": "L", "top": "H", "bottom": "F"}
    assert page["labels"]["presence"]["axial"] == {"1": [[8, 11]], "5": [[1, 3]]}
    for label, (axial, coronal, sagittal) in page["labels"]["places"].items():
        assert organs()[axial, coronal, sagittal] == int(label)


def test_volumes_are_those_of_the_voxels(site, case_id: str) -> None:
    found = site.get(f"/api/cases/{case_id}/findings.json").json()
    schema = files("cytovox.report").joinpath("volume-findings-1.schema.json").read_text(encoding="utf-8")
    jsonschema.validate(found, json.loads(schema))
    measured = {organ["key"]: (organ["volume_ml"], organ["cut"]) for organ in found["organs"]}
    assert measured == {"spleen": (1.28, True), "liver": (0.72, False)}
    assert "Research and education use only" in found["notice"]


def test_results_can_be_taken_away(site, case_id: str) -> None:
    assert site.get(f"/api/cases/{case_id}/organs.csv").text.count("\n") == 3
    assert site.get(f"/api/cases/{case_id}/organs.glb").content[:4] == b"glTF"
    assert site.get(f"/api/cases/{case_id}/labels.nii.gz").content[:2] == b"\x1f\x8b"
    stl = site.get(f"/api/cases/{case_id}/organs.stl").content
    assert len(stl) == 84 + 50 * int.from_bytes(stl[80:84], "little") > 5000
    archive = zipfile.ZipFile(io.BytesIO(site.get(f"/api/cases/{case_id}/organs.obj.zip").content))
    obj = archive.read("organs.obj").decode()
    assert [line for line in obj.splitlines() if line.startswith("o ")] == [
        "o spleen - spleen",
        "o liver - liver",
    ]
    answer = site.get(f"/api/cases/{case_id}/labels.dcm")
    assert answer.content[128:132] == b"DICM"
    assert answer.headers["content-disposition"] == 'inline; filename="abdomen-labels.dcm"'


def test_the_sample_stack_is_a_case_with_its_organs(site) -> None:
    case = site.post("/api/stacks/sample").json()
    assert case["sample"]
    assert site.wait_for(case["id"], "done", "failed")["state"] == "done"
    findings = site.get(f"/api/cases/{case['id']}/findings.json").json()
    assert findings["modality"] == "CT"
    assert {organ["key"] for organ in findings["organs"]} >= {"liver", "spleen", "vertebrae", "small_bowel"}


def test_the_list_shows_a_slice(site, case_id: str) -> None:
    listed = next(case for case in site.get("/api/cases").json() if case["id"] == case_id)
    assert (listed["kind"], listed["width"], listed["height"]) == ("volume", SHAPE[2], SHAPE[1])
    picture = Image.open(io.BytesIO(site.get(f"/api/cases/{case_id}/thumbnail.jpg").content))
    assert picture.size == (320, 320)
    assert np.asarray(picture.convert("L")).max() > 100


def test_another_scan_of_the_same_upload_is_a_case_of_its_own(site, upload: Callable) -> None:
    small = dicom_zip(phantom(1)[:6], series="chest")
    case = upload(dicom_zip(phantom(), more=small), labels=nifti(organs()), **TABLE)
    series = site.get(f"/api/cases/{case['id']}/stack.json").json()["series"]
    assert [scan["description"] for scan in series["scans"]] == ["abdomen", "chest"]
    assert series["taken"] == 1
    answer = site.post(f"/api/cases/{case['id']}/series/9")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "stack_unusable")
    other = site.post(f"/api/cases/{case['id']}/series/2")
    assert (other.status_code, other.json()["name"]) == (202, "abdomen.zip")


def nifti_zip(files: dict[str, np.ndarray]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, voxels in files.items():
            archive.writestr(name, nifti(voxels))
    return buffer.getvalue()


def volumes_ml(site, case: dict) -> dict[str, float]:
    assert case["state"] == "done", case
    found = site.get(f"/api/cases/{case['id']}/findings.json").json()
    assert found["label_origin"] == "imported"
    return {organ["key"]: organ["volume_ml"] for organ in found["organs"]}


def test_a_label_map_within_the_upload_is_taken_and_named(site, upload: Callable) -> None:
    masks = {
        f"s1/segmentations/{name}.nii": np.uint8(organs() == n) for name, n in (("liver", 5), ("spleen", 1))
    }
    case = upload(nifti_zip({"s1/ct.nii": phantom(), **masks}))
    assert volumes_ml(site, case) == {"liver": 0.72, "spleen": 1.28}
    warnings = site.get(f"/api/cases/{case['id']}/findings.json").json()["warnings"]
    assert "'segmentations (2 masks)' was taken for the label map" in warnings[-2]["message"]
    page = site.get(f"/api/cases/{case['id']}/upload").json()
    assert [scan["description"] for scan in page["series"]["scans"]] == ["ct"]
    assert (page["label_maps"], page["label_map"], page["own_file"]) == (
        ["segmentations (2 masks)"],
        None,
        False,
    )


def test_where_several_label_maps_may_be_meant_one_is_chosen_in_one_step(site, upload: Callable) -> None:
    files = {"ct.nii": phantom(), "a_seg.nii": organs(), "b_seg.nii": np.uint8(organs() == 1)}
    case = upload(nifti_zip(files), **TABLE)
    assert case["state"] == "failed"
    told = "abdomen.zip: for 'ct' 2 label maps may be meant: 1 'a_seg.nii'; 2 'b_seg.nii'; choose one"
    assert case["error"]["message"].startswith(told)
    assert site.get(f"/api/cases/{case['id']}/upload").json()["label_maps"] == ["a_seg.nii", "b_seg.nii"]
    for choice, expected in (("1", {"liver": 0.72, "spleen": 1.28}), ("b_seg.nii", {"spleen": 1.28})):
        other = site.post(f"/api/cases/{case['id']}/series/1", params={"label_map": choice})
        assert other.status_code == 202
        done = site.wait_for(other.json()["id"], "done", "failed")
        assert volumes_ml(site, done) == expected
    direct = upload(nifti_zip(files), label_map="2", **TABLE)
    assert volumes_ml(site, direct) == {"spleen": 1.28}
    nowhere = upload(nifti_zip(files), label_map="c_seg.nii")
    assert "no label map 'c_seg.nii'" in nowhere["error"]["message"]


def test_a_label_map_alone_has_volumes_and_a_scene(site, upload: Callable) -> None:
    case = upload(nifti(organs()), "organs.nii", **TABLE)
    assert volumes_ml(site, case) == {"liver": 0.72, "spleen": 1.28}
    assert (case["width"], case["height"]) == (SHAPE[2], SHAPE[1])
    assert site.get(f"/api/cases/{case['id']}/organs.glb").content[:4] == b"glTF"
    assert np.array_equal(plane(site, f"/api/cases/{case['id']}/planes/axial/2"), organs()[2] > 0)


def test_only_stacks_have_an_upload_page(site) -> None:
    assert site.get(f"/api/cases/{'0' * 32}/upload").status_code == 404


def test_scans_of_one_person_are_a_time_line(site, upload: Callable) -> None:
    ids = [
        upload(dicom_zip(phantom(), day=day), labels=nifti(organs() * grown), **TABLE)["id"]
        for day, grown in (("20240119", 1), ("20240105", 1))
    ]
    scans = site.get(f"/api/cases/{ids[0]}/scans").json()
    own = [(scan["case_id"], scan["days"]) for scan in scans if scan["case_id"] in ids]
    assert own == [(ids[1], 0), (ids[0], 14)]
    assert scans[0]["organs"][0] | {"colour": ""} == {
        "key": "spleen",
        "name": "spleen",
        "colour": "",
        "volume_ml": 1.28,
        "cut": True,
    }


@pytest.mark.parametrize(
    ("content", "name", "status", "code"),
    [
        (b"no scan at all", "notes.txt", 415, "not_a_stack"),
        (b"no scan at all", "scan.nii.gz", 422, "stack_unusable"),
        (b"\0" * 2_000_000, "scan.nii", 413, "upload_too_large"),
    ],
)
def test_what_is_no_stack_is_refused(site, content: bytes, name: str, status: int, code: str) -> None:
    answer = site.post("/api/stacks", files={"stack": (name, content)})
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    told = answer.json()["error"]["message"]
    assert told.startswith(name) or status == 413


def test_an_archive_that_leads_out_of_itself_is_refused(site) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("../escaped", b"x")
    answer = site.post("/api/stacks", files={"stack": ("scan.zip", buffer.getvalue())})
    assert answer.status_code == 422
    assert answer.json()["error"]["message"].startswith("scan.zip: ")


def test_a_label_map_that_does_not_fit_fails_its_case_with_a_sentence(upload: Callable) -> None:
    case = upload(dicom_zip(phantom()), labels=b"no labels")
    assert case["state"] == "failed"
    assert case["error"]["message"].startswith("labels.nii")


def test_planes_that_are_not_there(site, case_id: str) -> None:
    for path in ("planes/axial/12", "label-planes/coronal/99"):
        assert site.get(f"/api/cases/{case_id}/{path}").json()["error"]["code"] == "no_such_plane"
    assert site.get(f"/api/cases/{case_id}/planes/oblique/1").status_code == 422
    assert site.get(f"/api/cases/{'0' * 32}/planes/axial/1").status_code == 404
    bare = upload_without_organs(site)
    assert site.get(f"/api/cases/{bare}/label-planes/axial/1").json()["error"]["code"] == "no_organs"


def upload_without_organs(site) -> str:
    sent = {"stack": ("a.nii", nifti(phantom())), "labels": ("l.nii", nifti(np.zeros(SHAPE, np.uint8)))}
    case = site.post("/api/stacks", files=sent).json()
    assert site.wait_for(case["id"], "done", "failed")["state"] == "done"
    return case["id"]


def test_nothing_tells_who_the_patient_is(
    site, upload: Callable, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    case_id = upload(dicom_zip(phantom()), labels=nifti(organs()), **TABLE)["id"]
    told = [
        json.dumps(site.get(path).json()).encode() for path in ("/api/cases", f"/api/cases/{case_id}/scans")
    ]
    results = (
        "findings.json",
        "stack.json",
        "organs.csv",
        "organs.glb",
        "organs.stl",
        "labels.nii.gz",
        "labels.dcm",
    )
    told += [site.get(f"/api/cases/{case_id}/{file}").content for file in (*results, "thumbnail.jpg")]
    told += [caplog.text.encode(), "".join(capfd.readouterr()).encode()]
    ordinal = b"738890"  # 5 January 2024 as a count of days is a date, too
    for secret in (*(value.split("^")[0].encode() for value in PATIENT.values()), b"20240105", ordinal):
        assert not any(secret in text for text in told), secret


def test_a_library_that_quotes_a_header_is_not_quoted(
    tmp_path: Path, serve: Callable, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ValueError(f"odd value in {PATIENT['PatientName']}")

    monkeypatch.setattr("cytovox.app.volume_jobs.open_study", fails)
    with serve(Settings(data_folder=tmp_path), lambda image, progress: None) as site:
        case = site.post("/api/stacks", files={"stack": ("a.zip", dicom_zip(phantom()))}).json()
        case = site.wait_for(case["id"], "failed")
    assert case["error"]["code"] == "internal_error"
    assert "ValueError" in caplog.text
    assert "Wunderlich" not in caplog.text + json.dumps(case)
