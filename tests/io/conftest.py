"""DICOM series that tests write themselves."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

WriteSeries = Callable[..., list[Path]]
NAME, NUMBER = "Doe^Jane", "SECRET-4711"


def slice_dataset(pixels: np.ndarray, position: Sequence[float], **tags: object) -> FileDataset:
    """One CT slice; tags replace or add to those of a plain one, None removes one."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = CTImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data = FileDataset(None, Dataset(), file_meta=meta, preamble=b"\0" * 128)
    plain: dict[str, object] = {
        "SOPClassUID": CTImageStorage,
        "SOPInstanceUID": meta.MediaStorageSOPInstanceUID,
        "SeriesInstanceUID": "1.2.3",
        "StudyInstanceUID": "1.2",
        "FrameOfReferenceUID": "1.2.4",
        "Modality": "CT",
        "SeriesDescription": "abdomen",
        "PatientID": NUMBER,
        "PatientName": NAME,
        "StudyDate": "20240229",
        "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"],
        "Rows": pixels.shape[-2],
        "Columns": pixels.shape[-1],
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "ImagePositionPatient": [float(value) for value in position],
        "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
        "PixelSpacing": [0.8, 0.7],
        "SliceThickness": 9.0,
        "BitsAllocated": pixels.dtype.itemsize * 8,
        "BitsStored": pixels.dtype.itemsize * 8,
        "HighBit": pixels.dtype.itemsize * 8 - 1,
        "PixelRepresentation": int(pixels.dtype.kind == "i"),
        "RescaleSlope": 1,
        "RescaleIntercept": 0,
        "PixelData": pixels.tobytes(),
    }
    for keyword, value in (plain | tags).items():
        if value is not None:
            setattr(data, keyword, value)
    data["PixelData"].VR = "OW"
    return data


@pytest.fixture
def write_series(tmp_path: Path) -> WriteSeries:
    """Writes slices at positions (mm, or points) into a folder, in an order that the names do not show.

    The pixels of slice n are n times 10 plus its column unless given. `each` holds tags of single slices.
    """

    def write(
        positions: Sequence[float] | Sequence[Sequence[float]],
        pixels: np.ndarray | None = None,
        *,
        folder: str = "series",
        each: Sequence[dict[str, object]] | None = None,
        **tags: object,
    ) -> list[Path]:
        target = tmp_path / folder
        target.mkdir(exist_ok=True)
        paths = []
        start = len(list(target.iterdir()))
        for at, place in enumerate(positions):
            point = place if isinstance(place, Sequence) else (-10.0, -20.0, place)
            own = plain_slice(at) if pixels is None else pixels[at]
            extra = {"InstanceNumber": at + 1} | tags | (each[at] if each else {})
            path = target / f"{(start + at) * 7919 % 1009:04}.dcm"
            slice_dataset(own, point, **extra).save_as(path, enforce_file_format=True)
            paths.append(path)
        return paths

    return write


def plain_slice(number: int, rows: int = 5, columns: int = 6) -> np.ndarray:
    """10 times its number plus the column."""
    return np.broadcast_to(10 * number + np.arange(columns), (rows, columns)).astype(np.int16)


@pytest.fixture
def identifiers() -> tuple[str, str]:
    """What stands in the headers of `write_series` and must appear nowhere."""
    return NAME, NUMBER


@pytest.fixture
def make_slice() -> Callable[..., FileDataset]:
    """`slice_dataset`, for files that are unlike a plain series."""
    return slice_dataset
