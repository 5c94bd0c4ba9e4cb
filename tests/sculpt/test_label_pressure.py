"""Labels that get their volumes back."""

import numpy as np
import pytest

from cytovox.sculpt.label_pressure import Foam
from cytovox.sculpt.surface_net import surface_net


def two_boxes() -> tuple[Foam, np.ndarray]:
    labels = np.zeros((10, 10, 20), np.uint16)
    labels[2:8, 2:8, 2:10], labels[2:8, 2:8, 10:18] = 1, 2
    net = surface_net(labels)
    return Foam.of(net.quads, net.labels, (1, 2), np.array([0.0, 288.0, 288.0])), net.vertices


def test_shrunken_boxes_grow_back() -> None:
    foam, vertices = two_boxes()
    assert foam.restored(vertices) is vertices  # nothing is missing
    middle = vertices.mean(axis=0)
    shrunken = (vertices - middle) * np.float32(0.9) + middle
    assert foam.enclosed(shrunken)[1:] == pytest.approx(288 * 0.729, rel=1e-4)
    assert foam.enclosed(foam.restored(shrunken))[1:] == pytest.approx(288, rel=2e-4)


def test_pressure_moves_the_border_between_two_labels() -> None:
    foam, vertices = two_boxes()
    uneven = Foam(foam.faces, foam.labels, np.array([0.0, 250.0, 326.0]))
    moved = uneven.restored(vertices, rounds=20)
    assert uneven.enclosed(moved)[1:] == pytest.approx((250, 326), rel=1e-3)
    border = np.abs(vertices[:, 2] - 9.5) < 0.1
    assert moved[border, 2].mean() < 9.4
