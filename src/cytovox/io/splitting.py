"""Which pictures are trained on, validated on and calibrated on: by hash, and whole groups together."""

import csv
import hashlib
import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cytovox.domain.errors import TrainingDataError
from cytovox.io.atomic import write_whole
from cytovox.io.labelled_folder import LabelledPicture, LabelledPictures

TRAIN, VAL, CALIBRATION = SPLITS = ("train", "val", "calibration")


@dataclass(frozen=True, slots=True)
class SplitShares:
    """Shares of the pictures that are not trained on.

    Attributes:
        val: Validated on.
        calibration: Calibrated on: temperature, prediction sets, familiarity.
    """

    val: float = 0.15
    calibration: float = 0.15

    def __post_init__(self) -> None:
        if min(self.val, self.calibration) <= 0 or self.val + self.calibration >= 1:
            raise TrainingDataError(
                "split: expected shares above 0 that leave something to train on, "
                f"got val {self.val} and calibration {self.calibration}"
            )


def assign_splits(
    labelled: LabelledPictures, shares: SplitShares = SplitShares(), seed: int = 0
) -> LabelledPictures:
    """The same pictures, each in a split; pictures of one group are never apart.

    Splits that are given are kept, but a given "train" lends pictures to a split that is not given at all.
    What is free is dealt out by the hash of its group and the seed, whatever the order of the pictures;
    groups of rarer classes first, to the split that misses their classes most: every class has some in each.

    Raises:
        TrainingDataError: A class has too few groups for three splits.
    """
    groups = _groups(labelled.pictures)
    given = {group: _given(group, members) for group, members in groups.items()}
    known = set(given.values()) - {""}
    lent_to = (TRAIN, *(split for split in SPLITS if split not in known and split != TRAIN))
    chosen = {group: split for group, split in given.items() if split not in ("", TRAIN)}
    wanted = {TRAIN: 1 - shares.val - shares.calibration, VAL: shares.val, CALIBRATION: shares.calibration}
    _deal(labelled, groups, chosen, {split: wanted[split] for split in lent_to}, seed)
    pictures = tuple(replace(p, split=chosen[p.group]) for p in labelled.pictures)
    result = replace(labelled, pictures=pictures)
    _check(result)
    return result


def split_counts(labelled: LabelledPictures) -> dict[str, dict[str, int]]:
    """Pictures of each class in each split: {class: {split: n}}, in output order."""
    counts = {name: dict.fromkeys(SPLITS, 0) for name in labelled.classes}
    for picture in labelled.pictures:
        counts[picture.label][picture.split] += 1
    return counts


def write_index(labelled: LabelledPictures, path: Path) -> None:
    """Write an index CSV (file, label, split, group) with absolute files, so that it may lie anywhere."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(("file", "label", "split", "group"))
    for picture in labelled.pictures:
        writer.writerow((picture.path.resolve().as_posix(), picture.label, picture.split, picture.group))
    write_whole(path, text.getvalue().encode())


def _groups(pictures: Sequence[LabelledPicture]) -> dict[str, list[LabelledPicture]]:
    groups: dict[str, list[LabelledPicture]] = defaultdict(list)
    for picture in pictures:
        groups[picture.group].append(picture)
    return groups


def _given(group: str, members: Sequence[LabelledPicture]) -> str:
    given = {picture.split for picture in members} - {""}
    if len(given) > 1:
        raise TrainingDataError(
            f"split: the pictures of '{group}' stand in {' and '.join(sorted(given))}; "
            "pictures of one patient or slide belong in one"
        )
    return next(iter(given), "")


def _deal(
    labelled: LabelledPictures,
    groups: Mapping[str, Sequence[LabelledPicture]],
    chosen: dict[str, str],
    wanted: Mapping[str, float],
    seed: int,
) -> None:
    total = labelled.counts
    have = {split: dict.fromkeys(labelled.classes, 0.0) for split in SPLITS}

    def take(group: str, split: str) -> None:
        for picture in groups[group]:
            have[split][picture.label] += 1

    for group, split in chosen.items():
        take(group, split)
    for group in sorted(
        groups.keys() - chosen.keys(), key=lambda g: (min(total[p.label] for p in groups[g]), _hash(g, seed))
    ):
        labels = [picture.label for picture in groups[group]]
        # What the split still misses of these classes, as a share of what it should get.
        missing = {
            split: sum(1 - have[split][label] / max(share * total[label], 1e-9) for label in labels)
            for split, share in wanted.items()
        }
        chosen[group] = max(missing, key=lambda split: missing[split])
        take(group, chosen[group])


def _hash(group: str, seed: int) -> str:
    return hashlib.sha256(f"{seed}/{group}".encode()).hexdigest()


def _check(labelled: LabelledPictures) -> None:
    for name, counts in split_counts(labelled).items():
        short = [split for split in SPLITS if counts[split] == 0]
        if short:
            groups = len({p.group for p in labelled.pictures if p.label == name})
            raise TrainingDataError(
                f"class '{name}': {sum(counts.values())} pictures of {groups} patients, slides or cells "
                f"leave none for {' and '.join(short)}; give it more pictures, or leave it out"
            )
