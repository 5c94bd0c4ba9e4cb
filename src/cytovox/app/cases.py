"""A case: one uploaded picture and how far its analysis is."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from cytovox.domain.material import Material as Material  # noqa: PLC0414 - a case has one, so its readers find it here

LONGEST_NAME = 120
LONGEST_TAG = 40
MOST_TAGS = 20
LONGEST_LABEL = 64
_NAME_IF_NONE = "picture"


class CaseKind(StrEnum):
    """What was uploaded, and thus which analysis it needs."""

    SMEAR = "smear"
    VOLUME = "volume"


class CaseState(StrEnum):
    """Where a case stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


UNFINISHED = frozenset({CaseState.QUEUED, CaseState.RUNNING})


@dataclass(frozen=True, slots=True)
class CaseProblem:
    """Why a case failed.

    Attributes:
        code: Stable identifier.
        message: A sentence for a person.
    """

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class CellCounts:
    """What a finished case holds, in coarse classes; unidentified cells are no part of the white cells."""

    red_cells: int
    white_cells: int
    platelets: int
    unidentified: int = 0


@dataclass(frozen=True, slots=True)
class Case:
    """One uploaded picture and its analysis.

    Attributes:
        id: 32 hexadecimal digits.
        name: File name as a person gave it, made safe.
        created_utc: ISO 8601 time, UTC.
        width: Columns of the picture, px.
        height: Rows of the picture, px.
        mpp_um: Micrometres per pixel as given with the upload, or None.
        sample: Whether this is the sample smear that ships with the program.
        picture_media_type: Type of the bytes that a browser shows.
        state: Where the case stands.
        progress: 0..1.
        step: What is being done, in words.
        problem: Why it failed, or None.
        counts: What was found, or None before the end.
        kind: What was uploaded.
        owner: Whose it is, or None where there are no accounts.
        tags: Words that people gave it to find it again.
        material: What the smear was made of.
        subject: Pseudonym of the person it is from, or None; never a name or number of a patient.
        specimen: Which smear it is a picture of: pictures of one smear count together. Or None.
        collected_on: ISO 8601 date of the specimen, or None.
    """

    id: str
    name: str
    created_utc: str
    width: int
    height: int
    mpp_um: float | None
    sample: bool
    picture_media_type: str
    state: CaseState = CaseState.QUEUED
    progress: float = 0.0
    step: str = "waiting"
    problem: CaseProblem | None = None
    counts: CellCounts | None = None
    kind: CaseKind = CaseKind.SMEAR
    owner: str | None = None
    tags: tuple[str, ...] = ()
    material: Material = Material.BLOOD
    subject: str | None = None
    specimen: str | None = None
    collected_on: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """What a person says of a picture when it comes in.

    Attributes:
        material: What the smear was made of.
        subject: Pseudonym of the person it is from, or None.
        specimen: Which smear it is a picture of, or None.
        tags: Words to find it again.
    """

    material: Material = Material.BLOOD
    subject: str | None = None
    specimen: str | None = None
    tags: tuple[str, ...] = ()


NOTHING_SAID = Origin()


def safe_name(name: str | None) -> str:
    """File name without folders, control characters and excess length; never empty.

    Args:
        name: As the browser sent it.
    """
    text = unicodedata.normalize("NFC", name or "").replace("\\", "/").rsplit("/", maxsplit=1)[-1]
    text = "".join(c for c in text if unicodedata.category(c)[0] != "C")
    text = re.sub(r"\s+", " ", text).strip(" .")
    if len(text) > LONGEST_NAME:
        stem, dot, suffix = text.rpartition(".")
        suffix = dot + suffix if stem and len(suffix) <= 8 else ""
        text = text[: LONGEST_NAME - len(suffix) - 1] + "…" + suffix
    return text or _NAME_IF_NONE


def safe_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags without control characters, outer space, empty ones, and those that differ in case only.

    Args:
        tags: As a person gave them.
    """
    plain = (" ".join(unicodedata.normalize("NFC", _visible(tag)).split()) for tag in tags)
    return tuple({tag.casefold(): tag for tag in reversed([*plain]) if tag}.values())[::-1]


def safe_label(text: str) -> str | None:
    """Text without control characters and outer space; None where nothing is left.

    Args:
        text: As a person gave it.
    """
    return " ".join(unicodedata.normalize("NFC", _visible(text)).split()) or None


def _visible(text: str) -> str:
    return "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
