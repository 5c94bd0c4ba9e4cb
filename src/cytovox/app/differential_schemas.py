"""The JSON of differentials and reference ranges."""

from typing import Annotated, Literal

from pydantic import Field

from cytovox.app.schemas import Document
from cytovox.domain.differential import Differential
from cytovox.domain.flags import Weight
from cytovox.domain.reference_ranges import LARGEST_RATIO, LONGEST_SOURCE, Standing
from cytovox.report.differential_json import differential_to_dict

MaterialName = Literal["blood", "marrow"]


class UsualDocument(Document):
    """A reference range."""

    low: float = Field(description="In percent; of the M:E ratio, as it is.")
    high: float
    source: str = Field(description="Where the figures stand.")


class ShareDocument(Document):
    """Cells among others, with the 95 % interval; null of no cells."""

    count: int
    percent: float | None
    low: float | None = Field(description="Lower end of the interval, in percent.")
    high: float | None = Field(description="Upper end of the interval, in percent.")


class DifferentialRowDocument(ShareDocument):
    """One type of cell among those counted."""

    key: str
    name: str
    colour: str
    parent: str | None = Field(description="Key of the row that this one is a part of.")
    reference: UsualDocument | None
    standing: Standing | None = Field(description="Outside only where the whole interval is.")
    flag: str | None = Field(description="What is suggested where it is not within its range.")


class ApartDocument(Document):
    """Cells that are shown beside the differential and are no part of its total."""

    key: str
    name: str
    colour: str
    count: int


class RatioDocument(Document):
    """One count over another, with the 95 % interval; null where nothing was counted below the line."""

    count: int
    of: int
    value: float | None
    low: float | None
    high: float | None


class CountProgressDocument(Document):
    """How far a count is."""

    counted: int
    targets: list[int] = Field(description="Usual numbers of cells.")
    target: int = Field(description="The next of them, or the last where all are reached.")
    missing: int = Field(description="Cells that are missing to it.")
    half_width: float | None = Field(description="Half of the widest row's interval, in percentage points.")


class MarrowDocument(Document):
    """What marrow has beyond its rows."""

    myeloid: ShareDocument
    erythroid: DifferentialRowDocument
    me_ratio: RatioDocument
    reference: UsualDocument | None
    standing: Standing | None
    blasts: ShareDocument


class SizesDocument(Document):
    """Diameters of whole red cells, of discs as large as their outlines."""

    cells: int
    variation_percent: float = Field(description="Standard deviation over mean; no RDW, which is of volumes.")
    mean_um: float | None = Field(description="Null where the scale is unknown or taken from the red cells.")
    sd_um: float | None


class RedCellsDocument(Document):
    """Red cells."""

    count: int
    infected: int | None = Field(description="Null where they were not examined for it.")
    parasitaemia: ShareDocument | None = Field(description="Infected among all; Wilson's interval.")
    sizes: SizesDocument | None = Field(description="Null of fewer than 30 whole red cells.")


class PlateletsDocument(Document):
    """Platelets as they lie in the pictures; nothing here is a concentration."""

    count: int
    clumps: int
    per_1000_red_cells: RatioDocument


class FlagDocument(Document):
    """A suggestion, never a diagnosis."""

    key: str
    weight: Weight = Field(description="look: a person should look; note: it may be chance.")
    text: str
    rule: str = Field(description="The rule, and where it stands.")


class DifferentialDocument(Document):
    """A differential (schema cytovox.differential/1)."""

    schema_: str = Field(alias="schema")
    material: MaterialName
    pictures: int = Field(description="How many pictures were counted together.")
    counted_cells: str = Field(description="What is counted, in words.")
    total: int
    progress: CountProgressDocument
    interval: str = Field(description="What kind of interval the percentages have.")
    rows: list[DifferentialRowDocument] = Field(description="Types in order, each with its subtypes below.")
    apart: list[ApartDocument]
    nucleated_red_cells: RatioDocument | None = Field(description="Per 100 white cells; null of marrow.")
    marrow: MarrowDocument | None = Field(description="Null of blood.")
    red_cells: RedCellsDocument
    platelets: PlateletsDocument
    flags: list[FlagDocument] = Field(description="What matters most first.")
    notice: str


class ReferenceRangeDocument(Document):
    """A reference range of one type of cell."""

    key: str
    name: str
    unit: Literal["%", "ratio"]
    low: float
    high: float
    source: str


class RangeKeyDocument(Document):
    """Something that may have a reference range."""

    key: str
    name: str
    unit: Literal["%", "ratio"]


class ReferenceRangesDocument(Document):
    """The reference ranges of this server."""

    blood: list[ReferenceRangeDocument]
    marrow: list[ReferenceRangeDocument]
    blood_keys: list[RangeKeyDocument] = Field(description="What may have a range in blood.")
    marrow_keys: list[RangeKeyDocument]
    is_default: bool = Field(description="Whether they are those that come with Cytovox.")
    changed_by: str | None
    changed_utc: str | None


class ReferenceRangeChange(Document):
    """A reference range as a laboratory sets it."""

    key: str = Field(max_length=64)
    low: float = Field(ge=0, le=LARGEST_RATIO)
    high: float = Field(ge=0, le=LARGEST_RATIO)
    source: str = Field(min_length=1, max_length=LONGEST_SOURCE)


class ReferenceRangesChange(Document):
    """All ranges as a laboratory sets them; null brings back those that come with Cytovox."""

    blood: Annotated[list[ReferenceRangeChange] | None, Field(max_length=100)] = None
    marrow: Annotated[list[ReferenceRangeChange] | None, Field(max_length=100)] = None


def differential_document(found: Differential) -> DifferentialDocument:
    """A differential as the API tells it."""
    return DifferentialDocument.model_validate(differential_to_dict(found))
