"""Which pictures of a smear are counted, and why the others are not."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from cytovox.app.cases import CaseState, Material
from cytovox.app.specimen_rows import Picture


class Use(StrEnum):
    """What becomes of a picture in the count of its smear."""

    COUNTED = "counted"
    NOT_FINISHED = "not_finished"
    FAILED = "failed"
    SAME_PICTURE = "same_picture"
    OTHER_MATERIAL = "other_material"


@dataclass(frozen=True, slots=True)
class UsedPicture:
    """A picture and what becomes of it.

    Attributes:
        picture: The picture.
        use: What becomes of it.
        same_as: Id of the case that counts in its place, where its bytes are the same.
    """

    picture: Picture
    use: Use
    same_as: str | None = None


def material_of(pictures: Sequence[Picture]) -> Material:
    """What a smear is made of, by most of its pictures; where as many say either, by the first."""
    return Counter(picture.case.material for picture in pictures).most_common(1)[0][0]


def used_pictures(pictures: Sequence[Picture]) -> list[UsedPicture]:
    """The pictures in their order, each with what becomes of it.

    The same bytes count once: the cells on them are the same cells. Of such pictures the one counts that a
    person reviewed, else the first.

    Args:
        pictures: Of one smear, at least one.
    """
    material = material_of(pictures)
    finished = [p for p in pictures if p.case.state is CaseState.DONE and p.case.material is material]
    counts: dict[str, str] = {}
    for picture in sorted(finished, key=lambda picture: not picture.reviewed):
        counts.setdefault(picture.original_sha256, picture.case.id)
    return [_used(picture, material, counts) for picture in pictures]


def _used(picture: Picture, material: Material, counts: dict[str, str]) -> UsedPicture:
    if picture.case.material is not material:
        return UsedPicture(picture, Use.OTHER_MATERIAL)
    if picture.case.state is CaseState.FAILED:
        return UsedPicture(picture, Use.FAILED)
    if picture.case.state is not CaseState.DONE:
        return UsedPicture(picture, Use.NOT_FINISHED)
    counted = counts[picture.original_sha256]
    if counted != picture.case.id:
        return UsedPicture(picture, Use.SAME_PICTURE, counted)
    return UsedPicture(picture, Use.COUNTED)
