import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from cytovox.analysis.bundles import FIND_PARASITES, SCHEMA
from cytovox.analysis.parasites import Parasites
from cytovox.domain.errors import BundleError, InputError

SIDE = 8


@pytest.fixture
def darkness(tmp_path: Path) -> Parasites:
    """A bundle whose logit goes by the top left quarter of its view: 10 of black, -10 of white."""
    nodes = [
        helper.make_node("Slice", ["pixels", "from", "to", "sides"], ["quarter"]),
        helper.make_node("ReduceMean", ["quarter", "axes"], ["mean"], keepdims=0),
        helper.make_node("Mul", ["mean", "factor"], ["logits"]),
    ]
    graph = helper.make_graph(
        nodes,
        "darkness",
        [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["n", 3, SIDE, SIDE])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n"])],
        [
            numpy_helper.from_array(np.array([1, 2, 3], np.int64), "axes"),
            numpy_helper.from_array(np.array([0, 0], np.int64), "from"),
            numpy_helper.from_array(np.array([SIDE // 2, SIDE // 2], np.int64), "to"),
            numpy_helper.from_array(np.array([2, 3], np.int64), "sides"),
            numpy_helper.from_array(np.array(-10.0, np.float32), "factor"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    onnx.save(model, tmp_path / "model.onnx")
    manifest = {
        "schema": SCHEMA,
        "name": "darkness",
        "version": "1",
        "task": FIND_PARASITES,
        "classes": [{"key": "red_cell"}, {"key": "infected_red_cell"}],
        "input": {"um_per_px": 0.5, "size_px": SIDE},
        "threshold": 2.0,
        "temperature": 4.0,
    }
    (tmp_path / "bundle.json").write_text(json.dumps(manifest))
    return Parasites.load(str(tmp_path))


def halves() -> np.ndarray:
    """A picture whose left half is white and whose right half is black."""
    pixels = np.full((40, 80, 3), 255, np.uint8)
    pixels[:, 40:] = 0
    return pixels


def test_each_cell_is_judged_by_its_own_surroundings_in_order(darkness: Parasites) -> None:
    centres = np.array([[60.0, 20.0], [20.0, 20.0], [40.0, 20.0]], np.float32)
    assert darkness.logits(halves(), centres, 0.5) == pytest.approx([10, -10, 0], abs=0.1)


def test_probability_is_one_half_at_the_threshold(darkness: Parasites) -> None:
    # Logits 10, -10 and 2.2 of a grey of 100 at threshold 2 and temperature 4.
    pixels = halves()
    pixels[:20, :20] = 100
    centres = [[60.0, 20.0], [20.0, 30.0], [10.0, 10.0]]
    expected = 1 / (1 + np.exp(-(np.array([10, -10, 10 - 100 / 12.75]) - 2.0) / 4.0))
    probabilities = darkness.probabilities(pixels, centres, 0.5)
    assert probabilities.dtype == np.float32
    assert probabilities == pytest.approx(expected, abs=0.01)


def test_a_doubtful_cell_is_looked_at_in_four_turns(darkness: Parasites) -> None:
    # Half white, half black: the top left quarter is white in two turns and black in two.
    assert darkness.logits(halves(), [[40.0, 20.0]], 0.5, turned=(-11, -9)) == pytest.approx([0], abs=0.1)
    assert darkness.logits(halves(), [[40.0, 20.0]], 0.5, turned=(-9, 11)) == pytest.approx([-10], abs=0.1)


def test_the_view_has_the_same_size_in_micrometres_at_any_scale(darkness: Parasites) -> None:
    # The network sees 4 um: 16 px at 0.25 um per pixel, so 10 px off the border is half a view and more.
    coarse = darkness.logits(halves(), [[30.0, 20.0]], 0.5)
    fine = darkness.logits(halves(), [[30.0, 20.0]], 0.2)
    assert coarse == pytest.approx([-10], abs=0.1)
    assert fine == pytest.approx([-10], abs=0.1)
    assert darkness.logits(halves(), [[30.0, 20.0]], 0.1)[0] > -9


def test_more_cells_than_a_batch_and_none(darkness: Parasites) -> None:
    centres = np.array([[20.0, 20.0], [60.0, 20.0]] * 75, np.float32)
    assert darkness.logits(halves(), centres, 0.5) == pytest.approx([-10, 10] * 75, abs=0.1)
    assert darkness.probabilities(halves(), np.zeros((0, 2), np.float32), 0.5).shape == (0,)


def test_bad_input_is_refused(darkness: Parasites) -> None:
    with pytest.raises(InputError, match="centres of shape"):
        darkness.logits(halves(), [[1.0, 2.0, 3.0]], 0.5)
    with pytest.raises(InputError, match="scale above 0"):
        darkness.logits(halves(), [[1.0, 2.0]], 0.0)


def test_a_bundle_of_another_task_is_refused() -> None:
    with pytest.raises(BundleError, match="find_parasites"):
        Parasites.load("finder")
