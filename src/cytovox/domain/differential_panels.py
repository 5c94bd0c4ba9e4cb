"""Which cells a differential of blood or marrow counts, and how many are wanted."""

from dataclasses import dataclass

from cytovox.domain.errors import InputError
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.domain.taxonomy import UNIDENTIFIED, UNTYPED, Taxonomy


@dataclass(frozen=True, slots=True)
class Panel:
    """What a differential counts.

    Attributes:
        material: "blood" or "marrow".
        counted_cells: What is counted, in words.
        counted: Keys of the classes that are counted, in the order of their rows; subtypes of one are rows
            below it.
        apart: Keys of classes that are shown beside the differential and are no part of its total.
        targets: Numbers of cells to count.
        nucleated_red_cells: Keys of those that blood has per 100 white cells.
        myeloid: Keys above the line of the myeloid to erythroid ratio.
        erythroid: Keys below that line.
        blasts: Keys of blasts.
        immature: Keys of cells that healthy adult blood does not hold.
        abnormal: Keys of cells that healthy adults do not have.
    """

    material: str
    counted_cells: str
    counted: tuple[str, ...]
    apart: tuple[str, ...]
    targets: tuple[int, ...]
    nucleated_red_cells: tuple[str, ...] = ()
    myeloid: tuple[str, ...] = ()
    erythroid: tuple[str, ...] = ()
    blasts: tuple[str, ...] = ()
    immature: tuple[str, ...] = ()
    abnormal: tuple[str, ...] = ()

    @property
    def taxonomy(self) -> Taxonomy:
        """Names, colours and subtypes of its classes."""
        return load_taxonomy(self.material)


BLOOD = Panel(
    material="blood",
    counted_cells="white cells",
    counted=("neutrophil", "lymphocyte", "monocyte", "eosinophil", "basophil", "immature_granulocyte"),
    apart=("erythroblast", UNTYPED, UNIDENTIFIED),
    targets=(100, 200, 400),
    nucleated_red_cells=("erythroblast",),
    immature=("immature_granulocyte",),
)
"""White cells of blood. CLSI H20: the reference is 2 examiners x 200 cells; nucleated red cells stand
apart."""

_MYELOID = (
    "blast",
    "promyelocyte",
    "myelocyte",
    "metamyelocyte",
    "neutrophil_band",
    "neutrophil_segmented",
    "eosinophil",
    "basophil",
    "monocyte",
)
_ERYTHROID = ("proerythroblast", "erythroblast")
MARROW = Panel(
    material="marrow",
    counted_cells="nucleated cells",
    counted=(
        *_MYELOID,
        "lymphocyte",
        "immature_lymphocyte",
        "hairy_cell",
        "plasma_cell",
        *_ERYTHROID,
    ),
    apart=("smudge_cell", "artefact", "other", "not_identifiable", UNTYPED, UNIDENTIFIED),
    targets=(500,),
    myeloid=_MYELOID,
    erythroid=_ERYTHROID,
    blasts=("blast",),
    abnormal=("faggot_cell", "hairy_cell", "abnormal_eosinophil"),
)
"""Nucleated cells of marrow (ICSH: Lee and others, Int J Lab Hematol 30 (2008) 349-364): at least 500 cells;
smudged cells are not counted; granulocytic and monocytic cells and their precursors over erythroblasts. The
classes do not tell myeloblasts from lymphoblasts: all blasts stand above the line."""

PANELS = {panel.material: panel for panel in (BLOOD, MARROW)}


def panel_of(material: str) -> Panel:
    """The panel of a material.

    Raises:
        InputError: There is none.
    """
    if material not in PANELS:
        raise InputError(f"differential: expected blood or marrow, got '{material}'")
    return PANELS[material]
