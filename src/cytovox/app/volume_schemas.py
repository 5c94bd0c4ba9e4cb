"""The JSON that the API speaks about stacks of slices."""

from typing import Literal

from pydantic import Field

from cytovox.app.schemas import CodeDocument, Document, ProvenanceDocument, WarningDocument

ModalityName = Literal["CT", "MR", "other"]
PlaneName = Literal["axial", "coronal", "sagittal"]


class LettersDocument(Document):
    """Sides of the patient at the borders of a picture: R, L, A, P, H, F, or two of them where slanted."""

    left: str
    right: str
    top: str
    bottom: str


class PlaneDocument(Document):
    """Pictures of one direction."""

    count: int = Field(description="How many planes there are.")
    width: int
    height: int
    pixel_mm: tuple[float, float] = Field(description="Width and height of a pixel.")
    letters: LettersDocument


class StoredDocument(Document):
    """How the numbers of a plane stand for grey values: value = slope x number + intercept."""

    type: Literal["int16", "uint16"]
    slope: float
    intercept: float


class WindowDocument(Document):
    """Grey values from black to white."""

    middle: float
    width: float


class AcquiredDocument(Document):
    """How the stack's own slices lie in the viewer's order."""

    plane: PlaneName
    turned: bool = Field(description="Whether its first slice is the viewer's last.")


class StackLabelsDocument(Document):
    """Where the organs are."""

    type: Literal["uint8", "uint16"] | None = Field(description="Of a plane of labels; null without organs.")
    presence: dict[PlaneName, dict[str, list[tuple[int, int]]]] = Field(
        description="First and last index of each run of planes that hold an organ, by plane and label."
    )
    places: dict[str, tuple[int, int, int]] = Field(
        description="A place well inside each organ, by label: axial, coronal and sagittal plane."
    )


class ScanDocument(Document):
    """One scan of an upload."""

    number: int
    description: str
    modality: ModalityName
    shape: tuple[int, int, int] = Field(description="Slices, rows, columns.")
    unsuitable: str = Field(description='Why it is no stack, or "".')


class SeriesDocument(Document):
    """The scans of an upload."""

    taken: int = Field(description="Number of the one that was read.")
    scans: list[ScanDocument]


class UploadDocument(Document):
    """What an upload holds."""

    series: SeriesDocument
    label_maps: list[str] = Field(description="Found in it, in the order of their numbers from 1.")
    label_map: str | None = Field(
        description="The wanted one, by number or name; none: no one; null: that which belongs to the scan."
    )
    own_file: bool = Field(description="Whether the label map came as a file of its own.")


class StackDocument(Document):
    """What a viewer must know of a stack (schema cytovox.stack/1).

    Its planes are counted from the feet, from the front, and from the patient's right.
    """

    schema_: str = Field(alias="schema")
    modality: ModalityName
    shape: tuple[int, int, int] = Field(description="Axial, coronal and sagittal planes.")
    spacing_mm: tuple[float, float, float] = Field(description="Distance of these planes.")
    affine: list[tuple[float, float, float, float]] = Field(
        description="From (axial, coronal, sagittal, 1) to the patient's LPS in mm: four rows."
    )
    tilt_deg: float = Field(description="Largest angle between the stack's axes and the patient's.")
    acquired: AcquiredDocument
    range: tuple[float, float] = Field(description="Least and largest grey value.")
    window: WindowDocument
    planes: dict[PlaneName, PlaneDocument]
    series: SeriesDocument
    stored: StoredDocument
    labels: StackLabelsDocument


class GridDocument(Document):
    """Where the voxels lie."""

    slices: int
    rows: int
    columns: int
    spacing_mm: tuple[float, float, float] = Field(description="Of slices, rows and columns.")
    affine_lps_mm: list[tuple[float, float, float, float]] = Field(
        description="From (slice, row, column, 1) to the patient's LPS in mm: four rows."
    )


class OrganDocument(Document):
    """One organ of a stack."""

    label: int
    key: str
    name: str
    colour: str
    codes: list[CodeDocument]
    voxels: int
    volume_ml: float
    first_slice: int = Field(description="First of the stack's own slices that holds it, from 1.")
    last_slice: int
    cut: bool = Field(description="Whether it reaches the end of the stack: its volume may be too small.")


class SliceChancesDocument(Document):
    """What model A said of each of the stack's own slices."""

    organs: list[str] = Field(description="Keys.")
    thresholds: list[float] = Field(description="From which chance on a slice goes to model B.")
    probabilities: list[list[float]] = Field(description="A row a slice, an organ a column.")


class VolumeFindingsDocument(Document):
    """Everything found in one stack (schema cytovox.volume-findings/1)."""

    schema_: str = Field(alias="schema")
    source: str
    modality: ModalityName
    grid: GridDocument
    label_origin: Literal["model", "imported"]
    organs: list[OrganDocument]
    warnings: list[WarningDocument]
    slice_chances: SliceChancesDocument | None
    subject: str | None = Field(description="Pseudonym: the same for all scans of a person in this archive.")
    day: int | None = Field(description="For the days between a person's scans; it is no date.")
    provenance: ProvenanceDocument
    notice: str


class TimePointOrganDocument(Document):
    """Volume of an organ in one scan."""

    key: str
    name: str
    colour: str
    volume_ml: float
    cut: bool


class TimePointDocument(Document):
    """One scan of a person's."""

    case_id: str
    name: str
    created_utc: str
    days: int | None = Field(description="Since the person's first scan in this archive; null: not known.")
    modality: ModalityName
    label_origin: Literal["model", "imported"]
    organs: list[TimePointOrganDocument]
