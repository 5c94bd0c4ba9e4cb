import numpy as np

from cytovox.analysis.sharper_outlines import sharper_outlines

SQUARE = np.array([[0, 0], [10, 0], [10, 10], [0, 10]], np.float32)
NONE = np.zeros((0, 2), np.float32)


def test_a_finer_outline_is_taken_where_it_speaks_of_the_same_cell() -> None:
    finer = (SQUARE * np.float32(1.05), SQUARE + 40, NONE)
    chosen = sharper_outlines((SQUARE, SQUARE, SQUARE), finer)
    assert chosen[0] is finer[0]
    assert chosen[1] is SQUARE
    assert chosen[2] is SQUARE
