"""Which pictures of a smear are counted, and why the others are not."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus

from cytovox.app.cases import CaseState, Material
from cytovox.app.problems import ApiProblem
from cytovox.app.specimen_rows import Picture
from cytovox.domain.findings import QualityWarning
from cytovox.report.report_content import listed


class Use(StrEnum):
    """What becomes of a picture in the count of its smear."""

    COUNTED = "counted"
    NOT_FINISHED = "not_finished"
    FAILED = "failed"
    SAME_PICTURE = "same_picture"
    OTHER_MATERIAL = "other_material"


_HELD_UP = {
    Use.NOT_FINISHED: ("is still being analysed", "are still being analysed"),
    Use.FAILED: ("could not be analysed", "could not be analysed"),
    Use.OTHER_MATERIAL: ("is of another material than most", "are of another material than most"),
}
"""Of one picture, and of several."""


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


def counted_pictures(pictures: Sequence[Picture]) -> list[Picture]:
    """The pictures that a report on a smear is on: it lacks none but copies of the others.

    Args:
        pictures: Of one smear, at least one.

    Raises:
        ApiProblem: 409 where one is not done, failed, or is of another material.
    """
    used = used_pictures(pictures)
    held_up = Counter(one.use for one in used)
    if reasons := [_said(use, held_up[use]) for use in _HELD_UP if held_up[use]]:
        wait = " Wait until all are done." if held_up[Use.NOT_FINISHED] else ""
        others = " Take out what cannot be counted, on the page of the smear."
        raise ApiProblem(
            HTTPStatus.CONFLICT,
            "pictures_not_counted",
            f"A report on a smear lacks none of its pictures. Of {len(pictures)}, {listed(reasons)}.{wait}"
            + (others if held_up[Use.FAILED] or held_up[Use.OTHER_MATERIAL] else ""),
        )
    return [one.picture for one in used if one.use is Use.COUNTED]


def _said(use: Use, pictures: int) -> str:
    one, several = _HELD_UP[use]
    return f"{pictures} {one if pictures == 1 else several}"


def remarks_on(counted: Sequence[Picture]) -> tuple[QualityWarning, ...]:
    """What speaks against pictures being of one smear, by what people said of them."""
    said: Mapping[str, tuple[set[str], str]] = {
        "several_subjects": ({p.case.subject for p in counted if p.case.subject}, "persons"),
        "several_dates": ({p.case.collected_on for p in counted if p.case.collected_on}, "dates"),
    }
    return tuple(
        QualityWarning(
            key,
            f"These pictures are said to be of {len(values)} {words}. One smear has one: take out those of "
            "another smear.",
        )
        for key, (values, words) in said.items()
        if len(values) > 1
    )


def copies_remark(pictures: Sequence[Picture], counted: Sequence[Picture]) -> tuple[QualityWarning, ...]:
    """That pictures are copies of counted ones, where some are.

    Args:
        pictures: All of a smear.
        counted: As of `counted_pictures`.
    """
    copies = len(pictures) - len(counted)
    if not copies:
        return ()
    text = f"Further pictures that are byte for byte the same as one of these, and do not count: {copies}."
    return (QualityWarning(Use.SAME_PICTURE.value, text),)


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
