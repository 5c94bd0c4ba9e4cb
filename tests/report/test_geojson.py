import json
import uuid
from pathlib import Path
from typing import Any

import geojson
import numpy as np
import pytest
from shapely.geometry import LinearRing, shape

from cytovox.domain.cells import CellTable
from cytovox.domain.colour import rgb
from cytovox.domain.findings import SmearFindings
from cytovox.domain.geometry import star_polygon
from cytovox.domain.morphometry import MEASURES
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.report.geojson import MEASUREMENTS, findings_to_geojson, write_geojson


def geometries(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Every geometry of a collection, nuclei included."""
    found = []
    for feature in document["features"]:
        found += [feature["geometry"], *filter(None, [feature.get("nucleusGeometry")])]
    return found


def rings(geometry: dict[str, Any]) -> list[list[list[float]]]:
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return [ring for polygon in polygons for ring in polygon]


def test_the_file_is_geojson_as_rfc_7946_has_it(measured: SmearFindings, tmp_path: Path) -> None:
    write_geojson(measured, tmp_path / "a.geojson")
    text = (tmp_path / "a.geojson").read_text(encoding="utf-8")
    parsed = geojson.loads(text)
    assert isinstance(parsed, geojson.FeatureCollection)
    assert parsed.is_valid
    for geometry in geometries(json.loads(text)):
        assert geojson.loads(json.dumps(geometry)).is_valid
        assert shape(geometry).is_valid
        for ring in rings(geometry):
            assert ring[0] == ring[-1]
            assert len(ring) >= 4
            assert LinearRing(ring).is_ccw  # section 3.1.6: exterior rings are counterclockwise
    assert "Not a medical device" in parsed["notice"]


def test_outlines_keep_their_shape_in_pixels(measured: SmearFindings) -> None:
    features = findings_to_geojson(measured)["features"]
    for index, feature in enumerate(features):
        drawn = shape(feature["geometry"])
        assert drawn.area == pytest.approx(float(measured.cells.area_px[index]), rel=1e-3)
        np.testing.assert_allclose(
            drawn.centroid.coords[0], measured.cells.polygon(index).mean(axis=0), atol=0.01
        )


def test_a_nucleus_makes_a_cell_of_qupath_and_nothing_else_does(measured: SmearFindings) -> None:
    red, neutrophil, platelet = findings_to_geojson(measured)["features"]
    for feature in (red, platelet):
        assert feature["properties"]["objectType"] == "detection"
        assert "nucleusGeometry" not in feature
    assert neutrophil["properties"]["objectType"] == "cell"
    assert neutrophil["nucleusGeometry"]["type"] == "MultiPolygon"
    nucleus = shape(neutrophil["nucleusGeometry"])
    assert nucleus.area == pytest.approx(200)
    assert shape(neutrophil["geometry"]).contains(nucleus)


def test_names_and_colours_are_the_classes(measured: SmearFindings) -> None:
    features = findings_to_geojson(measured)["features"]
    blood = load_taxonomy("blood")
    for feature, key in zip(features, ("red_cell", "neutrophil", "platelet"), strict=True):
        assert feature["properties"]["classification"] == {
            "name": blood[key].name,
            "color": list(rgb(blood[key].colour)),
        }
        assert feature["properties"]["metadata"]["Label"] == key


def test_measurements_are_numbers_and_absent_where_not_measured(measured: SmearFindings) -> None:
    red, neutrophil, _ = (f["properties"]["measurements"] for f in findings_to_geojson(measured)["features"])
    assert set(MEASUREMENTS) == set(MEASURES)
    assert neutrophil["Nucleus: Lobes"] == 2
    assert neutrophil["Nucleus/Cytoplasm area ratio"] == pytest.approx(0.1515, abs=1e-4)
    assert set(red) == {"Score", "Confidence", "Cell: Area px^2", "Cell: Area µm^2", "Cell: Circularity"}
    assert all(isinstance(value, float) for value in neutrophil.values())


def test_ids_are_uuids_that_a_second_run_gives_again(measured: SmearFindings) -> None:
    first, again = ([f["id"] for f in findings_to_geojson(measured)["features"]] for _ in range(2))
    assert first == again
    assert len(set(first)) == 3
    assert [str(uuid.UUID(text)) for text in first] == first


def test_small_star_shaped_outlines_stay_simple_after_rounding(make_findings: Any) -> None:
    rng = np.random.default_rng(5)
    n = 200
    centres = rng.uniform(0, 100, (n, 2)).astype(np.float32)
    radii = (rng.uniform(2.5, 6, (n, 1)) * rng.uniform(0.7, 1.3, (n, 32))).astype(np.float32)
    plain = make_findings()
    k = len(plain.cells.classes)
    cells = CellTable.from_outlines(
        tuple(star_polygon(centres, radii)),
        classes=plain.cells.classes,
        score=np.ones(n, np.float32),
        probabilities=np.full((n, k), 1 / k, np.float32),
        picture_size=(120, 160),
        mpp_um=None,
    )
    document = findings_to_geojson(SmearFindings("a", 160, 120, cells, plain.scale, (), plain.provenance))
    assert all(shape(geometry).is_valid for geometry in geometries(document))


def test_no_cells_is_an_empty_collection(make_findings: Any) -> None:
    assert geojson.loads(json.dumps(findings_to_geojson(make_findings(())))).is_valid
