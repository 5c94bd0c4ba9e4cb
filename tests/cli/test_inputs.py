from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cytovox.cli.inputs import find_pictures, result_names

Write = Callable[[Path], Path]


def names(arguments: list[str], **options: Path) -> list[str]:
    return [item.path.name for item in find_pictures(arguments, **options)]


@pytest.fixture
def folder(tmp_path: Path, write_picture: Write) -> Path:
    for name in ("b.png", "a.JPG", "deep/er/c.tif", ".hidden/d.png"):
        write_picture(tmp_path / "in" / name)
    (tmp_path / "in" / "notes.txt").write_text("no picture")
    return tmp_path / "in"


def test_folder_is_searched_all_the_way_down_in_sorted_order(folder: Path) -> None:
    assert names([str(folder)]) == ["a.JPG", "b.png", "c.tif"]


def test_pattern_and_recursive_pattern(folder: Path) -> None:
    assert names([str(folder / "*.png")]) == ["b.png"]
    assert names([str(folder / "**" / "*.tif")]) == ["c.tif"]
    assert names([str(folder / "d*")]) == ["c.tif"]  # a folder that a pattern names is searched too


def test_file_named_by_itself_may_be_called_anything(folder: Path) -> None:
    assert names([str(folder / "notes.txt")]) == ["notes.txt"]


def test_brackets_in_a_real_file_name_are_no_pattern(tmp_path: Path, write_picture: Write) -> None:
    path = write_picture(tmp_path / "cell[1].png")
    assert names([str(path)]) == ["cell[1].png"]


def test_each_picture_comes_once(folder: Path) -> None:
    assert names([str(folder / "b.png"), str(folder), str(folder / "*.png")]) == ["b.png", "a.JPG", "c.tif"]


def test_results_of_an_earlier_run_are_no_inputs(folder: Path) -> None:
    assert names([str(folder)], leave_out=folder / "deep") == ["a.JPG", "b.png"]


@pytest.mark.parametrize(("argument", "reason"), [("none/*.png", "no file matches"), ("empty", "found none")])
def test_nothing_found_is_a_failed_input_not_silence(tmp_path: Path, argument: str, reason: str) -> None:
    (tmp_path / "empty").mkdir()
    (item,) = find_pictures([str(tmp_path / argument)])
    assert item.error is not None
    assert reason in item.error


def test_missing_file_is_kept_to_be_reported_when_opened(tmp_path: Path) -> None:
    (item,) = find_pictures([str(tmp_path / "missing.png")])
    assert item.error is None


def test_result_name_is_as_short_as_is_clear() -> None:
    paths = ["/x/one.png", "/x/two.png", "/x/two.jpg", "/x/mon/three.png", "/x/tue/three.png"]
    assert result_names([Path(p) for p in paths]) == [
        "one", "two.png", "two.jpg", "mon_three.png", "tue_three.png",
    ]  # fmt: skip


def test_names_that_would_still_clash_are_numbered() -> None:
    assert result_names([Path("/x/a/b.png"), Path("/x/a_b.png"), Path("/x/c/b.png")]) == [
        "a_b.png", "a_b", "c_b.png",
    ]  # fmt: skip
    assert (
        len(
            set(
                result_names(
                    [Path("/x/a_b/c.png"), Path("/x/a/b_c.png"), Path("/x/a/c.png"), Path("/y/b_c.png")]
                )
            )
        )
        == 4
    )


part = st.sampled_from(["a", "A", "b", "a_b", "a.png", "b.jpg", "a_b.png"])


@given(st.lists(st.lists(part, min_size=1, max_size=3), min_size=1, max_size=8, unique_by=tuple))
def test_no_two_inputs_ever_share_a_result_name(parts: list[list[str]]) -> None:
    chosen = result_names([Path("/root").joinpath(*p) for p in parts])
    assert len({name.casefold() for name in chosen}) == len(parts)
    assert all("/" not in name for name in chosen)
