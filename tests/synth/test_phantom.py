"""The sample stack: its truth is what it was put together from."""

import numpy as np
import pytest

from cytovox.domain.volume import LabelMap, Modality, Volume
from cytovox.synth.phantom import abdomen


@pytest.fixture(scope="module")
def stack() -> tuple[Volume, LabelMap]:
    return abdomen()


def test_organs_lie_on_their_sides(stack: tuple[Volume, LabelMap]) -> None:
    _, labels = stack
    middles = {
        labels.organ(n).key: labels.grid.to_patient(np.argwhere(labels.labels == n)).mean(axis=0)
        for n in labels.present
    }
    assert middles["liver"][0] < 0 < middles["spleen"][0]  # x runs to the patient's left
    assert middles["kidney_right"][0] < 0 < middles["kidney_left"][0]
    assert middles["vertebrae"][1] > middles["stomach"][1]  # y runs to the back
    assert middles["liver"][2] > middles["small_bowel"][2]  # z runs to the head


def test_organs_have_sizes_of_organs(stack: tuple[Volume, LabelMap]) -> None:
    _, labels = stack
    volumes = {labels.organ(n).key: labels.volume_ml(n) for n in labels.present}
    assert len(volumes) == 12
    assert 1200 < volumes["liver"] < 1800
    assert 120 < volumes["kidney_left"] < 220
    assert 120 < volumes["spleen"] < 320


def test_grey_values_are_those_of_ct(stack: tuple[Volume, LabelMap]) -> None:
    volume, labels = stack
    assert volume.modality is Modality.CT
    assert volume.grid.matches(labels.grid)
    liver = next(n for n in labels.present if labels.organ(n).key == "liver")
    assert np.median(volume.voxels[labels.labels == liver]) == pytest.approx(110, abs=3)
    assert np.median(volume.voxels[:, 0, 0]) == pytest.approx(-1000, abs=10)


def test_it_is_the_same_every_time(stack: tuple[Volume, LabelMap]) -> None:
    again, _ = abdomen()
    assert np.array_equal(again.voxels, stack[0].voxels)
