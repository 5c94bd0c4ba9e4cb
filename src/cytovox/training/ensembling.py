"""Making an ensemble's bundle out of classifiers' bundles."""

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from cytovox.analysis.bundles import CLASSIFY_CELLS, SCHEMA, Bundle, combined_digest, find_bundle, load_bundle
from cytovox.analysis.classify import loaded_classifier, working_scale
from cytovox.analysis.ensemble import CellEnsemble, shared_input
from cytovox.analysis.familiarity import refusal_thresholds
from cytovox.analysis.prediction_sets import least_probabilities
from cytovox.domain.errors import BundleError, TrainingDataError
from cytovox.evaluation.calibration import fit_temperature
from cytovox.io.atomic import write_whole
from cytovox.io.labelled_folder import LabelledPicture, LabelOptions, read_labelled_pictures
from cytovox.io.smear import open_smear
from cytovox.io.splitting import TRAIN
from cytovox.training.calibrating import DEFAULT_RATE, LEVEL, RATES

_FEWEST = 2


def make_ensemble(
    members: Sequence[str], output: Path, calibrate_on: Path | None = None, um_per_px: float | None = None
) -> Path:
    """Copy the members' bundles into one and write what says how to use them together.

    Args:
        members: Names or folders of classifiers with the same classes, at least two.
        output: Folder of the ensemble's bundle; replaced where it holds one.
        calibrate_on: Labelled pictures that no member was trained on (of an index, those not in the split
            "train"): temperature, prediction sets and refusals of the ensemble are measured on them. Without,
            it has no sets and refuses nothing, because its members' thresholds are not its own.
        um_per_px: Scale of those pictures; None to take it from each.

    Returns:
        The folder.

    Raises:
        BundleError: There are too few members, or they differ in classes.
    """
    bundles = [find_bundle(str(member), CLASSIFY_CELLS) for member in members]
    _check(bundles)
    part = output.with_name(f".{output.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        names = [_copy(bundle, part, number) for number, bundle in enumerate(bundles, 1)]
        _write(part, _manifest(bundles, part, names, output.resolve().name))
        if calibrate_on is not None:
            _write(part, {**load_bundle(part).manifest, **_calibration(part, calibrate_on, um_per_px)})
        _replace(part, output)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return output


def _check(bundles: Sequence[Bundle]) -> None:
    if len(bundles) < _FEWEST:
        raise BundleError(f"ensemble: expected at least {_FEWEST} members, got {len(bundles)}")
    for bundle in bundles:
        if "members" in bundle.manifest:
            raise BundleError(f"ensemble: '{bundle.name}' is an ensemble itself; name its members")
        if bundle.classes != bundles[0].classes:
            raise BundleError(
                f"ensemble: expected members of the same classes in the same order, '{bundle.name}' has "
                f"{', '.join(bundle.classes)} and '{bundles[0].name}' has {', '.join(bundles[0].classes)}"
            )


def _copy(bundle: Bundle, part: Path, number: int) -> str:
    name = f"member-{number}"
    (part / name).mkdir()
    for file in ("model.onnx", "bundle.json", "CARD.md"):
        if (bundle.folder / file).is_file():
            shutil.copyfile(bundle.folder / file, part / name / file)
    return name


def _manifest(bundles: Sequence[Bundle], part: Path, names: Sequence[str], name: str) -> dict[str, Any]:
    first = bundles[0].manifest
    return {
        "schema": SCHEMA,
        "name": name,
        "version": "+".join(bundle.version for bundle in bundles),
        "task": CLASSIFY_CELLS,
        "taxonomy": first.get("taxonomy", "blood"),
        "classes": first["classes"],
        "sha256": combined_digest(part, names),
        "input": {**shared_input(bundles), "normalisation": first["input"]["normalisation"]},
        "members": list(names),
        "data": [entry for bundle in bundles for entry in bundle.manifest.get("data", [])],
        "measured": [],
    }


def _calibration(part: Path, pictures: Path, um_per_px: float | None) -> dict[str, Any]:
    ensemble = CellEnsemble.of(load_bundle(part))
    held_out = _held_out(pictures, ensemble)
    targets = np.array([ensemble.classes.index(p.label) for p in held_out], np.int64)
    views = []
    for picture in held_out:
        image = open_smear(picture.path, um_per_px)
        views.append(ensemble.crop(image.pixels, (image.width / 2, image.height / 2), working_scale(image)))
    said = ensemble.classify(views, refuse_rate=0)
    logits = np.log(np.maximum(said.probabilities, 1e-300))
    temperature = fit_temperature(logits, np.eye(len(ensemble.classes), dtype=bool)[targets])
    scaled = np.exp(logits / temperature)
    least = least_probabilities(scaled / scaled.sum(axis=1, keepdims=True), targets, LEVEL)
    entries: dict[str, Any] = {
        "temperature": temperature,
        "conformal": {
            "level": LEVEL,
            "least_probability": dict(zip(ensemble.classes, map(float, least), strict=True)),
            "calibration_pictures": len(held_out),
        },
    }
    if np.isfinite(said.unfamiliarity).all():
        thresholds = refusal_thresholds(said.unfamiliarity, RATES)
        entries["familiarity"] = {"rates": RATES, "thresholds": thresholds, "default_rate": DEFAULT_RATE}
    return entries


def _held_out(pictures: Path, ensemble: CellEnsemble) -> list[LabelledPicture]:
    options = LabelOptions(classes=ensemble.classes, taxonomy=ensemble.bundle.taxonomy)
    held_out = [p for p in read_labelled_pictures(pictures, options).pictures if p.split != TRAIN]
    if not held_out:
        raise TrainingDataError(
            f"{pictures}: expected pictures that no member was trained on, all are in the split '{TRAIN}'"
        )
    return held_out


def _write(folder: Path, manifest: Mapping[str, Any]) -> None:
    write_whole(folder / "bundle.json", (json.dumps(manifest, indent=2, allow_nan=False) + "\n").encode())


def _replace(part: Path, output: Path) -> None:
    if output.exists():
        if not (output / "bundle.json").is_file() and any(output.iterdir()):
            raise BundleError(f"{output}: expected an empty folder or a bundle to replace, found other files")
        shutil.rmtree(output)
    loaded_classifier.cache_clear()
    part.replace(output)
