"""Small stacks whose truth is known, as files that a person would upload."""

import io
import zipfile
from pathlib import Path

import nibabel
import numpy as np
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

SHAPE = (12, 20, 30)
"""Slices, rows, columns: from the feet, from the front, from the patient's right."""
SPACING_MM = (5.0, 2.0, 1.0)
PATIENT = {"PatientName": "Wunderlich^Ottilie", "PatientID": "PID-4711-X", "PatientBirthDate": "19431224"}


def phantom(seed: int = 0) -> np.ndarray:
    """Noise, with a bright block at the patient's right, front and feet."""
    voxels = np.random.default_rng(seed).integers(-50, 50, SHAPE).astype(np.int16)
    voxels[1:4, 2:6, 3:9] = 300
    return voxels


def organs() -> np.ndarray:
    """The block as the liver (5); another at the left, reaching the last slice, as the spleen (1)."""
    labels = np.zeros(SHAPE, np.uint8)
    labels[1:4, 2:6, 3:9] = 5
    labels[8:, 10:14, 20:28] = 1
    return labels


def nifti(voxels: np.ndarray) -> bytes:
    """A NIfTI file of an array in viewing order."""
    affine = np.diag([-SPACING_MM[2], -SPACING_MM[1], SPACING_MM[0], 1.0])
    image = nibabel.Nifti1Image(voxels.transpose(2, 1, 0), affine)
    image.header.set_xyzt_units("mm")
    return image.to_bytes()


def dicom_zip(
    voxels: np.ndarray, *, series: str = "abdomen", day: str = "20240105", more: bytes = b""
) -> bytes:
    """A ZIP of a CT series with a patient's name and number in every file, slices in a mixed order."""
    buffer = io.BytesIO(more)
    study, uid = generate_uid(), generate_uid()
    with zipfile.ZipFile(buffer, "a") as archive:
        for number in np.random.default_rng(1).permutation(len(voxels)):
            data = io.BytesIO()
            _dicom_slice(voxels, int(number), (study, uid), series, day).save_as(
                data, enforce_file_format=True
            )
            archive.writestr(f"{series}/IM{number:04d}", data.getvalue())
    return buffer.getvalue()


def _dicom_slice(
    voxels: np.ndarray, number: int, uids: tuple[str, str], series: str, day: str
) -> FileDataset:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = CTImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data = FileDataset(Path("none"), {}, file_meta=meta, preamble=b"\0" * 128)
    for name, value in (
        {
            "SOPClassUID": CTImageStorage,
            "SOPInstanceUID": meta.MediaStorageSOPInstanceUID,
            "StudyInstanceUID": uids[0],
            "SeriesInstanceUID": uids[1],
            "FrameOfReferenceUID": uids[0],
            "Modality": "CT",
            "SeriesDescription": series,
            "StudyDate": day,
            "SeriesNumber": 1,
            "InstanceNumber": number + 1,
            "ImagePositionPatient": [0.0, 0.0, SPACING_MM[0] * number],
            "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
            "PixelSpacing": [SPACING_MM[1], SPACING_MM[2]],
            "Rows": voxels.shape[1],
            "Columns": voxels.shape[2],
            "BitsAllocated": 16,
            "BitsStored": 16,
            "HighBit": 15,
            "PixelRepresentation": 1,
            "SamplesPerPixel": 1,
            "PhotometricInterpretation": "MONOCHROME2",
            "RescaleSlope": 1,
            "RescaleIntercept": 0,
            **PATIENT,
        }
    ).items():
        setattr(data, name, value)
    data.PixelData = voxels[number].astype("<i2").tobytes()
    return data
