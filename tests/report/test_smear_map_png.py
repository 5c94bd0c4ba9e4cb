import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from cytovox.domain.colour import rgb
from cytovox.domain.errors import InputError
from cytovox.domain.findings import SmearFindings
from cytovox.domain.smear_map import SmearMap
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.report.smear_map_png import map_png, write_map

COLOURS = np.array([rgb(c.colour) for c in load_taxonomy("smear_map")], np.uint8)


@pytest.fixture
def mapped(make_findings: Any) -> SmearFindings:
    """Findings with a map of all ten classes in columns, whose raw map is upside down."""
    findings = make_findings()
    classes = np.zeros((findings.height, findings.width), np.uint8)
    classes[:] = np.arange(findings.width, dtype=np.uint8) // 16
    classes[0] = 0
    return replace(findings, smear_map=SmearMap(classes, classes[::-1].copy()))


def stored_indices(png: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(png)) as stored:
        assert stored.mode == "P"
        return np.array(stored)


def shown_colours(png: bytes) -> np.ndarray:
    return cv2.cvtColor(cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)


@pytest.mark.parametrize("raw", [False, True])
def test_indices_and_fixed_colours_read_back(mapped: SmearFindings, raw: bool) -> None:
    expected = mapped.smear_map.raw if raw else mapped.smear_map.classes
    png = map_png(mapped, raw=raw, legend=False)
    np.testing.assert_array_equal(stored_indices(png), expected)
    np.testing.assert_array_equal(shown_colours(png), COLOURS[expected])


def test_the_legend_stands_below_and_changes_no_pixel(mapped: SmearFindings) -> None:
    png = map_png(mapped)
    indices, colours = stored_indices(png), shown_colours(png)
    height = mapped.height
    np.testing.assert_array_equal(indices[:height], mapped.smear_map.classes)
    assert indices.shape[0] > height + 20
    strip = indices[height:]
    for index, colour in enumerate(COLOURS):
        assert (strip == index).sum() >= 30
        assert (colours[height:][strip == index] == colour).all()
    # The letters are grey, bright on dark.
    letters = colours[height:][strip >= len(COLOURS)].astype(int)
    assert (letters.max(axis=1) == letters.min(axis=1)).all()
    assert letters.min() < 30
    assert letters.max() > 220


def test_the_legend_gives_the_share_of_the_picture(
    mapped: SmearFindings, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    monkeypatch.setattr("cytovox.report.legend.write", lambda _canvas, text, *_: written.append(text))
    classes = np.zeros((100, 160), np.uint8)
    classes[:25] = 9
    classes[99, 0] = 8
    map_png(replace(mapped, height=100, smear_map=SmearMap(classes, classes)))
    assert "healthy red cell: 25.0 %" in written
    assert "infected red cell: below 0.1 %" in written
    assert "monocyte: 0.0 %" in written
    assert "Not a medical device" in " ".join(written)


def test_the_file_carries_the_notice(mapped: SmearFindings, tmp_path: Path) -> None:
    write_map(mapped, tmp_path / "a.map.png", legend=False)
    assert b"tEXtDisclaimer\0Research and education use only" in (tmp_path / "a.map.png").read_bytes()
    np.testing.assert_array_equal(
        stored_indices((tmp_path / "a.map.png").read_bytes()), mapped.smear_map.classes
    )


def test_findings_without_a_map_have_none_to_draw(make_findings: Any) -> None:
    with pytest.raises(InputError, match=r"smear\.png.*expected findings with a map"):
        map_png(make_findings())
