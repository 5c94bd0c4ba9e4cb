"""Label maps as DICOM segmentations (PS3.3 A.51): binary, a segment an organ, coded with SNOMED CT."""

import copy
import io
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import highdicom as hd
import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.sr.coding import Code as DicomCode
from pydicom.uid import CTImageStorage, MRImageStorage, SecondaryCaptureImageStorage
from pydicom.valuerep import DSfloat

from cytovox.domain.colour import rgb
from cytovox.domain.errors import InputError
from cytovox.domain.volume import LabelMap, Modality, OrganClass, VolumeGrid
from cytovox.domain.volume_findings import LabelOrigin
from cytovox.io.atomic import write_whole
from cytovox.report import NOTICE
from cytovox.report.organ_codes import side_code, structure_codes

ANATOMY = DicomCode("123037004", "SCT", "Anatomical Structure")
"""PS3.16 CID 7150."""
TISSUE = DicomCode("85756007", "SCT", "Tissue")
"""For labels whose organ has no code, as 3D Slicer writes them."""
_LEARNT = DicomCode("123110", "DCM", "Artificial Intelligence")
"""PS3.16 CID 7162."""
_CLASS_OF = {"CT": CTImageStorage, "MR": MRImageStorage}
_SAME_PLACE = 0.05
"""How far a pixel may lie from its voxel, in voxels."""
_RIGHT_ANGLE = 1e-4
_NEEDED = (
    "SOPClassUID", "SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID", "FrameOfReferenceUID",
)  # fmt: skip
_EMPTY = (
    "PatientID", "PatientName", "PatientBirthDate", "PatientSex", "StudyID", "StudyDate", "StudyTime",
    "AccessionNumber", "ReferringPhysicianName", "PositionReferenceIndicator",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SegmentationWords:
    """What a segmentation says of itself.

    Attributes:
        origin: Who drew the labels.
        models: Names and versions of the models that did.
        modality: What the stack was made with; needed only without its DICOM slices.
        notice: How far the labels can be trusted, or "".
    """

    origin: LabelOrigin = LabelOrigin.IMPORTED
    models: tuple[tuple[str, str], ...] = ()
    modality: Modality = Modality.OTHER
    notice: str = ""


def write_dicom_seg(
    labels: LabelMap, path: Path, *, slices: Sequence[Dataset] = (), words: SegmentationWords | None = None
) -> None:
    """Write `dicom_seg` to a file, whole or not at all."""
    write_whole(path, dicom_seg(labels, slices=slices, words=words))


def dicom_seg(
    labels: LabelMap, *, slices: Sequence[Dataset] = (), words: SegmentationWords | None = None
) -> bytes:
    """A label map as a DICOM segmentation file.

    With the stack's DICOM slices it joins their study, patient and frame of reference and refers to them.
    Without, it gets a study and a frame of reference of its own and names no patient. Frames without a
    voxel of their organ are left out, as is usual.

    Args:
        labels: The label map.
        slices: Headers of the slices that it was drawn on, in any order; pixels are not needed.
        words: What it says of itself; None for labels made elsewhere.

    Raises:
        InputError: No voxel has a label, rows and columns are not at right angles, or the label map does not
            lie on the pixels of `slices`, or these lack their UIDs.
    """
    words = words or SegmentationWords()
    present = labels.present
    if not present:
        raise InputError(f"{labels.source}: expected voxels of an organ, found none")
    series = 1 + max((int(header.get("SeriesNumber") or 0) for header in slices), default=0)
    pixels = _on_slices(labels, slices) if slices else labels.labels
    segmentation = hd.seg.Segmentation(
        source_images=_whole(slices, labels.source) if slices else _stand_ins(labels.grid, words.modality),
        pixel_array=_numbered(pixels, present),
        segmentation_type=hd.seg.SegmentationTypeValues.BINARY,
        segment_descriptions=[
            _description(number, labels.organ(label), words) for number, label in enumerate(present, 1)
        ],
        series_instance_uid=hd.UID(),
        series_number=series,
        sop_instance_uid=hd.UID(),
        instance_number=1,
        manufacturer="Cytovox",
        manufacturer_model_name="Cytovox",
        software_versions=version("cytovox"),
        device_serial_number="none",
        content_label="ORGANS",
        content_description="Organs; research use only",
        series_description="Organs (research use only)",
    )
    segmentation.ImageComments = " ".join(text for text in (words.notice, NOTICE) if text)
    if not slices:
        _forget_sources(segmentation)
    stream = io.BytesIO()
    segmentation.save_as(stream)
    return stream.getvalue()


def _numbered(labels: NDArray[np.uint16], present: tuple[int, ...]) -> NDArray[np.uint16]:
    """Segment numbers, from 1 without a gap (PS3.3 C.8.20.2), in place of labels."""
    numbers = np.zeros(present[-1] + 1, np.uint16)
    numbers[list(present)] = np.arange(1, len(present) + 1)
    return np.asarray(numbers[labels])


def _description(number: int, organ: OrganClass, words: SegmentationWords) -> hd.seg.SegmentDescription:
    coded = next((code for code in structure_codes(organ) if code.system == "SNOMED CT"), None)
    models = words.models or (("not known", "not known"),)
    name, release = (", ".join(part)[:64] for part in zip(*models, strict=True))
    description = hd.seg.SegmentDescription(
        segment_number=number,
        segment_label=organ.name[:64],
        segmented_property_category=TISSUE if coded is None else ANATOMY,
        segmented_property_type=TISSUE if coded is None else DicomCode(coded.code, "SCT", coded.display),
        # Nobody tells who drew an imported label map: a person, a program or both.
        algorithm_type="AUTOMATIC" if words.origin is LabelOrigin.MODEL else "SEMIAUTOMATIC",
        algorithm_identification=hd.AlgorithmIdentificationSequence(name, _LEARNT, release),
        display_color=hd.color.CIELabColor.from_rgb(*rgb(organ.colour)),
    )
    side = side_code(organ)
    if side is not None:
        modifier = hd.sr.CodedConcept(side.code, "SCT", side.display)
        description.SegmentedPropertyTypeCodeSequence[0].SegmentedPropertyTypeModifierCodeSequence = [
            modifier
        ]
    return description


def _stand_ins(grid: VolumeGrid, modality: Modality) -> list[Dataset]:
    """Headers of slices that are nowhere: a study without a patient, for what must hang on one."""
    between, row_mm, column_mm = grid.spacing_mm
    along_row, along_column = grid.affine[:3, 2] / column_mm, grid.affine[:3, 1] / row_mm
    if abs(float(along_row @ along_column)) > _RIGHT_ANGLE:
        raise InputError("DICOM SEG: expected rows and columns at right angles; resample the label map")
    firsts = np.zeros((grid.shape[0], 3))
    firsts[:, 0] = np.arange(grid.shape[0])
    study, series, frame = hd.UID(), hd.UID(), hd.UID()
    found = []
    for number, place in enumerate(grid.to_patient(firsts), 1):
        header = Dataset()
        header.SOPClassUID = _CLASS_OF.get(modality.value, SecondaryCaptureImageStorage)
        header.Modality = modality.value if modality.value in _CLASS_OF else "OT"
        header.SOPInstanceUID, header.FrameOfReferenceUID = hd.UID(), frame
        header.StudyInstanceUID, header.SeriesInstanceUID = study, series
        for empty in _EMPTY:
            setattr(header, empty, "")
        header.SeriesNumber, header.InstanceNumber = 1, number
        header.Rows, header.Columns = grid.shape[1], grid.shape[2]
        header.PixelSpacing = [DSfloat(step, auto_format=True) for step in (row_mm, column_mm)]
        header.SliceThickness = DSfloat(between, auto_format=True)
        turns = (*along_row, *along_column)
        header.ImageOrientationPatient = [DSfloat(float(turn), auto_format=True) for turn in turns]
        header.ImagePositionPatient = [DSfloat(float(at), auto_format=True) for at in place]
        found.append(header)
    return found


def _whole(slices: Sequence[Dataset], source: str) -> list[Dataset]:
    """Headers with what a reference needs; what was emptied may still stand in the file's meta header."""
    found = []
    for header in slices:
        whole, meta = copy.copy(header), getattr(header, "file_meta", Dataset())
        for keyword in ("SOPClassUID", "SOPInstanceUID"):
            setattr(whole, keyword, header.get(keyword) or meta.get(f"MediaStorage{keyword}") or "")
        if not all(whole.get(keyword) for keyword in _NEEDED):
            raise InputError(
                f"{source}: expected DICOM slices with the UIDs of study, series and image; some are empty. "
                "Leave the slices out to write the label map on its own"
            )
        for empty in _EMPTY:
            if empty not in whole:  # some may be left out of a file, but not of a segmentation
                setattr(whole, empty, "")
        if not whole.get("SliceThickness"):
            whole.SliceThickness = DSfloat(_between_mm(slices), auto_format=True)
        found.append(whole)
    return found


def _between_mm(slices: Sequence[Dataset]) -> float:
    """Median distance of neighbouring slices; 1 mm of a single one, which says nothing of it."""
    along_row, along_column = np.array(slices[0].ImageOrientationPatient, np.float64).reshape(2, 3)
    normal = np.cross(along_row, along_column)
    heights = np.sort([np.array(header.ImagePositionPatient, np.float64) @ normal for header in slices])
    return float(np.median(np.diff(heights))) if len(heights) > 1 else 1.0


def _on_slices(labels: LabelMap, slices: Sequence[Dataset]) -> NDArray[np.uint16]:
    """Labels in the pixels of DICOM slices, shape (slices, Rows, Columns); the voxels coincide."""
    return np.stack([_plane(labels, header) for header in slices])


def _plane(labels: LabelMap, header: Dataset) -> NDArray[np.uint16]:
    if "ImagePositionPatient" not in header:
        raise InputError(f"{labels.source}: expected DICOM slices with a place in the patient")
    shape = int(header.Rows), int(header.Columns)
    along_row, along_column = np.array(header.ImageOrientationPatient, np.float64).reshape(2, 3)
    row_mm, column_mm = (float(step) for step in header.PixelSpacing)
    start = np.array(header.ImagePositionPatient, np.float64)
    down = start + (shape[0] - 1) * row_mm * along_column
    right = start + (shape[1] - 1) * column_mm * along_row
    corners = labels.grid.to_indices(np.stack([start, down, right]))
    first, last_row, last_column = np.rint(corners)
    if np.abs(corners - np.rint(corners)).max() > _SAME_PLACE:
        raise InputError(
            f"{labels.source}: expected labels on the pixels of the DICOM slices that they were drawn on; "
            "leave the slices out to write it on its own"
        )
    rows, columns = (np.linspace(0.0, 1.0, count)[:, None] for count in shape)
    voxels = first + (rows * (last_row - first))[:, None] + (columns * (last_column - first))[None]
    voxels = np.rint(voxels).astype(np.intp)
    inside = ((voxels >= 0) & (voxels < labels.grid.shape)).all(axis=-1)
    plane = np.zeros(shape, np.uint16)
    plane[inside] = labels.labels[tuple(voxels[inside].T)]
    return plane


def _forget_sources(segmentation: hd.seg.Segmentation) -> None:
    """No references to the stand-ins: nobody could follow them."""
    for keyword in ("ReferencedSeriesSequence", "SourceImageSequence"):
        if keyword in segmentation:
            delattr(segmentation, keyword)
    groups = [*segmentation.SharedFunctionalGroupsSequence, *segmentation.PerFrameFunctionalGroupsSequence]
    for group in groups:
        if "DerivationImageSequence" in group:
            del group.DerivationImageSequence
