"""What a smear was made of."""

from enum import StrEnum


class Material(StrEnum):
    """What a smear was made of, and thus which cells are to be expected.

    Each is also the key of the taxonomy that its cells are named by, and the installed classifier's name.
    """

    BLOOD = "blood"
    MARROW = "marrow"
