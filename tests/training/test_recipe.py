from pathlib import Path

import pytest

from cytovox.domain.errors import TrainingDataError
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.training.recipe import read_classifier_recipe, read_finder_recipe


def test_the_shipped_recipes_are_whole(tmp_path: Path) -> None:
    classifier = read_classifier_recipe(None, tmp_path)
    finder = read_finder_recipe(None, tmp_path)
    taxonomy = load_taxonomy(classifier.taxonomy)
    assert all(key in taxonomy for key in classifier.classes)
    assert classifier.sources[0].index == tmp_path / "cells/pbc/index.csv"
    assert finder.crop_px % 16 == 0
    assert all(source.licence for source in (*classifier.sources, *finder.sources))


def test_data_that_must_not_be_trained_on_is_in_no_shipped_recipe(tmp_path: Path) -> None:
    indexes = [s.index for s in read_classifier_recipe(None, tmp_path).sources]
    indexes += [s.index for s in read_finder_recipe(None, tmp_path).sources]
    assert not [i for i in indexes if "lisc" in i.parts or "iml" in i.parts]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name = [", "expected a recipe in TOML"),
        ("colour = 'red'\n[fit]\nepochs = 1\nbatch_size = 1\nlearning_rate = 0.1", "unknown entry 'colour'"),
        ("name = 'x'", "missing"),
        ("[fit]\nepoch = 3", "unknown entry 'epoch'"),
    ],
)
def test_a_wrong_recipe_is_explained(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(text)
    with pytest.raises(TrainingDataError, match=message):
        read_classifier_recipe(path, tmp_path)


def test_a_missing_recipe_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingDataError, match=r"none\.toml"):
        read_finder_recipe(tmp_path / "none.toml", tmp_path)
