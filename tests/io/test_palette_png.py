import io

import cv2
import numpy as np
import pytest
from PIL import Image

from cytovox.domain.errors import InputError
from cytovox.io.palette_png import palette_png

COLOURS = ((0, 0, 0), (0, 255, 255), (251, 190, 190))


@pytest.mark.parametrize("colours", [COLOURS, COLOURS * 80], ids=["4 bits", "8 bits"])
def test_indices_and_colours_both_read_back(colours: tuple[tuple[int, int, int], ...]) -> None:
    indices = np.random.default_rng(3).integers(0, len(colours), (37, 51), np.uint8)
    png = palette_png(indices, colours)
    with Image.open(io.BytesIO(png)) as stored:
        assert stored.mode == "P"
        np.testing.assert_array_equal(np.array(stored), indices)
    # Another reader sees the colours.
    shown = cv2.cvtColor(cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
    np.testing.assert_array_equal(shown, np.array(colours, np.uint8)[indices])


@pytest.mark.parametrize("colours", [COLOURS, (), COLOURS * 90])
def test_an_index_without_a_colour_is_refused(colours: tuple[tuple[int, int, int], ...]) -> None:
    with pytest.raises(InputError, match="expected 1 to 256 colours"):
        palette_png(np.full((2, 2), 3, np.uint8), colours)
