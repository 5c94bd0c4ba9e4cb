from pathlib import Path

import numpy as np
import pytest

from cytovox.analysis.bundles import Bundle
from cytovox.domain.image import SmearImage
from cytovox.evaluation.labelled_sets import LabelledCell
from cytovox.evaluation.robustness import CHANGES, Change, balanced_sample, sweep

from .conftest import CLASSES, draw


def cells(folder: Path) -> list[LabelledCell]:
    return [
        LabelledCell(draw(folder / f"{label}{i}.png", label), label, str(i))
        for label in CLASSES
        for i in range(2)
    ]


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
def test_every_change_has_a_neutral_step(change: Change) -> None:
    pixels = np.random.default_rng(0).integers(60, 200, (40, 40, 3), dtype=np.uint8)
    image = SmearImage(pixels, 0.2)
    assert list(change.values) == sorted(change.values)
    same = change.apply(image, change.neutral)
    assert (np.abs(same.pixels.astype(int) - pixels) <= 1).all()
    assert same.mpp_um == 0.2
    other = [change.apply(image, v) for v in change.values if v != change.neutral]
    assert all((o.pixels != pixels).any() or o.mpp_um != 0.2 for o in other)


def test_a_curve_falls_where_the_picture_leads_astray(bundle: Bundle, tmp_path: Path) -> None:
    (curve,) = sweep(cells(tmp_path), "", changes={"brightness": CHANGES["brightness"]})
    at = dict(zip(curve.values, curve.accuracy, strict=True))
    assert at[1.0] == 1.0
    assert at[0.4] < 1.0
    # All are right: half at 0.8, the neutrophils at 0.8 + 0.2 / 3 of both subtypes.
    assert curve.ece[curve.values.index(1.0)] == pytest.approx((0.2 + 0.2 - 0.2 / 3) / 2)
    assert (curve.pictures, curve.refused[curve.values.index(1.0)]) == (8, 0.0)


def test_a_sample_is_as_even_as_the_labels_allow() -> None:
    many = [
        LabelledCell(Path(f"{label}{i}"), label, "")
        for label, n in (("a", 50), ("b", 3), ("c", 50))
        for i in range(n)
    ]
    chosen = balanced_sample(many, 21)
    assert [sum(c.label == key for c in chosen) for key in "abc"] == [9, 3, 9]
    assert chosen == balanced_sample(many, 21)
    assert chosen != balanced_sample(many, 21, seed=1)
    assert len(set(chosen)) == 21
