import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cytovox.domain.errors import TrainingDataError
from cytovox.io.labelled_folder import LabelledPicture, LabelledPictures
from cytovox.io.splitting import SPLITS, SplitShares, assign_splits, split_counts, write_index


def pictures(sizes: dict[str, int], group_size: int = 1) -> LabelledPictures:
    found = [
        LabelledPicture(Path(f"{label}/{i}.png"), label, f"{label}-{i // group_size}")
        for label, n in sizes.items()
        for i in range(n)
    ]
    return LabelledPictures(tuple(found), tuple(sizes))


def test_every_class_is_in_every_split_in_about_the_shares_asked_for() -> None:
    labelled = assign_splits(pictures({"common": 1000, "rare": 20, "rarest": 3}), SplitShares(0.2, 0.1))
    counts = split_counts(labelled)
    assert counts["common"] == {"train": 700, "val": 200, "calibration": 100}
    assert counts["rare"] == {"train": 14, "val": 4, "calibration": 2}
    assert min(counts["rarest"].values()) == 1


def test_the_same_pictures_in_any_order_get_the_same_splits() -> None:
    labelled = pictures({"a": 40, "b": 25})
    order = np.random.default_rng(0).permutation(65)
    mixed = replace(labelled, pictures=tuple(labelled.pictures[i] for i in order))
    assert set(assign_splits(labelled).pictures) == set(assign_splits(mixed).pictures)
    assert set(assign_splits(labelled).pictures) != set(assign_splits(labelled, seed=1).pictures)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 11), st.sampled_from("ab")), min_size=60, max_size=90))
def test_pictures_of_one_patient_are_never_apart(rows: list[tuple[int, str]]) -> None:
    found = [LabelledPicture(Path(f"{i}.png"), label, f"p{p}") for i, (p, label) in enumerate(rows)]
    try:
        labelled = assign_splits(LabelledPictures(tuple(found), ("a", "b")))
    except TrainingDataError:
        return  # fewer than three patients with that class
    by_group: dict[str, set[str]] = {}
    for picture in labelled.pictures:
        by_group.setdefault(picture.group, set()).add(picture.split)
    assert all(len(splits) == 1 for splits in by_group.values())
    assert {p.split for p in labelled.pictures} == set(SPLITS)


def with_splits(labelled: LabelledPictures, splits: list[str]) -> LabelledPictures:
    pairs = zip(labelled.pictures, splits, strict=True)
    return replace(labelled, pictures=tuple(replace(p, split=s) for p, s in pairs))


def test_given_splits_are_kept_and_calibration_is_lent_by_the_training_pictures() -> None:
    given_splits = ["val" if i % 3 == 0 else "train" if i % 3 == 1 else "" for i in range(120)]
    labelled = assign_splits(with_splits(pictures({"a": 60, "b": 60}), given_splits))
    dealt = [p.split for p in labelled.pictures]
    assert [d == "val" for d in dealt] == [s == "val" for s in given_splits]
    assert split_counts(labelled)["a"]["calibration"] == 7  # 15 to 70 parts of the 40 that are free


def test_where_all_splits_are_given_what_is_left_is_trained_on() -> None:
    given_splits = ["train", "val", "calibration", ""] * 30
    labelled = assign_splits(with_splits(pictures({"a": 60, "b": 60}), given_splits))
    assert [p.split for p in labelled.pictures] == ["train", "val", "calibration", "train"] * 30


def test_a_class_with_too_few_pictures_is_named() -> None:
    with pytest.raises(TrainingDataError, match=r"class 'b': 1 pictures of 1 patients.* leave none for"):
        assign_splits(pictures({"a": 50, "b": 1}))
    with pytest.raises(TrainingDataError, match="class 'b': 9 pictures of 1 patients"):
        assign_splits(pictures({"a": 50, "b": 9}, group_size=9))


def test_a_patient_in_two_given_splits_is_refused() -> None:
    found = (
        LabelledPicture(Path("1.png"), "a", "p1", "train"),
        LabelledPicture(Path("2.png"), "a", "p1", "val"),
    )
    with pytest.raises(TrainingDataError, match="the pictures of 'p1' stand in train and val"):
        assign_splits(LabelledPictures(found, ("a",)))


@pytest.mark.parametrize("shares", [(0.0, 0.1), (0.6, 0.4), (0.5, -0.1)])
def test_impossible_shares_are_refused(shares: tuple[float, float]) -> None:
    with pytest.raises(TrainingDataError, match="leave something to train on"):
        SplitShares(*shares)


def test_the_index_written_is_read_back(tmp_path: Path) -> None:
    labelled = assign_splits(pictures({"a": 10, "b, c": 10}))
    write_index(labelled, tmp_path / "index.csv")
    with (tmp_path / "index.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(r["label"], r["split"], r["group"]) for r in rows] == [
        (p.label, p.split, p.group) for p in labelled.pictures
    ]
    assert all(Path(r["file"]).is_absolute() for r in rows)
