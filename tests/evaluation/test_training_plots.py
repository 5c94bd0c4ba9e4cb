import cv2
import numpy as np

from cytovox.evaluation.training_plots import EpochFigures, class_counts_png, learning_curves_png


def drawn(png: bytes) -> np.ndarray:
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR_RGB)
    assert picture is not None
    return np.asarray(picture)


def shade(picture: np.ndarray, colour: tuple[int, int, int]) -> int:
    return int((np.abs(picture.astype(int) - colour).max(axis=2) < 8).sum())


def test_bars_are_as_long_as_the_classes_are_large() -> None:
    """Ink of the training shade grows with the counts."""
    blue = (0x2A, 0x6F, 0xDB)
    few = drawn(class_counts_png({"a": {"train": 10, "val": 5}, "b": {"train": 100, "val": 5}}))
    even = drawn(class_counts_png({"a": {"train": 100, "val": 5}, "b": {"train": 100, "val": 5}}))
    assert shade(even, blue) > 1.5 * shade(few, blue)


def test_curves_leave_out_what_was_not_measured() -> None:
    epochs = [EpochFigures(1, 2.0), EpochFigures(2, 1.0, 0.9, 0.5), EpochFigures(3, 0.6, 0.7, 0.8)]
    whole = drawn(learning_curves_png(epochs, chosen=3))
    bare = drawn(learning_curves_png([EpochFigures(1, 2.0)]))
    orange = (0xD9, 0x73, 0x0D)
    assert shade(whole, orange) > 50
    assert shade(bare, orange) == 0
    assert drawn(learning_curves_png([])).size


def test_the_same_figures_give_the_same_file() -> None:
    counts = {"a": {"train": 1, "val": 2, "calibration": 3}}
    assert class_counts_png(counts) == class_counts_png(counts)
