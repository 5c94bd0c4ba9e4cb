"""The net as it comes from the voxels: it runs along their faces."""

import numpy as np
import pytest

from cytovox.sculpt.label_pressure import Foam
from cytovox.sculpt.surface_net import surface_net


@pytest.mark.parametrize("kinds", [2, 5])
def test_it_encloses_exactly_the_voxels(kinds: int) -> None:
    labels = np.random.default_rng(kinds).integers(0, kinds, (7, 9, 8)).astype(np.uint16)
    net = surface_net(labels)
    count = np.bincount(labels.ravel(), minlength=kinds).astype(float)
    foam = Foam.of(net.quads, net.labels, tuple(range(1, kinds)), count)
    assert foam.enclosed(net.vertices)[1:] == pytest.approx(count[1:])


def test_one_voxel_is_a_cube() -> None:
    labels = np.zeros((4, 5, 6), np.uint16)
    labels[1, 2, 3] = 9
    net = surface_net(labels)
    assert (len(net.vertices), len(net.quads)) == (8, 6)
    assert net.vertices.mean(axis=0) == pytest.approx((1, 2, 3))
    assert np.ptp(net.vertices, axis=0) == pytest.approx((1, 1, 1))
    assert {frozenset(pair) for pair in net.labels.tolist()} == {frozenset((0, 9))}


def test_a_voxel_at_the_border_is_closed_there_and_stays_there() -> None:
    net = surface_net(np.full((1, 1, 1), 3, np.uint16))
    assert len(net.quads) == 6
    assert net.vertices.min(axis=0) == pytest.approx((-0.5, -0.5, -0.5))
    assert (net.lowest == net.vertices).all()
    assert (net.highest == net.vertices).all()


def test_voxels_that_touch_along_an_edge_have_vertices_of_their_own() -> None:
    labels = np.zeros((3, 4, 4), np.uint16)
    labels[1, 1, 1] = labels[1, 2, 2] = 1
    assert len(surface_net(labels).vertices) == 16
    labels[1, 2, 2] = 2
    assert len(surface_net(labels).vertices) == 16  # background joins between two organs as well
