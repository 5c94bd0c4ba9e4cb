"""Stains and cameras as colours: what the empty slide and one unit of each dye look like."""

from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from cytovox.synth.optics import linear_light

Colour = tuple[int, int, int]


class Dye(IntEnum):
    """What absorbs light in a stained smear, in the order of a dye map's last axis."""

    HAEMOGLOBIN = 0
    CHROMATIN = 1
    BASOPHILIC = 2
    EOSIN = 3
    AZUROPHIL = 4
    PINK = 5


HAEMOGLOBIN_UNIT_UM = 2.5
"""Cell thickness that counts as one unit of haemoglobin: about the rim of a biconcave disc."""


@dataclass(frozen=True, slots=True)
class Palette:
    """Display colours (sRGB, 0..255) of a stain under one camera.

    Attributes:
        background: The empty slide.
        haemoglobin: A red cell 2.5 um thick.
        chromatin: A dense nucleus.
        basophilic: Strongly blue cytoplasm.
        eosin: Eosinophil granules.
        azurophil: Purple granules.
        pink: Neutrophil cytoplasm.
    """

    background: Colour
    haemoglobin: Colour
    chromatin: Colour
    basophilic: Colour
    eosin: Colour
    azurophil: Colour
    pink: Colour

    def light(self) -> NDArray[np.float64]:
        """Linear light of the empty slide, shape (3,), 0..1."""
        return linear_light(np.array(self.background))

    def absorbance(self) -> NDArray[np.float64]:
        """Decadic absorbance of one unit of each dye in red, green and blue, shape (6, 3)."""
        colours = np.array(
            [self.haemoglobin, self.chromatin, self.basophilic, self.eosin, self.azurophil, self.pink]
        )
        return np.asarray(np.maximum(np.log10(self.light()) - np.log10(linear_light(colours)), 0.0))


# Colours were chosen by eye beside pictures of such stains; none was fitted to a data set.
PALETTES = MappingProxyType(
    {
        "warm": Palette(
            background=(254, 230, 203),
            haemoglobin=(194, 153, 157),
            chromatin=(64, 26, 122),
            basophilic=(112, 116, 186),
            eosin=(205, 108, 112),
            azurophil=(122, 44, 132),
            pink=(226, 190, 192),
        ),
        "pink": Palette(
            background=(226, 223, 221),
            haemoglobin=(198, 148, 150),
            chromatin=(88, 52, 156),
            basophilic=(120, 140, 196),
            eosin=(206, 104, 112),
            azurophil=(140, 66, 158),
            pink=(206, 178, 204),
        ),
        "blue_grey": Palette(
            background=(247, 249, 250),
            haemoglobin=(164, 168, 202),
            chromatin=(76, 50, 136),
            basophilic=(120, 142, 200),
            eosin=(196, 122, 140),
            azurophil=(124, 64, 140),
            pink=(214, 200, 220),
        ),
    }
)
