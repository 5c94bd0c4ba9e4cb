"""The textbook atlas: one model for each class of cell whose shape means something."""

from functools import lru_cache

from cytovox.domain.errors import InputError
from cytovox.domain.surface import Surface
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.sculpt.textbook.model import model
from cytovox.sculpt.textbook.reading import load_atlas
from cytovox.sculpt.textbook.spec import CellSpec

ATLAS_TAXONOMIES = ("blood", "marrow")
"""Taxonomies that the atlas knows; a test holds them to its data."""
_KEPT = 64
"""Models kept at hand: more than there are."""


def atlas_labels(taxonomy: str) -> tuple[str, ...]:
    """Classes that have a textbook model, in the order of their taxonomy.

    Args:
        taxonomy: "blood" or "marrow".

    Raises:
        InputError: The atlas does not know that taxonomy.
    """
    shown = load_atlas().shown
    if taxonomy not in shown:
        raise InputError(f"textbook atlas: expected a taxonomy of {', '.join(shown)}, got '{taxonomy}'")
    return tuple(key for key in load_taxonomy(taxonomy).keys if key in shown[taxonomy])


def described(taxonomy: str, label: str) -> CellSpec:
    """What the atlas says of a class.

    Args:
        taxonomy: "blood" or "marrow".
        label: Key of the class.

    Raises:
        InputError: The atlas has no model of that class; the message says why.
    """
    if label not in atlas_labels(taxonomy):
        reason = load_atlas().without[taxonomy].get(label)
        why = f": {reason}" if reason else f"; it has {', '.join(atlas_labels(taxonomy))}"
        raise InputError(f"textbook atlas: no model of '{label}' of '{taxonomy}'{why}")
    return load_atlas().cells[load_atlas().shown[taxonomy][label]]


@lru_cache(maxsize=_KEPT)
def textbook_cell(taxonomy: str, label: str) -> Surface:
    """The textbook model of a class, in micrometres; the same object at each call.

    Args:
        taxonomy: "blood" or "marrow".
        label: Key of the class.

    Raises:
        InputError: The atlas has no model of that class; the message says why.
    """
    return model(load_taxonomy(taxonomy).name_of(label), described(taxonomy, label))
