import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import pytest
from tests.report.report_texts import html_text, pdf_pages, squeezed

Run = Callable[..., Any]
Write = Callable[[Path], Path]


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def summary(folder: Path) -> list[dict[str, str]]:
    return list(csv.DictReader((folder / "reports.csv").read_text("utf-8-sig").splitlines()))


def test_a_picture_gives_a_pdf_and_a_line_of_the_summary(
    analysis: Any, cytovox: Run, tmp_path: Path, write_picture: Write
) -> None:
    result = cytovox("report", write_picture(tmp_path / "smear.png"), "-o", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert names(tmp_path / "out") == {"smear.report.pdf", "reports.csv"}
    told = "".join(pdf_pages((tmp_path / "out" / "smear.report.pdf").read_bytes()))
    assert squeezed("Not signed") in told
    assert squeezed("1 white cell counted") in told
    assert analysis.smear_maps == [True]
    (line,) = summary(tmp_path / "out")
    assert (line["name"], line["counted"], line["neutrophil_count"]) == ("smear.png", "1", "1")
    assert (line["neutrophil_low"], line["neutrophil_high"]) == ("2.5", "100.0")
    assert line["files"] == "smear.report.pdf"
    assert "few_cells" in line["suggestions"]


def test_every_form_of_many_pictures_and_one_that_fails(
    analysis: Any, cytovox: Run, tmp_path: Path, write_picture: Write
) -> None:
    for name in ("a.png", "b.png"):
        write_picture(tmp_path / "in" / name)
    (tmp_path / "in" / "broken.png").write_bytes(b"no picture")
    result = cytovox("report", tmp_path / "in", "-o", tmp_path / "out", "--format", "PDF,html,csv,json,fhir")
    assert result.exit_code == 1
    assert "2 done, 1 failed" in result.output
    assert result.stderr.count("broken.png") == 1
    forms = {f"{stem}.report.{form}" for stem in "ab" for form in ("pdf", "html", "csv", "json", "fhir.json")}
    assert names(tmp_path / "out") == forms | {"reports.csv"}
    assert [bool(line["error"]) for line in summary(tmp_path / "out")] == [False, False, True]


def test_pictures_of_one_smear_are_one_count(
    analysis: Any, cytovox: Run, tmp_path: Path, write_picture: Write
) -> None:
    for name in ("a.png", "b.png"):
        write_picture(tmp_path / "in" / name)
    arguments = ("--together", "S 3/7", "--format", "json", "--material", "blood")
    result = cytovox("report", tmp_path / "in", "-o", tmp_path / "out", *arguments)
    assert result.exit_code == 0, result.output
    assert names(tmp_path / "out") == {"S-3-7.report.json", "reports.csv"}
    report = json.loads((tmp_path / "out" / "S-3-7.report.json").read_text())
    assert (report["subject"], report["differential"]["total"]) == ("S 3/7", 2)
    assert [picture["source"] for picture in report["pictures"]] == ["a.png", "b.png"]


def test_a_count_never_lacks_a_picture_in_silence(
    analysis: Any, cytovox: Run, tmp_path: Path, write_picture: Write
) -> None:
    write_picture(tmp_path / "in" / "a.png")
    (tmp_path / "in" / "broken.png").write_bytes(b"no picture")
    result = cytovox("report", tmp_path / "in", "-o", tmp_path / "out", "--together", "S")
    assert result.exit_code == 2
    assert names(tmp_path / "out") == set()


def test_findings_are_reported_with_the_picture_beside_them_or_without(
    analysis: Any, cytovox: Run, tmp_path: Path, write_picture: Write
) -> None:
    picture = write_picture(tmp_path / "smear.png")
    assert cytovox("analyze", picture, "-o", tmp_path / "found", "--format", "json").exit_code == 0
    findings = tmp_path / "found" / "smear.findings.json"
    seen = len(analysis.images)
    result = cytovox("report", findings, "-o", tmp_path / "out", "--format", "html")
    assert result.exit_code == 0, result.output
    assert len(analysis.images) == seen
    page = html_text((tmp_path / "out" / "smear.report.html").read_bytes())
    assert squeezed("the picture was not at hand") in page
    assert squeezed("1 white cell counted") in page


def test_another_picture_beside_findings_is_refused(
    analysis: Any, cytovox: Run, tmp_path: Path, write_picture: Write
) -> None:
    picture = write_picture(tmp_path / "smear.png")
    assert cytovox("analyze", picture, "-o", tmp_path, "--format", "json").exit_code == 0
    assert cv2.imwrite(str(picture), cv2.imread(str(picture)) // 2)
    result = cytovox("report", tmp_path / "smear.findings.json", "-o", tmp_path / "out")
    assert result.exit_code == 1
    assert "got another one" in " ".join(result.output.split())


def test_own_reference_ranges_are_used(
    analysis: Any, cytovox: Run, tmp_path: Path, write_picture: Write
) -> None:
    picture = write_picture(tmp_path / "smear.png")
    own = {"blood": [{"key": "neutrophil", "low": 1, "high": 99, "source": "our own, 2026"}]}
    (tmp_path / "ranges.json").write_text(json.dumps(own))
    arguments = ("--format", "html", "--reference-ranges", tmp_path / "ranges.json")
    assert cytovox("report", picture, "-o", tmp_path / "out", *arguments).exit_code == 0
    page = html_text((tmp_path / "out" / "smear.report.html").read_bytes())
    assert squeezed("our own, 2026") in page


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "lists"),
        ('{"blood": [{"key": "neutrophil"}]}', "lists"),
        ('{"blood": [{"key": "neutrophil", "low": 9, "high": 1, "source": "s"}]}', "low <= high"),
    ],
)
def test_wrong_ranges_end_the_run(
    analysis: Any, cytovox: Run, tmp_path: Path, write_picture: Write, content: str, said: str
) -> None:
    (tmp_path / "ranges.json").write_text(content)
    picture = write_picture(tmp_path / "smear.png")
    result = cytovox(
        "report", picture, "-o", tmp_path / "out", "--reference-ranges", tmp_path / "ranges.json"
    )
    assert result.exit_code == 2
    assert said in " ".join(result.output.split())


@pytest.mark.parametrize("content", ["[]", "{", '{"schema": "cytovox.smear-findings/1"}', '{"schema": "x"}'])
def test_json_that_is_no_findings_fails_alone(
    analysis: Any, cytovox: Run, tmp_path: Path, write_picture: Write, content: str
) -> None:
    (tmp_path / "odd.json").write_text(content)
    picture = write_picture(tmp_path / "smear.png")
    result = cytovox("report", tmp_path / "odd.json", picture, "-o", tmp_path / "out")
    assert result.exit_code == 1
    assert "defect" not in result.output
    assert "smear.report.pdf" in names(tmp_path / "out")


def test_unknown_formats_end_the_run(analysis: Any, cytovox: Run, tmp_path: Path) -> None:
    result = cytovox("report", tmp_path, "-o", tmp_path / "out", "--format", "docx")
    assert result.exit_code == 2
    assert "pdf, html, csv, json, fhir" in " ".join(result.output.split())
