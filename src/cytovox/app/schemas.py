"""The JSON that the API speaks. The front end's types are generated from these through OpenAPI."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from cytovox.app.cases import LONGEST_NAME, LONGEST_TAG, MOST_TAGS, Case, CaseKind, CaseState, Material

Coarse = Literal["red_cell", "white_cell", "platelet", "unidentified"]


class Document(BaseModel):
    """Base of all: no field beyond those named."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Problem(Document):
    """What went wrong."""

    code: str = Field(description="Stable identifier, e.g. upload_too_large.")
    message: str = Field(description="What was expected, what came, what to do.")


class ProblemDocument(Document):
    """Every error answer."""

    error: Problem


class CountsSummary(Document):
    """Cells found, in coarse classes."""

    red_cells: int
    white_cells: int
    platelets: int
    unidentified: int = Field(description="Cells that the classifier refuses to name; no part of the others.")


class CaseDocument(Document):
    """One uploaded picture and how far its analysis is."""

    id: str
    name: str
    state: CaseState
    progress: float = Field(ge=0, le=1)
    step: str = Field(description="What is being done, in words.")
    error: Problem | None
    created_utc: str
    width: int = Field(description="Columns of the picture in pixels.")
    height: int = Field(description="Rows of the picture in pixels.")
    mpp_um: float | None = Field(description="Micrometres per pixel as given with the upload.")
    sample: bool = Field(description="Whether this is the sample smear that ships with Cytovox.")
    counts: CountsSummary | None = Field(description="Cells found; null before the case is done.")
    kind: CaseKind
    tags: list[str] = Field(description="Words given to find it again.")
    material: Material = Field(description="What the smear was made of.")
    subject: str | None = Field(description="Pseudonym of the person it is from.")
    specimen: str | None = Field(description="Which smear it shows: pictures of one smear count together.")
    collected_on: str | None = Field(description="ISO 8601 date of the specimen.")
    owner: str | None = Field(None, description="Account that uploaded it, where there are accounts.")


class CaseChanges(Document):
    """What is to be changed about a case; what is left out stays."""

    name: str | None = Field(None, min_length=1, max_length=LONGEST_NAME)
    tags: list[Annotated[str, Field(max_length=LONGEST_TAG)]] | None = Field(None, max_length=MOST_TAGS)
    subject: str | None = Field(None, max_length=64, description="A pseudonym; empty for none.")
    specimen: str | None = Field(None, max_length=64, description="Empty for none.")
    collected_on: date | Literal[""] | None = Field(None, description="ISO 8601 date; empty for none.")


class TagDocument(Document):
    """A tag that cases have."""

    tag: str
    cases: int


class ActionDocument(Document):
    """A line of the audit trail."""

    at_utc: str
    actor: str = Field(description="Address that asked; empty for the server itself.")
    action: str = Field(
        description="created, changed, deleted, restored, cancelled or retried; corrected, undid or redid."
    )
    fields: list[str] = Field(description="What was changed; not what stood there.")


class ScaleDocument(Document):
    """Physical size of a pixel."""

    mpp_um: float | None
    origin: Literal["given", "metadata", "estimated", "unknown"]
    relative_sd: float | None = Field(description="Standard uncertainty as a fraction of mpp_um.")
    red_cells: int = Field(description="How many red cells an estimate rests on.")


class WarningDocument(Document):
    """Something about the picture that makes its results less trustworthy."""

    key: str
    message: str


class CountDocument(Document):
    """Number of cells of one class."""

    key: str
    name: str
    coarse: Coarse
    colour: str
    count: int


class ParasitaemiaDocument(Document):
    """Infected among all red cells: a suggestion, for research use."""

    infected: int
    red_cells: int = Field(description="All red cells, the infected ones included.")
    share: float | None = Field(description="0 to 1; null of no red cells.")
    low: float = Field(description="Lower end of the 95 % interval (Wilson).")
    high: float = Field(description="Upper end of the 95 % interval (Wilson).")


class MorphometryDocument(Document):
    """Measures of one cell; null where it was not measured."""

    circularity: float | None = Field(description="4 pi area / perimeter^2 of the outline: 1 for a disc.")
    nucleus_area_px: float | None
    nucleus_area_um2: float | None = Field(description="Null also where the scale is unknown.")
    nucleus_to_cytoplasm_ratio: float | None = Field(
        description="Area of the nucleus over area of the cytoplasm."
    )
    nucleus_circularity: float | None = Field(description="Of all lobes together where there are several.")
    lobes: float | None = Field(description="Parts of the nucleus joined by no more than a thread.")
    nucleus_stain_density: float | None = Field(
        description="Mean optical density of the nucleus over the three colours."
    )
    cytoplasm_stain_density: float | None = Field(
        description="Mean optical density of the cytoplasm over the three colours."
    )


class ReviewedDocument(Document):
    """What a person did to a cell. A class that a person gave has probability 1."""

    by: str = Field(description="Reviewer who spoke last.")
    kind: Literal["classify", "confirm", "add", "redraw"]
    label_before: str | None = Field(
        description="What the machine called the cell; null where a person added it."
    )


