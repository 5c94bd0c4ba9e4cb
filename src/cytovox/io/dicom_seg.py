"""DICOM segmentations (PS3.3 A.51) as label maps: binary, fractional and label-map ones."""

import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.pixels.utils import iter_pixels

from cytovox.domain.errors import ImageFileError, InputError
from cytovox.domain.findings import QualityWarning
from cytovox.domain.volume import VolumeGrid
from cytovox.io.chosen_files import ChosenFile
from cytovox.io.dicom_headers import SliceHeader, slice_headers
from cytovox.io.dicom_pixels import decoding_plugin
from cytovox.io.dicom_volumes import normal_of, stack_affine
from cytovox.io.drawn_labels import DrawnLabels
from cytovox.io.organ_names import LabelName
from cytovox.io.painted_labels import PaintedLabels
from cytovox.io.quiet_decoding import quiet_decoding
from cytovox.io.reading_options import ReadingOptions
from cytovox.io.slice_ladder import SAME_PLACE_MM, SliceLadder, climb, place_ranks
from cytovox.io.standard_order import in_standard_order

_IDENTIFIED = "SegmentIdentificationSequence"
_SURE = 0.5
_OFF_THE_RUNG = 0.2
# CIE XYZ with white D50 to linear sRGB, Bradford-adapted (brucelindbloom.com, RGB/XYZ matrices).
_D50 = np.array([0.9642, 1.0, 0.8249])
_TO_SRGB = np.array(
    [
        [3.1338561, -1.6168667, -0.4906146],
        [-0.9787684, 1.9161415, 0.0334540],
        [0.0719453, -0.2289914, 1.4052427],
    ]
)


def read_segmentation(
    file: ChosenFile, options: ReadingOptions, like: VolumeGrid | None = None
) -> DrawnLabels:
    """The label map of a segmentation, on the grid that its frames make; its label is the segment number.

    Where segments overlap the smallest has the voxel. Fractions count from one half on.

    Args:
        file: The segmentation.
        options: Bounds of reading.
        like: Grid of the stack, which tells how far apart slices are where only some of them are stored.

    Raises:
        ImageFileError: The file is damaged, has no place in the patient (slides), or its frames make no
            stack.
    """
    name = file.path.name
    data, frames, names = _data(file)
    _check(frames, name)
    steps_mm = _stated_steps(frames[0], data, like)
    ladder, rung_of = _ladder(frames, steps_mm, name)
    options.check_voxels((len(ladder.rungs), frames[0].rows, frames[0].columns), name)
    painted = PaintedLabels((len(ladder.rungs), frames[0].rows, frames[0].columns))
    with _damage_told(name):
        if data.get("SegmentationType") == "LABELMAP":
            _lay_down(data, rung_of, painted)
        else:
            _paint(data, rung_of, painted)
    ordered, affine = in_standard_order(painted.labels, stack_affine(frames[0], ladder))
    grid = VolumeGrid((ordered.shape[0], ordered.shape[1], ordered.shape[2]), affine)
    fractional = (_fractions(),) if data.get("SegmentationType") == "FRACTIONAL" else ()
    return DrawnLabels(
        ordered, grid, names, warnings=(*painted.warnings(names), *fractional, *ladder.warnings)
    )


def _data(file: ChosenFile) -> tuple[Dataset, tuple[SliceHeader, ...], dict[int, LabelName]]:
    with quiet_decoding(), file.open() as stream:
        try:
            data = pydicom.dcmread(io.BytesIO(stream.read()), force=True)
            return data, slice_headers(data, file), _names(data)
        except Exception:  # noqa: BLE001
            # Not "from error": pydicom quotes values of the header, and a server logs the whole chain.
            raise _damaged(file.path.name) from None


def _check(frames: Sequence[SliceHeader], name: str) -> None:
    if not frames:
        raise _damaged(name)
    first = frames[0]
    lost = any(frame.position_mm is None for frame in frames)
    if lost or normal_of(first) is None or first.spacing_mm is None:
        raise ImageFileError(
            name, "expected a segmentation of CT or MR slices; its frames have no place in a patient"
        )
    if any(frame.orientation != first.orientation for frame in frames):
        raise ImageFileError(name, "expected parallel frames, found several orientations")


def _stated_steps(first: SliceHeader, data: Dataset, like: VolumeGrid | None) -> list[float]:
    # How far apart slices may be, most trusted first.
    normal = normal_of(first)
    shared = (data.get("SharedFunctionalGroupsSequence") or [Dataset()])[0]
    measures = (shared.get("PixelMeasuresSequence") or [Dataset()])[0]
    stack = abs(float(like.affine[:3, 0] @ normal)) if like is not None and normal is not None else 0.0
    stated = (stack, float(measures.get("SpacingBetweenSlices") or 0), first.thickness_mm or 0.0)
    return [step for step in stated if step > SAME_PLACE_MM]


