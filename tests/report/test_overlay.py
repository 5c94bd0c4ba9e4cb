import struct
import zlib
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest

from cytovox.domain.colour import rgb
from cytovox.domain.errors import InputError
from cytovox.domain.findings import SmearFindings
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.report import NOTICE
from cytovox.report.overlay import choose_pen, draw_overlay, overlay_png


def blank(findings: Any, grey: int = 200) -> np.ndarray:
    return np.full((findings.height, findings.width, 3), grey, np.uint8)


def decoded(png: bytes) -> np.ndarray:
    return cv2.cvtColor(cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)


def test_picture_given_stays_as_it_was_and_size_is_kept(make_findings: Any) -> None:
    findings = make_findings()
    pixels = blank(findings)
    drawn = draw_overlay(pixels, findings)
    assert (pixels == 200).all()
    assert drawn.shape == pixels.shape
    assert (drawn != 200).any()


@pytest.mark.parametrize("label", ["red_cell", "neutrophil", "platelet", "lymphocyte"])
def test_outline_has_the_class_colour_and_lies_on_the_circle(make_findings: Any, label: str) -> None:
    findings = make_findings([(label, 320, 240, 150)], width=640, height=480)
    drawn = draw_overlay(blank(findings), findings).astype(int)
    colour = np.array(rgb(load_taxonomy("blood")[label].colour))
    y, x = np.nonzero(np.abs(drawn - colour).max(axis=2) < 40)
    below = y > 120  # the label stands above
    # Outlines have pixel centres at one half.
    radius = np.hypot(x + 0.5 - 320, y + 0.5 - 240)[below]
    assert abs(np.median(radius) - 150) < 0.3
    assert np.abs(radius - 150).max() < 3.5  # OpenCV draws a line of 2 px about 3.7 px wide
    degrees = np.degrees(np.arctan2(y + 0.5 - 240, x + 0.5 - 320))[below]
    assert set(range(180)) <= set(degrees.astype(int).tolist())


def test_inside_of_a_cell_stays_visible(make_findings: Any) -> None:
    findings = make_findings([("monocyte", 80, 60, 30)])
    drawn = draw_overlay(blank(findings), findings)
    assert (drawn[45:75, 65:95] == 200).all()


def test_white_cells_and_platelets_are_labelled_and_red_cells_not(make_findings: Any) -> None:
    def drawn_above(label: str) -> int:
        findings = make_findings([(label, 80, 70, 25)])
        drawn = draw_overlay(blank(findings), findings)
        return int((drawn[:40] != 200).any(axis=2).sum())

    assert drawn_above("red_cell") == 0
    assert drawn_above("neutrophil") > 100
    assert drawn_above("platelet") > 100


def test_a_refused_cell_is_drawn_as_unidentified(make_findings: Any) -> None:
    findings = make_findings([("neutrophil", 80, 70, 25)])
    refused = replace(findings, cells=replace(findings.cells, unidentified=np.array([True])))
    drawn = draw_overlay(blank(refused, 100), refused)
    white = np.array(rgb(load_taxonomy("blood")["unidentified"].colour))
    neutrophil = np.array(rgb(load_taxonomy("blood")["neutrophil"].colour))
    assert (drawn == white).all(axis=2).sum() > 100
    assert not (np.abs(drawn[60:].astype(int) - neutrophil).max(axis=2) < 20).any()


@pytest.mark.parametrize("centre", [(0, 0), (159, 119), (-10, 60), (80, 130)])
def test_cells_across_the_border_are_drawn(make_findings: Any, centre: tuple[int, int]) -> None:
    findings = make_findings([("basophil", *centre, 20)])
    assert (draw_overlay(blank(findings), findings) != 200).any()


def test_no_cells_leaves_the_picture_alone(make_findings: Any) -> None:
    findings = make_findings(())
    assert (draw_overlay(blank(findings), findings) == 200).all()
    assert overlay_png(blank(findings), findings)


def test_picture_of_another_size_is_refused(make_findings: Any) -> None:
    with pytest.raises(InputError, match=r"160 x 120 px.*has 100 x 50 px"):
        draw_overlay(np.zeros((50, 100, 3), np.uint8), make_findings())


@pytest.mark.parametrize(
    ("width", "height", "radius", "line_px", "text_px"),
    [(300, 300, 40, 1, 10), (640, 480, 50, 2, 12), (4000, 3000, 40, 3, 40), (4000, 3000, 300, 11, 77)],
)
def test_pen_suits_the_picture(
    make_findings: Any, width: int, height: int, radius: int, line_px: int, text_px: int
) -> None:
    pen = choose_pen(make_findings([("red_cell", 150, 150, radius)], width=width, height=height))
    assert (pen.line_px, pen.text_px) == (line_px, text_px)


def test_png_keeps_pixels_in_place_and_adds_a_legend_below(make_findings: Any) -> None:
    findings = make_findings()
    drawn = draw_overlay(blank(findings), findings)
    with_legend = decoded(overlay_png(blank(findings), findings))
    np.testing.assert_array_equal(with_legend[:120], drawn)
    assert with_legend.shape[0] > 140
    np.testing.assert_array_equal(decoded(overlay_png(blank(findings), findings, legend=False)), drawn)
    strip = with_legend[120:].reshape(-1, 3)
    for label in ("red_cell", "neutrophil", "platelet"):
        assert (strip == rgb(load_taxonomy("blood")[label].colour)).all(axis=1).sum() > 30
    assert not (strip == rgb(load_taxonomy("blood")["basophil"].colour)).all(axis=1).any()


def test_png_carries_the_notice_in_a_valid_text_chunk(make_findings: Any) -> None:
    findings = make_findings()
    png = overlay_png(blank(findings), findings)
    at, chunks = 8, {}
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        body = png[at + 4 : at + 8 + length]
        assert struct.unpack(">I", png[at + 8 + length : at + 12 + length]) == (zlib.crc32(body),)
        chunks[body[:4]] = body[4:]
        at += 12 + length
    assert chunks[b"tEXt"] == b"Disclaimer\0" + NOTICE.encode()
    assert b"IEND" in chunks


def test_nuclei_are_outlined_thinly_inside_their_cell(measured: SmearFindings) -> None:
    without = replace(measured, cells=replace(measured.cells, nucleus_outlines=((),) * 3))
    drawn, plain = (draw_overlay(blank(f), f).astype(int) for f in (measured, without))
    changed = np.argwhere((drawn != plain).any(axis=2))
    # Squares from (80, 50) and (92, 55), ten pixels wide; a thin line keeps within three pixels of its edge.
    assert (changed.min(axis=0) >= (47, 77)).all()
    assert (changed.max(axis=0) <= (68, 105)).all()
    assert (drawn[53:57, 83:87] == 200).all()
    colour = rgb(load_taxonomy("blood")["neutrophil"].colour)
    assert (np.abs(drawn[50, 82:88] - colour).max(axis=1) < 80).any()


def test_infected_red_cells_and_clumps_are_drawn_in_their_colours_and_labelled(
    infected: SmearFindings,
) -> None:
    drawn = draw_overlay(blank(infected, 100), infected)
    blood = load_taxonomy("blood")
    for key, centre in (("infected_red_cell", 104), ("platelet_clump", 132)):
        near = drawn[:, centre - 14 : centre + 14].astype(int)
        assert (np.abs(near - rgb(blood[key].colour)).max(axis=2) < 30).sum() > 20
        assert (near[:26] != 100).any()  # the label above it
    assert (drawn[:26, :88] == 100).all()  # healthy ones have none
