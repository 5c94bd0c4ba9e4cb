"""The files that people may take away from a finished stack, beside its findings."""

from dataclasses import dataclass

ORGANS_CSV = "organs.csv"
ORGANS_GLB = "organs.glb"
ORGANS_STL = "organs.stl"
ORGANS_OBJ = "organs.obj.zip"
LABELS_NIFTI = "labels.nii.gz"
LABELS_DICOM = "labels.dcm"


@dataclass(frozen=True, slots=True)
class Offer:
    """A result file that people may take away.

    Attributes:
        file: Its name.
        media_type: Its type.
        operation: Name of the operation in the API.
        summary: What it is.
    """

    file: str
    media_type: str
    operation: str
    summary: str


DOWNLOADS = (
    Offer(ORGANS_CSV, "text/csv", "getOrgansCsv", "One row an organ: volume, slices, codes."),
    Offer(ORGANS_GLB, "model/gltf-binary", "getOrgansGlb", "The organs as one 3D scene, in metres."),
    Offer(ORGANS_STL, "model/stl", "getOrgansStl", "The organs as one STL, millimetres, on the scan."),
    Offer(
        ORGANS_OBJ,
        "application/zip",
        "getOrgansObj",
        "The organs as OBJ in a ZIP, millimetres, on the scan.",
    ),
    Offer(LABELS_NIFTI, "application/gzip", "getLabelsNifti", "The organs as a label map, NIfTI."),
    Offer(LABELS_DICOM, "application/dicom", "getLabelsDicom", "The organs as a DICOM segmentation."),
)
"""All of them beside the findings."""
