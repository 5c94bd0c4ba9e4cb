from pathlib import Path

import numpy as np
import pytest

from cytovox.domain.errors import InputError
from cytovox.synth.single_cells import CROP_PX, main, render_cells


def test_each_picture_shows_a_dark_nucleus_in_the_middle() -> None:
    for picture in render_cells("lymphocyte", 5, seed=3):
        assert picture.shape == (CROP_PX, CROP_PX, 3)
        middle = picture[CROP_PX // 2 - 8 : CROP_PX // 2 + 8, CROP_PX // 2 - 8 : CROP_PX // 2 + 8, 1]
        assert middle.mean() < picture[..., 1].mean() - 30


def test_the_same_seed_gives_the_same_pictures_and_another_others() -> None:
    one, same, other = (list(render_cells("eosinophil", 2, seed=seed)) for seed in (1, 1, 2))
    assert all((a == b).all() for a, b in zip(one, same, strict=True))
    assert np.abs(one[0].astype(int) - other[0]).mean() > 1


def test_a_folder_a_class_is_written(tmp_path: Path) -> None:
    main([str(tmp_path / "cells"), "--number", "1"])
    found = {p.parent.name for p in (tmp_path / "cells").glob("*/*.png")}
    assert found >= {"monocyte", "neutrophil_band"}
    assert len(list((tmp_path / "cells").glob("*/*.png"))) == len(found)


def test_an_unknown_type_is_explained() -> None:
    with pytest.raises(InputError, match="no white cell 'blast'; expected one of neutrophil_segmented"):
        next(render_cells("blast", 1))
