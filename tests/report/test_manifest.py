import json
from pathlib import Path

from cytovox.report.manifest import InputRecord, InputState, RunManifest, manifest_to_dict, write_manifest


def example() -> RunManifest:
    return RunManifest(
        command="analyze",
        cytovox_version="0.1.0",
        started_utc="2026-01-02T03:04:05+00:00",
        finished_utc="2026-01-02T03:04:06+00:00",
        options={"mpp_um": None, "formats": "json"},
        models=({"name": "finder", "version": "1", "sha256": "a" * 64},),
        inputs=(
            InputRecord(
                "a.png", InputState.DONE, "b" * 64, None, {"red_cell": 3}, ("blurred",), ("a.json",), 0.12345
            ),
            InputRecord("b.png", InputState.FAILED, error="b.png: truncated"),
        ),
    )


def test_written_manifest_reads_back(tmp_path: Path) -> None:
    write_manifest(example(), tmp_path / "manifest.json")
    assert json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8")) == manifest_to_dict(example())


def test_states_are_counted_and_failures_say_why() -> None:
    plain = manifest_to_dict(example())
    assert (plain["done"], plain["failed"]) == (1, 1)
    assert plain["inputs"][0]["counts"] == {"red_cell": 3}
    assert plain["inputs"][0]["seconds"] == 0.123
    assert plain["inputs"][1] == {
        "path": "b.png",
        "state": "failed",
        "sha256": None,
        "error": "b.png: truncated",
        "counts": {},
        "warnings": [],
        "outputs": [],
        "seconds": 0.0,
    }
