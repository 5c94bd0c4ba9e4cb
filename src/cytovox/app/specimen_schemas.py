"""The JSON of smears that several pictures show, and of a person's smears over time."""

from pydantic import Field

from cytovox.app.cases import CaseState
from cytovox.app.differential_schemas import DifferentialDocument, MaterialName
from cytovox.app.schemas import Document, WarningDocument
from cytovox.app.specimen_pictures import Use


class SpecimenDocument(Document):
    """A smear that pictures were said to show."""

    key: str
    cases: int = Field(description="Pictures of it.")
    finished: int = Field(description="Those whose analysis is done.")


class SpecimenPictureDocument(Document):
    """A picture of a smear, and what becomes of it in the count."""

    case_id: str
    name: str
    created_utc: str
    state: CaseState
    material: MaterialName
    subject: str | None
    collected_on: str | None
    use: Use = Field(description="same_picture: another case has the same bytes; other_material: not pooled.")
    same_as: str | None = Field(description="The case that counts in its place.")
    differential: DifferentialDocument | None = Field(description="Its own figures; null before it is done.")


class PicturesAgreementDocument(Document):
    """Whether the pictures could be of one mixture of cells."""

    pictures: int
    classes: int
    cells: int
    chi_square: float
    p_value: float
    differ: bool = Field(description="Whether they differ more than counting chance explains.")
    text: str
    method: str


class SpecimenCountDocument(Document):
    """All pictures of one smear as one count."""

    key: str
    material: MaterialName
    differential: DifferentialDocument | None = Field(description="Of all counted pictures; null of none.")
    pictures: list[SpecimenPictureDocument] = Field(description="First uploaded first.")
    agreement: PicturesAgreementDocument | None = Field(description="Null where there is nothing to compare.")
    warnings: list[WarningDocument]


class TrendPointDocument(Document):
    """One smear of a person."""

    date: str = Field(description="ISO 8601 date.")
    collected: bool = Field(description="Whether it is the specimen's date; else that of the upload.")
    specimen: str | None
    cases: list[str] = Field(description="Ids of the pictures that were counted together.")
    material: MaterialName
    differential: DifferentialDocument


class SubjectScanDocument(Document):
    """A stack of slices of the same person; its case has a time line of its own."""

    case_id: str
    name: str
    created_utc: str
    collected_on: str | None


class SubjectTrendDocument(Document):
    """The smears of one person, earliest first."""

    subject: str
    points: list[TrendPointDocument]
    unfinished: int = Field(description="Pictures whose analysis is not done, or failed.")
    scans: list[SubjectScanDocument]
