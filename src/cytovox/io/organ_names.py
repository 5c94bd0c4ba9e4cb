"""Names of labels: from tables, JSON files and headers, and the organs of the taxonomy that they mean."""

import colorsys
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from cytovox.domain.errors import InputError
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.domain.volume import OrganClass

TABLES = ("totalsegmentator_ct", "totalsegmentator_mr", "amos")
"""Tables of labels that come with Cytovox, by the name of what draws such labels."""
_BACKGROUND = {"background", "clear label", ""}
_LABEL_TAG = re.compile(r'<Label\s[^>]*?Key="(\d+)"[^>]*>\s*(?:<!\[CDATA\[(.*?)\]\]>|([^<]*))', re.DOTALL)
_NO_LETTERS = re.compile(r"[^a-z0-9]+")


OrganNames = Mapping[int, str] | str | Path
"""What names labels: names by label, one of `TABLES`, or a JSON file."""


@dataclass(frozen=True, slots=True)
class LabelName:
    """What a file says of one label.

    Attributes:
        name: Its name, as written there.
        colour: Its colour "#rrggbb", or None.
        snomed: Its SNOMED CT code, or None.
    """

    name: str
    colour: str | None = None
    snomed: str | None = None


LabelNames = Mapping[int, LabelName]
"""Names by label; 0 is background and has none."""


def organ_classes(names: LabelNames) -> dict[int, OrganClass]:
    """The organ of each label: of the taxonomy by SNOMED code, key or name, else made from the name."""
    return {label: _organ(named) for label, named in sorted(names.items())}


def names_from(organs: OrganNames) -> dict[int, LabelName]:
    """Names that a caller gave.

    Args:
        organs: Names by label, one of `TABLES`, or a JSON file.

    Raises:
        InputError: There is no such table, or the file holds no names of labels.
    """
    if isinstance(organs, Mapping):
        return _named(organs)
    if str(organs) in TABLES:
        source = files("cytovox.io").joinpath("label_tables", f"{organs}.json")
        return names_from_json(source.read_bytes(), str(organs))
    try:
        return names_from_json(Path(organs).read_bytes(), str(organs))
    except OSError as error:
        raise InputError(
            f"{organs}: expected a JSON file with names of labels, or one of {', '.join(TABLES)}; "
            f"{error.strerror or 'it cannot be read'}"
        ) from error


def names_from_json(data: bytes, source: str) -> dict[int, LabelName]:
    """Names from JSON: {"1": "liver"}, {"liver": 1}, or either under "labels" as in nnU-Net's `dataset.json`.

    Raises:
        InputError: It is none of these.
    """
    try:
        table = json.loads(data)
    except (UnicodeDecodeError, json.JSONDecodeError):
        table = None
    if isinstance(table, dict) and isinstance(table.get("labels"), dict):
        table = table["labels"]
    if isinstance(table, dict) and table:
        if all(_is_label(key) and isinstance(name, str) for key, name in table.items()):
            return _named({int(key): name for key, name in table.items()})
        if all(_is_label(label) for label in table.values()):
            return _named({int(label): name for name, label in table.items()})
    raise InputError(f'{source}: expected names of labels as {{"1": "liver", "2": "stomach"}}')


def names_from_label_table(text: str) -> dict[int, LabelName]:
    """Names from the XML label table that TotalSegmentator and others put into NIfTI headers."""
    return _named({int(label): cdata or plain for label, cdata, plain in _LABEL_TAG.findall(text)})


def _named(names: Mapping[int, str]) -> dict[int, LabelName]:
    return {
        int(label): LabelName(name.strip())
        for label, name in names.items()
        if int(label) > 0 and name.strip().lower() not in _BACKGROUND
    }


def _is_label(value: Any) -> bool:
    return (isinstance(value, int) and not isinstance(value, bool)) or (
        isinstance(value, str) and value.strip().isdecimal()
    )


def is_known_organ(name: str) -> bool:
    """Whether the taxonomy of organs has such a key, name or other name."""
    return _key(name) in _known_organs()


@cache
def _known_organs() -> frozenset[str]:
    return frozenset(
        _key(name) for organ in load_taxonomy("organs") for name in (organ.key, organ.name, *organ.aliases)
    )


def _organ(named: LabelName) -> OrganClass:
    wanted = _key(named.name)
    for organ in load_taxonomy("organs"):
        if named.snomed and any(code.code == named.snomed for code in organ.codes):
            return organ
    for organ in load_taxonomy("organs"):
        if wanted in {organ.key, _key(organ.name), *(_key(alias) for alias in organ.aliases)}:
            return organ
    words = named.name.replace("_", " ").strip() or "unnamed"
    short = "".join(word[0] for word in re.findall(r"[A-Za-z0-9]+", words))[:4].upper() or "?"
    return OrganClass(wanted or "unnamed", words, named.colour or _stable_colour(wanted), short)


def _key(name: str) -> str:
    return _NO_LETTERS.sub("_", name.lower()).strip("_")


def _stable_colour(key: str) -> str:
    # The same name gets the same colour in every file: hue and lightness from its hash, never near black or
    # white.
    digest = hashlib.sha256(key.encode()).digest()
    channels = colorsys.hls_to_rgb(digest[0] / 256, 0.45 + digest[1] / 1024, 0.45 + digest[2] / 1024)
    return "#" + "".join(f"{round(255 * channel):02x}" for channel in channels)
