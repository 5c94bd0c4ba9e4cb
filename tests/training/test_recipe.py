from importlib.resources import files
from pathlib import Path

import pytest

from cytovox.domain.errors import TrainingDataError
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.training.recipe import read_classifier_recipe, read_finder_recipe

SHIPPED = files("cytovox.training") / "recipes"


@pytest.mark.parametrize("name", ["blood", "marrow"])
def test_the_shipped_classifier_recipes_are_whole(name: str, tmp_path: Path) -> None:
    recipe = read_classifier_recipe(Path(str(SHIPPED / f"{name}.toml")), tmp_path)
    taxonomy = load_taxonomy(recipe.taxonomy)
    assert recipe.name == name
    assert all(key in taxonomy for key in recipe.classes)
    assert recipe.input_px % 32 == 0
    assert all(source.licence and source.um_per_px for source in recipe.sources)
    # What must not be trained on: evaluation only, by its licence.
    assert not [s.index for s in recipe.sources if "lisc" in s.index.parts or "iml" in s.index.parts]


def test_the_shipped_finder_recipe_is_whole(tmp_path: Path) -> None:
    finder = read_finder_recipe(None, tmp_path)
    assert finder.crop_px % 16 == 0
    assert all(source.licence for source in finder.sources)
    assert not [s.index for s in finder.sources if "lisc" in s.index.parts or "iml" in s.index.parts]


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
