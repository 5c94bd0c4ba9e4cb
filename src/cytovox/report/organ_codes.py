"""Terminology codes of organs, as files write them."""

from dataclasses import asdict

from cytovox.domain.taxonomies import load_taxonomy
from cytovox.domain.taxonomy import Code
from cytovox.domain.volume import OrganClass

SIDES = {"7771000", "24028007"}
"""SNOMED CT codes of left and right (DICOM PS3.16 CID 244)."""


def structure_codes(organ: OrganClass) -> tuple[Code, ...]:
    """Codes of the structure, whichever side it is on."""
    organs = load_taxonomy("organs")
    above = organs[organ.parent].codes if organ.parent is not None and organ.parent in organs else ()
    return (*above, *(code for code in organ.codes if code.code not in SIDES))


def side_code(organ: OrganClass) -> Code | None:
    """Code of the side that an organ is on, None for one without."""
    return next((code for code in organ.codes if code.code in SIDES), None)


def plain_codes(organ: OrganClass) -> list[dict[str, str]]:
    """All codes as plain values: the structure, then its side."""
    side = side_code(organ)
    return [asdict(code) for code in (*structure_codes(organ), *((side,) if side else ()))]
