"""What a report tells of a finished stack, from what is kept of it."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cytovox.app.plane_reading import PlaneReader
from cytovox.app.results import FINDINGS
from cytovox.app.stack_files import STACK
from cytovox.app.store import CaseStore
from cytovox.domain.findings import ModelUse, Provenance, QualityWarning
from cytovox.io.viewing_order import PLANES, Plane
from cytovox.report import NOTICE
from cytovox.report.volume_report import ReportedOrgan, ReportedStack, StackView

JsonObject = Mapping[str, Any]


def reported_stack(store: CaseStore, planes: PlaneReader, case_id: str) -> ReportedStack:
    """A finished stack for its report, with a view of each plane through its largest organ.

    Raises:
        ApiProblem: 404 without such a finished stack.
    """
    found: JsonObject = json.loads(store.read(case_id, FINDINGS))
    page: JsonObject = json.loads(store.read(case_id, STACK))
    grid = found["grid"]
    organs = tuple(_organ(entry) for entry in found["organs"])
    at = _place(organs, page)
    return ReportedStack(
        source=found["source"],
        modality=found["modality"],
        shape=(grid["slices"], grid["rows"], grid["columns"]),
        spacing_mm=tuple(grid["spacing_mm"]),
        label_origin=found["label_origin"],
        organs=organs,
        views=tuple(_view(planes, case_id, page, plane, at[axis]) for axis, plane in enumerate(PLANES)),
        warnings=tuple(QualityWarning(w["key"], w["message"]) for w in found["warnings"]),
        provenance=_provenance(found["provenance"]),
        notice=str(found["notice"]).removesuffix(NOTICE).strip(),
    )


def _organ(entry: JsonObject) -> ReportedOrgan:
    return ReportedOrgan(
        label=entry["label"],
        key=entry["key"],
        name=entry["name"],
        colour=entry["colour"],
        volume_ml=entry["volume_ml"],
        voxels=entry["voxels"],
        slices=(entry["first_slice"], entry["last_slice"]),
        cut=entry["cut"],
        codes=tuple(f"{code['system']} {code['code']}" for code in entry["codes"]),
    )


def _place(organs: tuple[ReportedOrgan, ...], page: JsonObject) -> tuple[int, int, int]:
    """Axial, coronal and sagittal plane to show: through the largest organ, else through the middle."""
    if not organs:
        slices, rows, columns = page["shape"]
        return slices // 2, rows // 2, columns // 2
    largest = max(organs, key=lambda organ: organ.volume_ml)
    axial, coronal, sagittal = page["labels"]["places"][str(largest.label)]
    return int(axial), int(coronal), int(sagittal)


def _view(planes: PlaneReader, case_id: str, page: JsonObject, plane: Plane, index: int) -> StackView:
    about = page["planes"][plane.value]
    voxels, labels = planes.pictures(case_id, plane, index)
    letters = about["letters"]
    return StackView(
        plane.value,
        index + 1,
        about["count"],
        _grey(voxels, page),
        labels,
        (about["pixel_mm"][0], about["pixel_mm"][1]),
        (letters["left"], letters["right"], letters["top"], letters["bottom"]),
    )


def _grey(voxels: NDArray[np.generic], page: JsonObject) -> NDArray[np.uint8]:
    stored, window = page["stored"], page["window"]
    values = voxels.astype(np.float32) * stored["slope"] + stored["intercept"]
    share = (values - (window["middle"] - window["width"] / 2)) / window["width"]
    return np.asarray(np.round(np.clip(share, 0, 1) * 255), np.uint8)


def _provenance(told: JsonObject) -> Provenance:
    return Provenance(
        told["cytovox_version"],
        told["created_utc"],
        tuple(ModelUse(m["name"], m["version"], m["sha256"]) for m in told["models"]),
        told["options"],
        told["input_sha256"],
    )
