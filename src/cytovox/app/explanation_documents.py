"""The JSON of named and explained cells."""

from collections.abc import Iterable

from pydantic import Field

from cytovox.app.schemas import Document
from cytovox.domain.explanation import Explanation
from cytovox.domain.taxonomy import Taxonomy


class CropDocument(Document):
    """The part of the picture that the classifier saw, in pixels of the picture; may reach beyond it."""

    xmin: float
    ymin: float
    xmax: float
    ymax: float


class EvidenceDocument(Document):
    """What speaks for one class of a cell."""

    key: str
    name: str
    colour: str
    probability: float
    map: list[list[float]] = Field(
        description="Rows of the class activation map over the crop, 0 to 1; one scale for all classes shown."
    )


class ExplanationDocument(Document):
    """Why a cell was named as it was."""

    cell_id: int = Field(description="Id in the findings; 0 for a picture of a single cell.")
    label: str
    unidentified: bool
    prediction_set: list[str]
    level: float | None = Field(
        description="Share of cells whose true class is in their set; null: the model gives no sets."
    )
    crop: CropDocument
    classes: list[EvidenceDocument] = Field(
        description="The likeliest classes: the best first, then from the most probable down."
    )


class NamedPictureDocument(Document):
    """What the cell in a picture of a single cell is."""

    name: str = Field(description="Name of the picture.")
    width: int
    height: int
    label: str = Field(description="Key of the best class, or unidentified.")
    best: str
    confidence: float = Field(description="Probability of best.")
    unidentified: bool
    prediction_set: list[str]
    unfamiliarity: float | None
    probabilities: dict[str, float] = Field(description="Class probabilities, largest first.")
    explanation: ExplanationDocument | None = Field(description="Null from a model without activation maps.")


class ClassificationDocument(Document):
    """What the cells in some pictures of a single cell each are."""

    model: str
    taxonomy: str | None = Field(description="Key of the taxonomy of the classes, where it is a shipped one.")
    level: float | None = Field(
        description="Share of cells whose true class is in their set; null: the model gives no sets."
    )
    pictures: list[NamedPictureDocument]
    notice: str


def evidence_documents(explanation: Explanation, probabilities: Iterable[float]) -> list[EvidenceDocument]:
    """The classes of an explanation, with probabilities as they were told elsewhere.

    Args:
        explanation: Its maps come on one scale.
        probabilities: One for each of its classes.
    """
    taxonomy: Taxonomy = explanation.predictions.taxonomy
    return [
        EvidenceDocument(
            key=evidence.key,
            name=taxonomy.name_of(evidence.key),
            colour=taxonomy.colour_of(evidence.key),
            probability=round(probability, 4),
            map=[[round(float(value), 4) for value in row] for row in values],
        )
        for evidence, probability, values in zip(
            explanation.classes, probabilities, explanation.relative_maps, strict=True
        )
    ]


def crop_document(box: tuple[float, float, float, float]) -> CropDocument:
    """A crop's place as the API tells it."""
    xmin, ymin, xmax, ymax = (round(edge, 2) for edge in box)
    return CropDocument(xmin=xmin, ymin=ymin, xmax=xmax, ymax=ymax)
