"""Pictures that stand in more than one split: exact copies and near-duplicates, whichever way round."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from cytovox.domain.errors import CytovoxError, TrainingDataError
from cytovox.domain.image import RgbPixels
from cytovox.imaging.perceptual_hash import Fingerprint, Hashes, bits_apart, fingerprint, orient
from cytovox.io.labelled_folder import LabelledPicture, LabelledPictures
from cytovox.io.smear import open_smear
from cytovox.io.splitting import CALIBRATION, TRAIN, VAL

# On cells/pbc: of 11 million pairs of different pictures, counting the eight orientations, 1 in 60 000 is
# 10 bits apart or less, and no grey copies correlate above 0.89. A picture blurred by 2 px, at 0.6 times its
# size or as JPEG of quality 50 is at most 4 bits from itself and correlates above 0.996; cut by 2 % a side it
# correlates at 0.93 to 0.97, which is left alone: plain cells on a white ground come that close too.
MOST_BITS_APART = 10
"""Of 63: pairs of pictures further apart are not looked at again."""
LEAST_LIKENESS = 0.985
"""Correlation of two grey copies from which they count as one picture."""
_BLOCK = 512


@dataclass(frozen=True, slots=True)
class Leak:
    """A picture that a held-out split shares with another.

    Attributes:
        kept: The held-out picture.
        copy: Its copy in the training pictures, or in another held-out split.
        exact: Whether the pixels are the same; else they only look the same.
    """

    kept: LabelledPicture
    copy: LabelledPicture
    exact: bool


@dataclass(frozen=True, slots=True)
class CheckedPictures:
    """What is left after the check, and what was found.

    Attributes:
        labelled: Readable pictures without the copies; `left_out` says what was dropped.
        leaks: Copies across splits.
        conflicts: Exact copies under two labels, in whichever split.
        unreadable: Files that could not be decoded, with the reason.
    """

    labelled: LabelledPictures
    leaks: tuple[Leak, ...]
    conflicts: tuple[tuple[LabelledPicture, LabelledPicture], ...]
    unreadable: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Looked:
    picture: LabelledPicture
    digest: str
    print: Fingerprint


def check_leaks(
    labelled: LabelledPictures, *, drop: bool = True, progress: Callable[[float], None] = lambda _: None
) -> CheckedPictures:
    """Read every picture once, and find those that stand in two splits.

    Of two copies the held-out one is kept, the validation picture before the calibration picture.

    Args:
        labelled: Pictures with splits.
        drop: Whether copies are taken out; else they are only reported.
        progress: Called with the share of pictures that are read.

    Raises:
        TrainingDataError: No picture can be read.
    """
    looked, unreadable = _look_at_all(labelled.pictures, progress)
    if not looked:
        raise TrainingDataError(
            f"none of {len(labelled.pictures)} pictures could be read, the first: {unreadable[0]}"
        )
    leaks = tuple(_leaks(looked))
    dropped = {id(leak.copy) for leak in leaks} if drop else set()
    pictures = tuple(item.picture for item in looked if id(item.picture) not in dropped)
    notes = [f"{len(unreadable)} files could not be read, the first: {unreadable[0]}"] if unreadable else []
    if leaks:
        did = "left out of" if drop else "left in"
        notes.append(f"{len(leaks)} copies of held-out pictures, {did} the other split")
    kept = replace(labelled, pictures=pictures, left_out=(*labelled.left_out, *notes))
    return CheckedPictures(kept, leaks, tuple(_conflicts(looked)), tuple(unreadable))


def _look_at_all(
    pictures: Sequence[LabelledPicture], progress: Callable[[float], None]
) -> tuple[list[_Looked], list[str]]:
    looked, unreadable = [], []
    for number, picture in enumerate(pictures, 1):
        try:
            looked.append(_look(picture, open_smear(picture.path).pixels))
        except CytovoxError as error:
            unreadable.append(str(error).replace(str(picture.path), picture.path.name))
        progress(number / len(pictures))
    return looked, unreadable


def _look(picture: LabelledPicture, pixels: RgbPixels) -> _Looked:
    digest = hashlib.sha256(str(pixels.shape).encode() + np.ascontiguousarray(pixels).tobytes()).hexdigest()
    return _Looked(picture, digest, fingerprint(pixels))


def _leaks(looked: Sequence[_Looked]) -> Iterator[Leak]:
    val, calibration, train = (
        [item for item in looked if item.picture.split == split] for split in (VAL, CALIBRATION, TRAIN)
    )
    found: set[int] = set()
    for held_out, others in ((val, [*calibration, *train]), (calibration, train)):
        left = [item for item in others if id(item.picture) not in found]
        for other, match, exact in _matches(held_out, left):
            found.add(id(other))
            yield Leak(match, other, exact)


def _matches(
    held_out: Sequence[_Looked], others: Sequence[_Looked]
) -> Iterator[tuple[LabelledPicture, LabelledPicture, bool]]:
    """For each of the others that is in the held-out set: it, the held-out picture, and whether exactly."""
    if not held_out or not others:
        return
    by_digest = {item.digest: item for item in held_out}
    # Every orientation of the held-out pictures against the others as they stand.
    turned: Hashes = np.stack([item.print.hashes for item in held_out])
    for start in range(0, len(others), _BLOCK):
        block = others[start : start + _BLOCK]
        upright = np.array([item.print.hashes[0] for item in block], np.uint64)
        near = np.argwhere(bits_apart(upright, turned.ravel()) <= MOST_BITS_APART)
        candidates = defaultdict(list)
        for row, column in near.tolist():
            candidates[row].append(divmod(column, turned.shape[1]))
        for row, item in enumerate(block):
            if item.digest in by_digest:
                yield item.picture, by_digest[item.digest].picture, True
            elif match := _alike(item, ((held_out[i], way) for i, way in candidates[row])):
                yield item.picture, match.picture, False


def _alike(item: _Looked, candidates: Iterable[tuple[_Looked, int]]) -> _Looked | None:
    for candidate, way in candidates:
        if float((item.print.small * orient(candidate.print.small, way)).sum()) >= LEAST_LIKENESS:
            return candidate
    return None


def _conflicts(looked: Sequence[_Looked]) -> Iterator[tuple[LabelledPicture, LabelledPicture]]:
    first: dict[str, LabelledPicture] = {}
    for item in looked:
        earlier = first.setdefault(item.digest, item.picture)
        if earlier.label != item.picture.label:
            yield earlier, item.picture


def leak_report(checked: CheckedPictures) -> str:
    """The findings as lines of text for a file in the run's folder; file names only, no folders."""
    lines = [*checked.labelled.left_out]
    for leak in checked.leaks:
        how = "is" if leak.exact else "looks like"
        lines.append(
            f"{leak.copy.split}: {_name(leak.copy.path)} {how} {leak.kept.split}: {_name(leak.kept.path)}"
        )
    for one, other in checked.conflicts:
        lines.append(
            f"one picture, two labels: {_name(one.path)} ({one.label}), {_name(other.path)} ({other.label})"
        )
    lines += [f"unreadable: {reason}" for reason in checked.unreadable]
    return "\n".join(lines or ["no copies across splits, every file readable"]) + "\n"


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"
