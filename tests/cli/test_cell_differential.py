import csv
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cytovox.cli.cell_differential import differential_of_pictures, print_differential, write_differential
from cytovox.cli.named_cells import NamedCell
from cytovox.domain.errors import InputError
from cytovox.domain.predictions import CellPredictions
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.domain.taxonomy import UNIDENTIFIED, CellClass, Taxonomy

MARROW = ("blast", "promyelocyte", "neutrophil_segmented", "erythroblast", "not_identifiable")


def named(
    labels: Sequence[str], classes: Sequence[str] = MARROW, taxonomy: Taxonomy | None = None
) -> list[NamedCell]:
    """Pictures that a classifier is sure of; its guess at `UNIDENTIFIED` ones is the first class."""
    best = [label if label in classes else classes[0] for label in labels]
    return [
        NamedCell(
            f"{number}.png",
            CellPredictions(
                tuple(classes),
                np.array([[key == best[number] for key in classes]], np.float32),
                np.ones((1, len(classes)), bool),
                np.zeros(1, np.float32),
                np.array([label == UNIDENTIFIED]),
                taxonomy or load_taxonomy("marrow"),
            ),
        )
        for number, label in enumerate(labels)
    ]


LABELS = (
    ["blast"] * 3 + ["promyelocyte"] + ["neutrophil_segmented"] * 12 + ["erythroblast"] * 4
    + ["not_identifiable"] * 2 + [UNIDENTIFIED]
)  # fmt: skip


def test_counts_ratio_and_blasts_are_those_of_the_pictures(tmp_path: Path) -> None:
    found = differential_of_pictures([*named(LABELS), NamedCell("broken.png", error="no picture")])
    assert (found.total, found.pictures) == (20, 23)
    write_differential(found, tmp_path / "d.json")
    told = json.loads((tmp_path / "d.json").read_text(encoding="utf-8"))
    assert told["schema"] == "cytovox.differential/1"
    assert {row["key"]: row["count"] for row in told["rows"]} == {
        "blast": 3, "promyelocyte": 1, "neutrophil_segmented": 12, "erythroblast": 4,
    }  # fmt: skip
    assert told["marrow"]["me_ratio"]["value"] == 4.0
    assert told["marrow"]["blasts"]["percent"] == 15.0
    apart = {cells["key"]: cells["count"] for cells in told["apart"]}
    assert apart == {"not_identifiable": 2, UNIDENTIFIED: 1}


def test_csv_says_what_the_json_says(tmp_path: Path) -> None:
    found = differential_of_pictures(named(LABELS))
    for ending in ("json", "csv"):
        write_differential(found, tmp_path / f"d.{ending}")
    told = json.loads((tmp_path / "d.json").read_text(encoding="utf-8"))
    with (tmp_path / "d.csv").open(newline="", encoding="utf-8") as file:
        lines = {(line["part"], line["key"]): line for line in csv.DictReader(file)}
    for row in told["rows"]:
        line = lines["cells", row["key"]]
        assert (int(line["count"]), int(line["of"])) == (row["count"], 20)
        assert [float(line[key]) for key in ("value", "low", "high")] == pytest.approx(
            [row[key] for key in ("percent", "low", "high")], abs=1e-4
        )
    assert (lines["marrow", "me_ratio"]["count"], lines["marrow", "me_ratio"]["of"]) == ("16", "4")
    assert float(lines["marrow", "me_ratio"]["value"]) == told["marrow"]["me_ratio"]["value"]
    assert lines["apart", UNIDENTIFIED]["count"] == "1"
    assert "Not a medical device" in lines["notice", ""]["name"]


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (LABELS, "M:E ratio: 4.00"),
        (["blast"] * 3, "M:E ratio: no erythroid cells (3 myeloid ones: at least 0."),
        (["not_identifiable"], "M:E ratio: neither myeloid nor erythroid cells"),
    ],
)
def test_what_is_printed(labels: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    print_differential(differential_of_pictures(named(labels)))
    assert words in " ".join(capsys.readouterr().out.split())


def test_what_cannot_be_counted_is_said() -> None:
    with pytest.raises(InputError, match="expected a picture that can be read"):
        differential_of_pictures([NamedCell("a.png", error="no picture")])
    own = Taxonomy("mine", "mine", (CellClass("good", "good", "#ffffff", "G"),))
    with pytest.raises(InputError, match="expected a classifier of blood or marrow"):
        differential_of_pictures(named(["good"], ["good"], own))


def test_a_folder_of_pictures_becomes_a_file(
    batches: list[int], cytovox: Callable[..., Any], tmp_path: Path, write_picture: Callable[[Path], Path]
) -> None:
    for name in "abc":
        write_picture(tmp_path / "cells" / f"{name}.png")
    result = cytovox("classify", tmp_path / "cells", "--differential", tmp_path / "out" / "d.csv")
    assert result.exit_code == 0, result.output
    assert "2 white cells of 3 pictures, 98 missing to 100" in result.stdout
    assert "neutrophil,neutrophil,1,2,50.0000" in (tmp_path / "out" / "d.csv").read_text(encoding="utf-8")
    refused = cytovox("classify", tmp_path / "cells", "--differential", tmp_path / "d.txt")
    assert refused.exit_code == 2
    assert "ends in .json or .csv" in refused.stderr
    assert batches == [3]
