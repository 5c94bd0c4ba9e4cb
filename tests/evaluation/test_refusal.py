import json
from pathlib import Path

import numpy as np
import pytest

from cytovox.analysis.bundles import Bundle
from cytovox.evaluation import strangers
from cytovox.evaluation.refusal import evaluate_refusal
from cytovox.evaluation.strangers import families_of

from .conftest import EMPTY, draw, write_index


@pytest.fixture
def fields(data: Path) -> Path:
    """Adds a field with two red cells in its upper half."""
    folder = data / "detection/bccd"
    draw(folder / "images/a.png", "monocyte", side=300)
    write_index(folder / "index.csv", [{"file": "images/a.png", "split": "val"}])
    boxes = [(40, 40, 80, 80), (200, 40, 240, 80), (0, 0, 1, 1), (299, 299, 300, 300)]
    sides = ("xmin", "ymin", "xmax", "ymax")
    rows = [{"image": "a.png", **dict(zip(sides, box, strict=True)), "label": "RBC"} for box in boxes]
    write_index(folder / "boxes.csv", rows)
    return data


def test_families_are_true_cells_first_and_within_the_sample(bundle: Bundle, fields: Path) -> None:
    families = {family.name: family for family in families_of(fields, "blood", sample=4)}
    names = list(families)
    assert names[:2] == ["cells of cells/pbc val", "cells of cells/lisc"]
    assert [f.true_cells for f in families.values()][:3] == [True, True, False]
    assert {"red cells of detection/bccd", "empty ground", "border pieces", "photographs", "textures"} <= set(
        names
    )
    assert families["red cells of detection/bccd"].trained_on
    assert not families["photographs"].trained_on
    assert all(len(f.pictures) == len(f.groups) > 0 for f in families.values())
    assert len(families["red cells of detection/bccd"].pictures) == 4
    for ground in families["empty ground"].pictures:
        assert ground.pixels[ground.height // 2, ground.width // 2].tolist() in ([EMPTY] * 3, [170] * 3)


def test_families_are_the_same_at_each_run(bundle: Bundle, fields: Path) -> None:
    first, second = (families_of(fields, "blood", sample=4) for _ in range(2))
    for a, b in zip(first, second, strict=True):
        assert all((p.pixels == q.pixels).all() for p, q in zip(a.pictures, b.pictures, strict=True))


def test_textures_are_of_every_kind() -> None:
    made = strangers._textures(8).pictures
    assert len({picture.pixels.tobytes() for picture in made}) == 8
    assert min(float(np.ptp(picture.pixels, axis=(0, 1)).max()) for picture in made) == 0  # an even one


def test_refusals_are_counted_by_family(bundle: Bundle, fields: Path, tmp_path: Path) -> None:
    report = evaluate_refusal(fields, tmp_path / "out")
    families = report["families"]
    assert families["cells of cells/pbc val"]["refused"] == 0.0
    assert families["cells of cells/pbc val"]["roc_auc"] is None
    # The classifier in place of the network refuses what is bright or has colour in its middle.
    assert 0.3 < families["photographs"]["refused"] < 1.0
    assert families["textures"]["refused"] > 0.5
    assert families["photographs"]["roc_auc"] > 0.5
    assert families["photographs"]["refused_at_two_percent"] >= families["photographs"]["refused"]
    assert sum(families["textures"]["named"].values()) == families["textures"]["pictures"]
    assert report["true_cells_refused"] == {"cells of cells/pbc val": 0.0, "cells of cells/lisc": 0.0}
    assert json.loads((tmp_path / "out/refusal.json").read_text()) == json.loads(json.dumps(report))
    assert (tmp_path / "out/refusal.png").read_bytes().startswith(b"\x89PNG")
