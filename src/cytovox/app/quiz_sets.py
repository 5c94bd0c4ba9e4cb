"""What can be asked in a quiz: sets of classes that are told apart."""

from dataclasses import dataclass
from enum import StrEnum

from cytovox.domain.differential_panels import MARROW as MARROW_PANEL
from cytovox.domain.material import Material
from cytovox.domain.taxonomies import load_taxonomy


class QuizKey(StrEnum):
    """A set of classes."""

    WHITE_CELLS = "white_cells"
    GRANULOCYTES = "granulocytes"
    MONONUCLEAR = "mononuclear"
    COLOURED_GRANULES = "coloured_granules"
    MALARIA = "malaria"
    MARROW = "marrow"


@dataclass(frozen=True, slots=True)
class QuizSet:
    """Classes that are told apart.

    Attributes:
        name: What a person reads.
        about: One sentence.
        material: Of the smears.
        classes: Keys of its taxonomy, in order. A cell of a finer class counts as the class above it.
    """

    name: str
    about: str
    material: Material
    classes: tuple[str, ...]

    def class_of(self, label: str) -> str | None:
        """The class of the set that a label belongs to; None where it belongs to none."""
        taxonomy = load_taxonomy(self.material)
        if label not in taxonomy:
            return None
        return next((key for key in taxonomy.lineage(label) if key in self.classes), None)


QUIZ_SETS: dict[QuizKey, QuizSet] = {
    QuizKey.WHITE_CELLS: QuizSet(
        "White cells of blood",
        "The types of a differential.",
        Material.BLOOD,
        (
            "neutrophil",
            "eosinophil",
            "basophil",
            "lymphocyte",
            "monocyte",
            "immature_granulocyte",
            "erythroblast",
        ),
    ),
    QuizKey.GRANULOCYTES: QuizSet(
        "How a neutrophil ripens",
        "From the promyelocyte to the segmented neutrophil.",
        Material.BLOOD,
        ("promyelocyte", "myelocyte", "metamyelocyte", "neutrophil_band", "neutrophil_segmented"),
    ),
    QuizKey.MONONUCLEAR: QuizSet(
        "Lymphocyte or monocyte",
        "The two that are mistaken for each other most often.",
        Material.BLOOD,
        ("lymphocyte", "monocyte"),
    ),
    QuizKey.COLOURED_GRANULES: QuizSet(
        "Granules by colour",
        "Neutrophil, eosinophil or basophil.",
        Material.BLOOD,
        ("neutrophil", "eosinophil", "basophil"),
    ),
    QuizKey.MALARIA: QuizSet(
        "Malaria",
        "Is the red cell infected?",
        Material.BLOOD,
        ("red_cell", "infected_red_cell"),
    ),
    QuizKey.MARROW: QuizSet(
        "Bone marrow",
        "The classes of a marrow differential.",
        Material.MARROW,
        (*MARROW_PANEL.counted, "smudge_cell", "artefact"),
    ),
}
