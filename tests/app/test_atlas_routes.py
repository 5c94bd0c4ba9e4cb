import json
import struct

import pytest

from cytovox.domain.taxonomies import load_taxonomy
from cytovox.sculpt.atlas import ATLAS_TAXONOMIES, atlas_labels


def test_the_list_names_every_textbook_cell(client) -> None:
    entries = client.get("/api/atlas").raise_for_status().json()
    assert [(entry["taxonomy"], entry["label"]) for entry in entries] == [
        (taxonomy, label) for taxonomy in ATLAS_TAXONOMIES for label in atlas_labels(taxonomy)
    ]
    for entry in entries:
        assert entry["name"] == load_taxonomy(entry["taxonomy"]).name_of(entry["label"])


@pytest.mark.parametrize(
    ("form", "media_type"), [("glb", "model/gltf-binary"), ("stl", "model/stl"), ("obj", "model/obj")]
)
def test_a_model_comes_in_each_format(client, form: str, media_type: str) -> None:
    answer = client.get(f"/api/atlas/blood/lymphocyte.{form}").raise_for_status()
    assert answer.headers["content-type"] == media_type
    assert answer.headers["content-disposition"] == f'inline; filename="textbook-blood-lymphocyte.{form}"'


def test_a_model_says_that_it_is_no_cell_of_a_picture(client) -> None:
    data = client.get("/api/atlas/blood/lymphocyte.glb").content
    (length,) = struct.unpack("<I", data[12:16])
    notice = json.loads(data[20 : 20 + length])["asset"]["extras"]["notice"]
    assert "textbook" in notice


@pytest.mark.parametrize("path", ["blood/wishbone", "organs/lymphocyte"])
def test_what_the_atlas_lacks(client, path: str) -> None:
    answer = client.get(f"/api/atlas/{path}.glb")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_in_atlas")
