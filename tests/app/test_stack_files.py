import numpy as np
import pytest

from cytovox.app.stack_files import StoredValues, place_of_label, runs_of_labels
from cytovox.app.stack_page import stack_page
from cytovox.app.stack_request import StackRequest
from cytovox.domain.volume import Modality, Volume, VolumeGrid
from cytovox.io.scans import SeriesEntry


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (np.array([-1024, 3000], np.int32), "int16"),
        (np.array([0, 60_000], np.int32), "uint16"),
        (np.array([0, 255], np.uint8), "int16"),
    ],
)
def test_whole_numbers_are_kept_as_they_are(values: np.ndarray, kind: str) -> None:
    stored = StoredValues.of(values)
    assert (stored.kind.name, stored.slope, stored.intercept) == (kind, 1.0, 0.0)
    assert np.array_equal(stored.stored(values[None, None]), values[None, None])


@pytest.mark.parametrize(
    "values", [np.array([-1.5, 0.25, 7.0]), np.array([-100_000, 5, 100_000]), np.array([2.5, 2.5])]
)
def test_other_values_come_back_within_half_a_step(values: np.ndarray) -> None:
    stored = StoredValues.of(values)
    kept = stored.stored(values[None, None])
    back = stored.slope * kept.astype(np.float64) + stored.intercept
    assert np.abs(back - values).max() <= (values.max() - values.min()) / 65_535 * 0.5001


def test_runs_and_places_of_labels() -> None:
    labels = np.zeros((6, 4, 5), np.uint8)
    labels[[0, 1, 4], 1:3, 2] = 7
    labels[4, 1:4, 1:4] = 7
    assert runs_of_labels(labels, 0) == {"7": [(0, 1), (4, 4)]}
    assert runs_of_labels(labels, 2) == {"7": [(1, 3)]}
    assert place_of_label(labels, 7) == (4, 2, 2)


def test_a_request_comes_back() -> None:
    entry = SeriesEntry(1, "abdomen", Modality.MR, (3, 4, 5), preferred=True)
    request = StackRequest(1, (entry,), "l.nii", "amos", Modality.CT, (3.0, 1.0, 1.0))
    assert StackRequest.from_json(request.to_json()) == request
    bare = StackRequest(1, (entry,))
    assert StackRequest.from_json(bare.to_json()) == bare


def test_a_stack_opens_in_a_window_that_shows_it() -> None:
    voxels = np.full((3, 4, 5), 100.0)
    voxels[0] = 900.0
    request = StackRequest(1, (SeriesEntry(1, "a", Modality.MR, (3, 4, 5)),))
    page = stack_page(Volume(voxels, VolumeGrid((3, 4, 5), np.eye(4)), Modality.MR), request)
    assert page["window"] == {"middle": 500.0, "width": 800.0}
    assert page["acquired"] == {"plane": "sagittal", "turned": False}
