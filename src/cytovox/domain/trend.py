"""Smears of one person in the order of time."""

from collections.abc import Sequence
from dataclasses import dataclass

from cytovox.domain.errors import InputError


@dataclass(frozen=True, slots=True)
class DatedPicture:
    """A picture as far as its place in time goes.

    Attributes:
        id: Of the case.
        material: "blood" or "marrow".
        specimen: Which smear it shows, or None.
        collected_on: ISO 8601 date of the specimen, or None.
        uploaded_on: ISO 8601 date of the upload.
    """

    id: str
    material: str
    specimen: str | None
    collected_on: str | None
    uploaded_on: str

    def __post_init__(self) -> None:
        if not self.uploaded_on:
            raise InputError("trend: expected the date of the upload, got none")

    @property
    def smear(self) -> tuple[str, str, str | None]:
        """What pictures of one smear have in common; one without a key is a smear of its own."""
        return (self.material, f"smear {self.specimen}" if self.specimen else self.id, self.collected_on)


@dataclass(frozen=True, slots=True)
class DatedSmear:
    """The pictures of one smear.

    Attributes:
        date: ISO 8601 date: of the specimen where it is known, else of its first upload.
        collected: Whether it is the specimen's own.
        material: "blood" or "marrow".
        specimen: What people call the smear, or None.
        pictures: Ids of its cases, first uploaded first.
    """

    date: str
    collected: bool
    material: str
    specimen: str | None
    pictures: tuple[str, ...]


def dated_smears(pictures: Sequence[DatedPicture]) -> list[DatedSmear]:
    """The smears that pictures show, earliest first; of one day, in the order of their first picture.

    A key that was given to smears of two days or two materials stands for as many smears.

    Args:
        pictures: Of one person, first uploaded first.
    """
    smears: dict[tuple[str, str, str | None], list[DatedPicture]] = {}
    for picture in pictures:
        smears.setdefault(picture.smear, []).append(picture)
    return sorted((_smear(same) for same in smears.values()), key=lambda smear: smear.date)


def _smear(pictures: Sequence[DatedPicture]) -> DatedSmear:
    first = pictures[0]
    return DatedSmear(
        date=first.collected_on or min(picture.uploaded_on for picture in pictures),
        collected=first.collected_on is not None,
        material=first.material,
        specimen=first.specimen,
        pictures=tuple(picture.id for picture in pictures),
    )
