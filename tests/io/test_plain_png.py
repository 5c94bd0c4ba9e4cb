import io

import numpy as np
import pytest
from PIL import Image

from cytovox.domain.errors import InputError
from cytovox.io.plain_png import plain_png


@pytest.mark.parametrize(("shape", "kind"), [((7, 5, 3), np.uint8), ((7, 5), np.uint8), ((7, 5), np.uint16)])
def test_values_come_back(shape: tuple[int, ...], kind: type) -> None:
    values = np.random.default_rng(0).integers(0, np.iinfo(kind).max, shape, dtype=kind, endpoint=True)
    data = plain_png(values)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(data))), values)
    assert plain_png(values) == data


def test_other_arrays_are_refused() -> None:
    with pytest.raises(InputError, match="expected an array"):
        plain_png(np.zeros((4, 4), np.float32))  # type: ignore[arg-type]