class CellDocument(Document):
    """One found cell."""

    id: int
    label: str = Field(description="Key of the best class, or unidentified.")
    best: str = Field(description="Key of the best class, also where the cell is unidentified.")
    unidentified: bool = Field(description="Whether the classifier refuses to name the cell.")
    coarse: Coarse
    score: float = Field(description="How sure the finder is that there is a cell here, 0 to 1.")
    confidence: float = Field(description="Probability of best.")
    probabilities: dict[str, float] = Field(description="Class probabilities above 0.01, largest first.")
    prediction_set: list[str] = Field(
        description="Classes that the cell is typical of, most probable first; may be empty."
    )
    unfamiliarity: float | None = Field(
        description="How unlike the training cells, larger = stranger; null where not known."
    )
    box: tuple[float, float, float, float] = Field(description="xmin, ymin, xmax, ymax in pixels.")
    polygon: list[tuple[float, float]] = Field(description="Outline, x and y in pixels.")
    area_px: float
    area_um2: float | None = Field(description="Null where the scale is unknown.")
    nucleus_polygons: list[list[tuple[float, float]]] = Field(
        description="Outlines of the nucleus's separate parts, x and y in pixels; empty where none was found."
    )
    morphometry: MorphometryDocument
    reviewed: ReviewedDocument | None = Field(description="Null where nobody reviewed the cell.")


class ModelUseDocument(Document):
    """A model bundle that took part."""

    name: str
    version: str
    sha256: str


class ProvenanceDocument(Document):
    """How the result came about."""

    cytovox_version: str
    created_utc: str
    models: list[ModelUseDocument]
    options: dict[str, str | float | int | bool | None]
    input_sha256: str


class FindingsDocument(Document):
    """Everything found in one picture (schema cytovox.smear-findings/1)."""

    schema_: str = Field(alias="schema")
    source: str
    material: Material = Field(description="What the smear was made of; its taxonomy has the classes.")
    width: int
    height: int
    scale: ScaleDocument
    warnings: list[WarningDocument]
    counts: list[CountDocument]
    level: float | None = Field(
        description="Share of white cells whose true class is in their set; null: the model gives no sets."
    )
    parasitaemia: ParasitaemiaDocument | None = Field(
        description="Null where red cells were not examined for it."
    )
    map_pixels: dict[str, int] | None = Field(
        description="Pixels of each class of the taxonomy smear_map, in its order; null: no map was made."
    )
    cells: list[CellDocument]
    provenance: ProvenanceDocument
    notice: str


class CodeDocument(Document):
    """A code of a public terminology."""

    system: str
    code: str
    display: str


class ClassDocument(Document):
    """One class of a taxonomy."""

    key: str
    name: str
    colour: str
    short: str
    parent: str | None
    codes: list[CodeDocument]


class TaxonomyDocument(Document):
    """An ordered set of classes."""

    key: str
    name: str
    classes: list[ClassDocument]


class MeasureDocument(Document):
    """One measured figure of a model."""

    metric: str
    value: float
    data: str
    split: str
    note: str


class ModelDocument(Document):
    """An installed model bundle."""

    name: str
    version: str
    task: str
    sha256: str
    taxonomy: str | None = Field(description="Key of the taxonomy of its classes, where it is a shipped one.")
    classes: list[str] = Field(description="Keys of the classes it tells apart.")
    measured: list[MeasureDocument]


class SettingDocument(Document):
    """One setting of the server."""

    name: str
    variable: str = Field(description="Environment variable that sets it.")
    value: str
    default: str
    help: str


class SettingsDocument(Document):
    """What a front end must know about the server."""

    version: str
    upload_limit_bytes: int
    stack_limit_bytes: int = Field(description="Of a stack of slices together with its label map.")
    max_pixels: int
    accepted_types: list[str] = Field(description="File name endings, with their dot.")
    stack_types: list[str] = Field(description="Endings of files that are stacks of slices.")
    settings: list[SettingDocument]


class HealthDocument(Document):
    """Whether the server is up."""

    status: Literal["ok"]
    version: str
    cases_waiting: int
    cases_running: int


def case_document(case: Case) -> CaseDocument:
    """A case as the API tells it."""
    return CaseDocument(
        id=case.id,
        name=case.name,
        state=case.state,
        progress=round(case.progress, 3),
        step=case.step,
        error=None if case.problem is None else Problem(code=case.problem.code, message=case.problem.message),
        created_utc=case.created_utc,
        width=case.width,
        height=case.height,
        mpp_um=case.mpp_um,
        sample=case.sample,
        counts=None
        if case.counts is None
        else CountsSummary(
            red_cells=case.counts.red_cells,
            white_cells=case.counts.white_cells,
            platelets=case.counts.platelets,
            unidentified=case.counts.unidentified,
        ),
        kind=case.kind,
        tags=list(case.tags),
        material=case.material,
        subject=case.subject,
        specimen=case.specimen,
        collected_on=case.collected_on,
        owner=case.owner,
    )
