"""The files that a finished stack offers."""

import io
import json
import logging
import zipfile
from pathlib import Path

from cytovox.app.results import FINDINGS
from cytovox.app.stack_downloads import (
    LABELS_DICOM,
    LABELS_NIFTI,
    ORGANS_CSV,
    ORGANS_GLB,
    ORGANS_OBJ,
    ORGANS_STL,
)
from cytovox.domain.errors import InputError
from cytovox.domain.surface import PlacedSurface
from cytovox.domain.volume_findings import VolumeFindings
from cytovox.io.nifti_labels import write_label_nifti
from cytovox.report.dicom_seg import SegmentationWords, dicom_seg
from cytovox.report.obj import obj_bytes
from cytovox.report.organ_scene import organ_glb
from cytovox.report.organs_csv import organs_to_csv
from cytovox.report.stl import stl_bytes
from cytovox.report.volume_json import volume_to_dict
from cytovox.sculpt.organs import sculpt_organs

log = logging.getLogger("cytovox.app")


def volume_result_files(findings: VolumeFindings, folder: Path) -> dict[str, bytes | Path]:
    """The result files by name; large ones are written to a folder.

    Args:
        findings: What was found in a stack.
        folder: Where to write.
    """
    document = json.dumps(
        volume_to_dict(findings), ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )
    files: dict[str, bytes | Path] = {
        FINDINGS: document.encode(),
        ORGANS_CSV: organs_to_csv(findings).encode(),
    }
    if not findings.organs:
        return files
    write_label_nifti(findings.labels, folder / LABELS_NIFTI)
    files[LABELS_NIFTI] = folder / LABELS_NIFTI
    surfaces = sculpt_organs(findings.labels)
    files[ORGANS_GLB] = organ_glb(surfaces, findings.organs, notice=findings.notice)
    placed = tuple(map(PlacedSurface, surfaces))  # unmoved: other programs lay them on the scan
    files[ORGANS_STL] = stl_bytes(placed)
    files[ORGANS_OBJ] = _zipped("organs.obj", obj_bytes(placed))
    try:
        files[LABELS_DICOM] = dicom_seg(findings.labels, words=_words(findings))
    except InputError as error:
        log.warning("no DICOM segmentation: %s", error)  # e.g. a sheared grid, which DICOM cannot hold
    return files


def _zipped(name: str, data: bytes) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as writer:
        writer.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return archive.getvalue()


def _words(findings: VolumeFindings) -> SegmentationWords:
    models = tuple((model.name, model.version) for model in findings.provenance.models)
    return SegmentationWords(findings.label_origin, models, findings.modality, findings.notice)
