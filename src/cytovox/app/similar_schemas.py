"""The JSON of cells that look alike."""

from pydantic import Field

from cytovox.app.schemas import Document


class SimilarCellDocument(Document):
    """A cell of the archive that looks like the one asked about."""

    case_id: str
    case_name: str
    cell_id: int
    similarity: float = Field(
        ge=-1, le=1, description="Cosine between what the classifier sees in both: 1 for the same picture."
    )
    label: str = Field(description="Key of its class as it stands now, or unidentified.")
    reviewed: bool = Field(description="Whether a person reviewed the cell.")
    box: tuple[float, float, float, float] = Field(description="xmin, ymin, xmax, ymax in pixels.")
