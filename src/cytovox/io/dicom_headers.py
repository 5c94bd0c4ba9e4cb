"""What DICOM headers say about slices: one value a slice, in single-frame and multi-frame files.

Only what places and reads pixels is kept. Names and numbers of patients are turned into a pseudonym here and
go no further.
"""

import datetime as dt
import hashlib
import hmac
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import pydicom
from pydicom.dataset import Dataset

from cytovox.domain.volume import Modality
from cytovox.io.chosen_files import ChosenFile
from cytovox.io.quiet_decoding import quiet_decoding

_MAGIC = slice(128, 132)
_META_START = 144
_START = 1000
_AT_ONCE = 1_000_000
_MOST_INFLATED = 2_000_000_000
_MOST_BITS = 32
_LARGEST = 1e12
_BARE_GROUPS = (b"\x02\x00", b"\x08\x00")
_CT_OR_MR = {"CT": Modality.CT, "MR": Modality.MR}

# Attributes by which several volumes of one series differ (echoes, b-values, times), most telling first;
# name for a person, keyword, and the functional group that holds it in an enhanced file.
_TRAITS = (
    ("image type", "ImageType", None),
    ("echo time", "EchoTime", None),
    ("echo time", "EffectiveEchoTime", "MREchoSequence"),
    ("b-value", "DiffusionBValue", "MRDiffusionSequence"),
    ("stack", "StackID", "FrameContentSequence"),
    ("time", "TemporalPositionIdentifier", None),
    ("time", "TemporalPositionIndex", "FrameContentSequence"),
    ("trigger time", "TriggerTime", None),
    ("acquisition", "AcquisitionNumber", None),
)
_TAGS = [
    "SOPClassUID", "SOPInstanceUID", "SeriesInstanceUID", "Modality", "SeriesDescription", "PatientID",
    "IssuerOfPatientID", "PatientName", "PatientBirthDate", "AcquisitionDate", "SeriesDate", "StudyDate",
    "ImageType", "Rows", "Columns", "NumberOfFrames", "SamplesPerPixel", "PhotometricInterpretation",
    "ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "SliceThickness", "InstanceNumber",
    "RescaleSlope", "RescaleIntercept", "BitsStored", "PixelRepresentation", "EchoTime", "DiffusionBValue",
    "TemporalPositionIdentifier", "TriggerTime", "AcquisitionNumber", "SharedFunctionalGroupsSequence",
    "PerFrameFunctionalGroupsSequence", "DirectoryRecordSequence", "ReferencedSeriesSequence",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class SliceHeader:
    """One slice, not read yet.

    Attributes:
        file: Where it is stored.
        frame: Position among that file's frames, from 0.
        instance: Identity of the stored object and frame, for finding copies.
        number: Instance number, or the frame's position in an enhanced file.
        rows: Height, px.
        columns: Width, px.
        position_mm: Middle of the first pixel, LPS, or None.
        orientation: Direction of the columns' index, then of the rows' index, LPS (PS3.3 C.7.6.2.1.1), or
            None.
        spacing_mm: Distance of rows and of columns, or None.
        thickness_mm: Slice thickness, or None: good only for a stack of one.
        slope: Grey value = slope x stored value + intercept.
        intercept: See `slope`.
        stored_bits: Meaningful bits of a stored value.
        signed: Whether stored values are signed.
        traits: Values by which volumes within a series differ, in the order of `TRAIT_NAMES`.
    """

    file: ChosenFile
    frame: int
    instance: tuple[str, int]
    number: int
    rows: int
    columns: int
    position_mm: tuple[float, float, float] | None
    orientation: tuple[float, ...] | None
    spacing_mm: tuple[float, float] | None
    thickness_mm: float | None
    slope: float
    intercept: float
    stored_bits: int
    signed: bool
    traits: tuple[str, ...]


TRAIT_NAMES = tuple(name for name, _, _ in _TRAITS)
"""What each of a slice's traits is called."""


@dataclass(frozen=True, slots=True)
class SeriesHeader:
    """What all slices of a series share.

    Attributes:
        series: Its identity within one reading; never shown.
        description: Series description, or "".
        modality: CT, MR or other.
        kind: The modality as DICOM abbreviates it ("PT", "SEG").
        overview: Whether it is a localiser.
        grey: Whether a pixel has one grey value.
        subject: Pseudonym of the patient, or None.
        day: Day of acquisition as a proleptic Gregorian ordinal, or None.
        drawn_on: Identities of the series that it refers to, as a segmentation does.
    """

    series: str
    description: str
    modality: Modality
    kind: str
    overview: bool
    grey: bool
    subject: str | None
    day: int | None
    drawn_on: frozenset[str]


@dataclass(frozen=True, slots=True)
class DicomFile:
    """What the header of a file says.

    Attributes:
        series: What it shares with others of its series.
        slices: One header a slice; none where the file holds no pixels.
        listed: Paths of the files that it lists, where it is a DICOMDIR.
    """

    series: SeriesHeader
    slices: tuple[SliceHeader, ...]
    listed: tuple[tuple[str, ...], ...]


def looks_like_dicom(file: ChosenFile) -> bool:
    """Whether a file begins as DICOM files do, with or without their preamble."""
    return _begins_as_dicom(file.start(_START))


def _begins_as_dicom(start: bytes) -> bool:
    return start[_MAGIC] == b"DICM" or start[:2] in _BARE_GROUPS


def _inflates_too_far(stream: BinaryIO, start: bytes) -> bool:
    """Whether a deflated file (PS3.5 A.5) unpacks to more than 2 GB, which pydicom does without bound."""
    if start[_MAGIC] != b"DICM" or pydicom.uid.DeflatedExplicitVRLittleEndian.encode() not in start:
        return False
    unpacker, total = zlib.decompressobj(-zlib.MAX_WBITS), 0
    # The length of the meta information stands in its first element (PS3.10, table 7.1-1).
    stream.seek(_META_START + int.from_bytes(start[140:144], "little"))
    packed = stream.read(_AT_ONCE)
    while packed and total <= _MOST_INFLATED:
        try:
            total += len(unpacker.decompress(packed, _AT_ONCE))
        except zlib.error:
            return False  # Damaged, which pydicom finds as well.
        packed = unpacker.unconsumed_tail or (b"" if unpacker.eof else stream.read(_AT_ONCE))
    return total > _MOST_INFLATED


def is_dicom(file: ChosenFile) -> bool:
    """Whether a file says of itself that it is DICOM."""
    return file.start(132)[_MAGIC] == b"DICM"


def read_dicom_header(file: ChosenFile, key: bytes) -> DicomFile | None:
    """What the header of a file says, or None where the file is no DICOM or is damaged.

    Args:
        file: Any file.
        key: Secret of the pseudonym.
    """
    # Opened once: each opening of a file in an archive unpacks it whole.
    with file.open() as stream:
        start = stream.read(_START)
        if not _begins_as_dicom(start) or _inflates_too_far(stream, start):
            return None
        stream.seek(0)
        return _header_of(stream, file, key)


def _header_of(stream: BinaryIO, file: ChosenFile, key: bytes) -> DicomFile | None:
    # pydicom converts values when they are asked for, and raises nearly anything on damaged ones.
    with quiet_decoding():
        try:
            data = pydicom.dcmread(stream, force=True, stop_before_pixels=True, specific_tags=list(_TAGS))
            listed = data.get("DirectoryRecordSequence")
            if "SOPClassUID" not in data and listed is None:
                return None
            return DicomFile(_series_header(data, key), slice_headers(data, file), _listed(listed or ()))
        except Exception:  # noqa: BLE001
            return None


def _listed(records: Sequence[Dataset]) -> tuple[tuple[str, ...], ...]:
    named = (record.get("ReferencedFileID") for record in records)
    return tuple((parts,) if isinstance(parts, str) else tuple(parts) for parts in named if parts)


def _series_header(header: Dataset, key: bytes) -> SeriesHeader:
    kind = _text(header, "Modality").upper()
    return SeriesHeader(
        series=_text(header, "SeriesInstanceUID"),
        description=_text(header, "SeriesDescription"),
        modality=_CT_OR_MR.get(kind, Modality.OTHER),
        kind=kind,
        overview="LOCALIZER" in _values(header, "ImageType"),
        grey=_whole(header, "SamplesPerPixel", 1) == 1
        and _text(header, "PhotometricInterpretation").startswith("MONOCHROME"),
        subject=_pseudonym(header, key),
        day=_day(header),
        drawn_on=frozenset(
            _text(series, "SeriesInstanceUID") for series in header.get("ReferencedSeriesSequence") or ()
        ),
    )


def slice_headers(header: Dataset, file: ChosenFile) -> tuple[SliceHeader, ...]:
    """One header a slice; none where the file holds no pixels."""
    if min(_whole(header, "Rows", 0), _whole(header, "Columns", 0)) < 1:
        return ()
    if not 1 <= _whole(header, "BitsStored", 16) <= _MOST_BITS:
        return ()
    count = max(_whole(header, "NumberOfFrames", 1), 1)
    per_frame = (header.get("PerFrameFunctionalGroupsSequence") or ())[:count]
    if len(per_frame) not in {0, count}:
        return ()
    shared = (header.get("SharedFunctionalGroupsSequence") or [None])[0]
    if not per_frame:
        return tuple(_slice(header, file, frame, (shared, header)) for frame in range(count))
    return tuple(
        _slice(header, file, frame, (groups, shared, header)) for frame, groups in enumerate(per_frame)
    )


def _slice(header: Dataset, file: ChosenFile, frame: int, places: Sequence[Dataset | None]) -> SliceHeader:
    position = _numbers(places, "ImagePositionPatient", "PlanePositionSequence", 3)
    spacing = _numbers(places, "PixelSpacing", "PixelMeasuresSequence", 2)
    thickness = _numbers(places, "SliceThickness", "PixelMeasuresSequence", 1)
    slope = _numbers(places, "RescaleSlope", "PixelValueTransformationSequence", 1)
    intercept = _numbers(places, "RescaleIntercept", "PixelValueTransformationSequence", 1)
    return SliceHeader(
        file=file,
        frame=frame,
        instance=(_text(header, "SOPInstanceUID") or file.name, frame),
        number=frame if len(places) == 3 else _whole(header, "InstanceNumber", 0),
        rows=_whole(header, "Rows", 0),
        columns=_whole(header, "Columns", 0),
        position_mm=(position[0], position[1], position[2]) if position else None,
        orientation=_numbers(places, "ImageOrientationPatient", "PlaneOrientationSequence", 6),
        spacing_mm=(spacing[0], spacing[1]) if spacing and min(spacing) > 0 else None,
        thickness_mm=thickness[0] if thickness and thickness[0] > 0 else None,
        slope=slope[0] if slope and slope[0] else 1.0,
        intercept=intercept[0] if intercept else 0.0,
        stored_bits=_whole(header, "BitsStored", 16),
        signed=_whole(header, "PixelRepresentation", 0) == 1,
        traits=tuple(_trait(places, keyword, group) for _, keyword, group in _TRAITS),
    )


def _numbers(
    places: Sequence[Dataset | None], keyword: str, group: str, count: int
) -> tuple[float, ...] | None:
    value = _found(places, keyword, group)
    try:
        numbers = tuple(float(number) for number in (value if count > 1 else [value]))
    except (TypeError, ValueError):
        return None
    return numbers if len(numbers) == count and all(abs(number) < _LARGEST for number in numbers) else None


def _trait(places: Sequence[Dataset | None], keyword: str, group: str | None) -> str:
    value = _found(places, keyword, group)
    if value is None:
        return ""
    return "/".join(str(part) for part in value) if keyword == "ImageType" else str(value)


def _found(places: Sequence[Dataset | None], keyword: str, group: str | None) -> Any:
    for place in places:
        if place is None:
            continue
        if group is not None and place.get(group):
            found = place[group][0].get(keyword)
            if found is not None:
                return found
        elif place.get(keyword) is not None:
            return place.get(keyword)
    return None


def _values(header: Dataset, keyword: str) -> tuple[str, ...]:
    value = header.get(keyword)
    return (
        () if value is None else tuple(str(part) for part in ([value] if isinstance(value, str) else value))
    )


def _text(header: Dataset, keyword: str) -> str:
    return str(header.get(keyword) or "").strip()


def _whole(header: Dataset, keyword: str, default: int) -> int:
    try:
        return int(header.get(keyword, default))
    except (TypeError, ValueError):
        return default


def _pseudonym(header: Dataset, key: bytes) -> str | None:
    named = [_text(header, keyword) for keyword in ("PatientID", "IssuerOfPatientID")]
    if not named[0]:
        named = [_text(header, keyword) for keyword in ("PatientName", "PatientBirthDate")]
    if not any(named):
        return None
    return "p-" + hmac.new(key, "\0".join(named).encode(), hashlib.sha256).hexdigest()[:10]


def _day(header: Dataset) -> int | None:
    for keyword in ("AcquisitionDate", "SeriesDate", "StudyDate"):
        try:
            return dt.datetime.strptime(_text(header, keyword), "%Y%m%d").replace(tzinfo=dt.UTC).toordinal()
        except ValueError:
            continue
    return None
