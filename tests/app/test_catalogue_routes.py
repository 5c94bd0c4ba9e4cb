from dataclasses import dataclass, field
from typing import Any

from cytovox.app.settings import Settings
from cytovox.domain.taxonomies import load_taxonomy


@dataclass
class ExampleModel:
    name: str = "cell-finder"
    version: str = "1.0"
    task: str = "find cells"
    sha256: str = "ab" * 32
    manifest: dict[str, Any] = field(
        default_factory=lambda: {
            "taxonomy": "blood",
            "classes": [{"key": "red_cell"}, {"key": "platelet"}],
            "measured": [{"metric": "mAP@0.5", "value": 0.93, "data": "x", "split": "val", "note": "n"}],
        }
    )


def test_taxonomy_has_every_class_with_colour_and_short_label(client) -> None:
    document = client.get("/api/taxonomies/blood").json()
    taxonomy = load_taxonomy("blood")
    assert [c["key"] for c in document["classes"]] == list(taxonomy.keys)
    assert all(c["colour"].startswith("#") and 0 < len(c["short"]) <= 4 for c in document["classes"])
    assert {c["key"]: c["parent"] for c in document["classes"]}["neutrophil_band"] == "neutrophil"


def test_an_unknown_taxonomy_is_a_404(client) -> None:
    answer = client.get("/api/taxonomies/plants")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "taxonomy_not_found"
    assert "blood" in answer.json()["error"]["message"]


def test_models_come_with_their_measured_figures(serve, analysis) -> None:
    with serve(Settings(), analysis, models=lambda: (ExampleModel(),)) as client:
        (model,) = client.get("/api/models").json()
    assert model["name"] == "cell-finder"
    assert model["measured"][0]["value"] == 0.93
    assert (model["taxonomy"], model["classes"]) == ("blood", ["red_cell", "platelet"])


def test_settings_tell_limits_but_no_folder_of_the_machine(client) -> None:
    document = client.get("/api/settings").json()
    assert document["upload_limit_bytes"] == 200_000
    assert document["max_pixels"] == 200_000
    assert ".tiff" in document["accepted_types"]
    names = [entry["name"] for entry in document["settings"]]
    assert "upload_limit_mb" in names
    assert "data_folder" not in names
    assert all(entry["help"] and entry["variable"].startswith("CYTOVOX_") for entry in document["settings"])


def test_health(client) -> None:
    assert client.get("/api/health").json()["status"] == "ok"
