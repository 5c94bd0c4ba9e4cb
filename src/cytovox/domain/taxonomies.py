"""The taxonomies that come with Cytovox, read from the JSON files beside this module."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from cytovox.domain.errors import InputError
from cytovox.domain.taxonomy import CellClass, Code, Taxonomy

TAXONOMY_KEYS = ("blood", "marrow", "smear_map", "organs")
"""Keys that `load_taxonomy` knows."""


@cache
def load_taxonomy(key: str) -> Taxonomy:
    """A taxonomy by its key; the same object at each call.

    Args:
        key: "blood", "marrow" (21 classes, and the cells about them), "smear_map" (ten classes, label =
            position) or "organs".

    Raises:
        InputError: There is no taxonomy of that key.
    """
    if key not in TAXONOMY_KEYS:
        raise InputError(f"no taxonomy '{key}'; expected one of {', '.join(TAXONOMY_KEYS)}")
    source = files("cytovox.domain").joinpath("taxonomies", f"{key}.json")
    return _from_dict(json.loads(source.read_text(encoding="utf-8")))


def taxonomy_named(key: str) -> Taxonomy:
    """The shipped taxonomy of that key; for any other an empty one, whose classes go by their keys."""
    return load_taxonomy(key) if key in TAXONOMY_KEYS else Taxonomy(key, key, ())


def _from_dict(data: dict[str, Any]) -> Taxonomy:
    return Taxonomy(data["key"], data["name"], tuple(_cell_class(entry) for entry in data["classes"]))


def _cell_class(entry: dict[str, Any]) -> CellClass:
    fields = entry | {
        "aliases": tuple(entry.get("aliases", ())),
        "codes": tuple(Code(**code) for code in entry.get("codes", ())),
    }
    return CellClass(**fields)
