"""The files that a finished stack offers."""

from dataclasses import dataclass
from pathlib import Path

from cytovox.app.results import FINDINGS
from cytovox.domain.volume_findings import VolumeFindings
from cytovox.io.nifti_labels import write_label_nifti
from cytovox.report.volume_findings_json import volume_findings_bytes

LABELS_NIFTI = "labels.nii.gz"


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


DOWNLOADS = (Offer(LABELS_NIFTI, "application/gzip", "getLabels", "The organs as a label map, NIfTI."),)
"""All of them beside the findings."""


def volume_result_files(findings: VolumeFindings, folder: Path) -> dict[str, bytes | Path]:
    """The result files by name; large ones are written to a folder.

    Args:
        findings: What was found in a stack.
        folder: Where to write.
    """
    files: dict[str, bytes | Path] = {FINDINGS: volume_findings_bytes(findings)}
    if findings.organs:
        write_label_nifti(findings.labels, folder / LABELS_NIFTI)
        files[LABELS_NIFTI] = folder / LABELS_NIFTI
    return files
