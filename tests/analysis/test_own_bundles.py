from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cytovox.analysis.bundles import BUNDLES_VARIABLE, find_bundle, installed_bundles
from cytovox.domain.errors import BundleError


@pytest.fixture(autouse=True)
def _read_anew() -> Iterator[None]:
    installed_bundles.cache_clear()
    yield
    installed_bundles.cache_clear()


def test_a_bundle_of_ones_own_takes_the_place_of_the_shipped_one(
    write_colour_bundle: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = {(bundle.name, bundle.task) for bundle in installed_bundles()}
    installed_bundles.cache_clear()
    own = write_colour_bundle()
    text = (own / "bundle.json").read_text(encoding="utf-8")
    name = find_bundle(str(own), "classify_cells").name
    installed_bundles.cache_clear()
    (own / "bundle.json").write_text(
        text.replace(f'"name": "{name}"', '"name": "blood"', 1), encoding="utf-8"
    )
    folder = tmp_path / "bundles"
    folder.mkdir()
    own.rename(folder / "tuned")
    # One that is just being written is left alone.
    (folder / ".tuned.part").mkdir()
    (folder / ".tuned.part" / "bundle.json").write_text("{}", encoding="utf-8")
    monkeypatch.setenv(BUNDLES_VARIABLE, str(folder))
    assert find_bundle("blood", "classify_cells").folder == folder / "tuned"
    assert {(bundle.name, bundle.task) for bundle in installed_bundles()} == shipped


def test_a_folder_that_is_not_there_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(BUNDLES_VARIABLE, str(tmp_path / "nothing"))
    with pytest.raises(BundleError, match="CYTOVOX_BUNDLES: expected a folder"):
        installed_bundles()
