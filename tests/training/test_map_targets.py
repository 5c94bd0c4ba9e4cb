import numpy as np
import pytest
import torch

from cytovox.domain.geometry import star_polygon
from cytovox.training.finder_losses import map_loss
from cytovox.training.map_targets import (
    MAP_CLASSES,
    SOME_WHITE_CELL,
    UNKNOWN,
    WHITE_CLASSES,
    balanced_weights,
    map_from_outlines,
)

EVEN = torch.ones(len(MAP_CLASSES))


def test_middles_are_known_and_borders_are_not() -> None:
    centres = np.array([[50, 50], [120, 60], [60, 120]], np.float32)
    outlines = star_polygon(centres, np.full((3, 64), 30.0, np.float32))
    y, x = np.mgrid[:160, :160] + 0.5
    apart = np.hypot(x[..., None] - centres[:, 0], y[..., None] - centres[:, 1])
    pixels = np.where((apart < 30).any(axis=-1), 120, 240)[..., None].repeat(3, axis=-1).astype(np.uint8)
    marks = map_from_outlines(pixels, outlines, np.array([0, 1, 2]), 0.1)
    red, white, platelet = (apart[..., i] < 22 for i in range(3))
    assert (marks[red] == MAP_CLASSES.index("red_cell")).all()
    assert (marks[white] == SOME_WHITE_CELL).all()
    assert (marks[platelet] == UNKNOWN).all()
    assert (marks[np.abs(apart - 30).min(axis=-1) < 3] == UNKNOWN).all()
    assert (marks[(apart > 37).all(axis=-1)] == MAP_CLASSES.index("background")).all()


def test_rare_classes_weigh_more() -> None:
    classes = np.zeros((100, 100), np.uint8)
    classes[:10, :10] = 3
    classes[50:] = UNKNOWN
    weights = balanced_weights([classes])
    assert weights.mean() == pytest.approx(1.0, rel=1e-5)
    assert weights[3] / weights[0] == pytest.approx(np.sqrt(4900 / 100), rel=1e-3)


def loss_of(named: int, target: int) -> float:
    logits = torch.zeros(1, len(MAP_CLASSES), 2, 2)
    logits[:, named] = 12.0
    return float(map_loss(logits, torch.full((1, 4, 4), target), EVEN, WHITE_CLASSES))


def test_the_loss_knows_right_from_wrong() -> None:
    assert loss_of(9, 9) < 0.01
    assert loss_of(9, 0) > 5


def test_any_white_type_serves_where_the_type_is_not_known() -> None:
    assert all(loss_of(kind, SOME_WHITE_CELL) < 0.01 for kind in WHITE_CLASSES)
    assert loss_of(9, SOME_WHITE_CELL) > 5


def test_unknown_pixels_teach_nothing() -> None:
    assert loss_of(9, UNKNOWN) == 0.0