def _ladder(
    frames: Sequence[SliceHeader], steps_mm: Sequence[float], name: str
) -> tuple[SliceLadder, list[list[int]]]:
    # Only frames with something in them are stored as a rule, so gaps are empty slices, not missing ones.
    normal = normal_of(frames[0])
    if normal is None:
        raise _damaged(name)
    positions = np.array([frame.position_mm for frame in frames], np.float64)
    rank = place_ranks(positions @ normal)
    _, first_of = np.unique(rank, return_index=True)
    own = positions[first_of]
    if len(own) == 1:
        step = normal * next(iter(steps_mm), 1.0)
        return SliceLadder(np.array([0]), np.zeros(1), own[0], step), [[0]] * len(frames)
    heights = own @ normal - own[0] @ normal
    for step_mm in (*steps_mm, float(np.diff(heights).min())):
        places = np.rint(heights / step_mm).astype(np.int64)
        if np.diff(places).min() > 0 and np.abs(heights / step_mm - places).max() < _OFF_THE_RUNG:
            step = (own[-1] - own[0]) / places[-1]
            ladder = SliceLadder(np.arange(len(own)), np.arange(places[-1] + 1, dtype=float), own[0], step)
            return ladder, [[int(places[at])] for at in rank]
    try:
        ladder = climb(own, normal)
    except InputError as error:
        raise ImageFileError(name, str(error)) from error
    nearest: dict[int, list[int]] = defaultdict(list)
    for rung, place in enumerate(np.rint(ladder.rungs)):
        nearest[int(place)].append(rung)
    return ladder, [nearest[int(at)] for at in rank]


@contextmanager
def _damage_told(name: str) -> Iterator[None]:
    try:
        with quiet_decoding():
            yield
    except Exception:  # noqa: BLE001
        raise _damaged(name) from None


def _paint(data: Dataset, rung_of: Sequence[Sequence[int]], painted: PaintedLabels) -> None:
    # A segment at a time: how large it is decides which voxels it gets.
    segments = _segments(data, len(rung_of))
    whole = float(data.get("MaximumFractionalValue") or 1)
    for segment in sorted(set(segments) - {0}):
        planes: dict[int, NDArray[np.bool_]] = {}
        for at in (at for at, own in enumerate(segments) if own == segment):
            mask = _frame(data, at) >= _SURE * whole
            for rung in rung_of[at] if mask.any() else ():
                planes[rung] = mask | planes[rung] if rung in planes else mask
        painted.paint(segment, planes)


def _lay_down(data: Dataset, rung_of: Sequence[Sequence[int]], painted: PaintedLabels) -> None:
    # Frames of a label map cannot overlap, but for copies.
    for at, rungs in enumerate(rung_of):
        numbers = _frame(data, at).astype(np.uint16)
        for rung in rungs:
            plane = painted.labels[rung]
            plane[numbers > 0] = numbers[numbers > 0]


def _frame(data: Dataset, at: int) -> NDArray[Any]:
    if int(data.BitsAllocated) != 1 or pydicom.uid.UID(data.file_meta.TransferSyntaxUID).is_encapsulated:
        return next(iter_pixels(data, indices=[at], raw=True, decoding_plugin=decoding_plugin(data)))
    # Bits of all frames stand in one row, first bit lowest (PS3.5 8.1.1), so that a frame may begin within a
    # byte, which pydicom reads only for all frames at once.
    shape = (int(data.Rows), int(data.Columns))
    first, count = at * shape[0] * shape[1], shape[0] * shape[1]
    packed = np.frombuffer(data.PixelData, np.uint8)[first // 8 : -(-(first + count) // 8)]
    bits = np.unpackbits(packed, bitorder="little")[first % 8 :][:count]
    return bits.reshape(shape)


def _segments(data: Dataset, count: int) -> list[int]:
    shared = (data.get("SharedFunctionalGroupsSequence") or [Dataset()])[0]
    per_frame = data.get("PerFrameFunctionalGroupsSequence") or [Dataset()] * count
    found = []
    for groups in per_frame[:count]:
        identified = (groups.get(_IDENTIFIED) or shared.get(_IDENTIFIED) or [None])[0]
        found.append(1 if identified is None else int(identified.ReferencedSegmentNumber))
    return found


def _names(data: Dataset) -> dict[int, LabelName]:
    return {
        int(segment.SegmentNumber): LabelName(
            str(segment.get("SegmentLabel") or ""), _colour(segment), _snomed(segment)
        )
        for segment in data.get("SegmentSequence") or ()
        if int(segment.SegmentNumber) > 0
    }


def _snomed(segment: Dataset) -> str | None:
    for coded in segment.get("SegmentedPropertyTypeCodeSequence") or ():
        sided = coded.get("SegmentedPropertyTypeModifierCodeSequence")
        if coded.get("CodingSchemeDesignator") == "SCT" and not sided:
            return str(coded.CodeValue)
    return None


def _colour(segment: Dataset) -> str | None:
    # PS3.3 C.10.7.1.1: L* of 0..100 and a*, b* of -128..127, each as 0..65535, white D50.
    lab = segment.get("RecommendedDisplayCIELabValue")
    if lab is None or len(lab) != 3:
        return None
    lightness = int(lab[0]) / 65535 * 100
    green_red, blue_yellow = (int(value) / 65535 * 255 - 128 for value in lab[1:])
    height = (lightness + 16) / 116
    curve = np.array([height + green_red / 500, height, height - blue_yellow / 200])
    xyz = np.where(curve > 6 / 29, curve**3, 3 * (6 / 29) ** 2 * (curve - 4 / 29)) * _D50
    linear = np.clip(_TO_SRGB @ xyz, 0, 1)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return "#" + "".join(f"{round(255 * float(channel)):02x}" for channel in encoded)


def _fractions() -> QualityWarning:
    return QualityWarning(
        "fractional_labels", "The segmentation holds fractions; a voxel counts to an organ from one half on."
    )


def _damaged(name: str) -> ImageFileError:
    return ImageFileError(name, "the DICOM segmentation is damaged or cut short; export it again")
