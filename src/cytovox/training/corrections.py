"""A classifier tuned with corrected cells: a new last layer, calibrated, measured, written as a bundle."""

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from cytovox.analysis.cell_classifier import CellClassifier
from cytovox.analysis.classify import loaded_classifier, working_scale
from cytovox.analysis.familiarity import refusal_thresholds
from cytovox.analysis.prediction_sets import least_probabilities
from cytovox.domain.best_class import best_class
from cytovox.domain.errors import BundleError, TrainingDataError
from cytovox.domain.image import RgbPixels
from cytovox.evaluation.calibration import fit_temperature
from cytovox.io.atomic import write_whole
from cytovox.io.corrections import CorrectedPicture, read_corrections
from cytovox.io.labelled_folder import LabelOptions, read_labelled_pictures
from cytovox.io.smear import open_smear, open_smear_bytes
from cytovox.io.splitting import TRAIN, VAL
from cytovox.training.calibrating import LEVEL
from cytovox.training.card import write_card
from cytovox.training.new_head import Examples, Head, choose_price, even_weights, fit_head

WEIGHT, BIAS = "classifier.linear.weight", "classifier.linear.bias"
"""The last layer in `model.onnx`, as `training.export` names it."""
TURNS = 4
FEWEST = 10
"""Held-out cells from which their share of right names is told."""
FEWEST_OF_A_CLASS = 9
"""Cells from which a class gets a threshold of its own for 90 % sets; see `least_probabilities`."""

Progress = Callable[[str, float], None]
"""Called with what is being done and the share of it that is done, 0..1."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """What is asked for.

    Attributes:
        corrections: Folder or ZIP that `cytovox corrections export` or the web application wrote.
        output: Folder of the new bundle.
        start: The classifier to tune: an installed one's name, or a bundle's folder.
        replay: Labelled pictures that keep it from forgetting: folders of classes, or index CSVs.
        um_per_px: Micrometres per pixel of the replayed pictures; None to take it from each.
    """

    corrections: Path
    output: Path
    start: str = "blood"
    replay: tuple[Path, ...] = ()
    um_per_px: float | None = None


@dataclass(frozen=True, slots=True)
class Tuned:
    """What came of it.

    Attributes:
        bundle: Folder of the new bundle.
        trained: Corrected cells that it was fitted on.
        measured: Cells that it was measured on.
        before: Share of them that the old classifier names right.
        after: Share that the new one names right.
        held_out: Whether they are of smears that the fit never saw; else it is cross-validation.
        notes: What was left out.
    """

    bundle: Path
    trained: int
    measured: int
    before: float
    after: float
    held_out: bool
    notes: tuple[str, ...]


def tune(asked: Tuning, progress: Progress = lambda _what, _done: None) -> Tuned:
    """Fits the last layer of a classifier anew on corrected cells, and writes it as a bundle.

    Raises:
        TrainingDataError: There are no corrections, or none of a class that the classifier knows.
        BundleError: The classifier is of a kind that cannot be tuned.
    """
    _check_output(asked.output)
    classifier = _tunable(asked.start)
    pictures, notes = _known(read_corrections(asked.corrections), classifier)
    training = [p for p in pictures if p.split == TRAIN]
    held_out = [p for p in pictures if p.split == VAL]
    if len(held_out) < FEWEST or len(training) < FEWEST:
        training, held_out = pictures, []
    old = _head(classifier)
    examples = _examples(classifier, training, progress)
    replay = _replayed(classifier, asked, progress)
    progress("fitting", 0.0)
    choice = choose_price(old, examples, replay)
    whole = examples if replay is None else examples.and_also(replay)
    new = old if choice.price is None else fit_head(old, whole, choice.price)
    calibration = _calibration(classifier, examples, choice.logits)
    part = _written(classifier, asked, new, calibration, len(training))
    tuned = CellClassifier.load(str(part))
    if held_out:
        before, after = (_right(each, held_out) for each in (classifier, tuned))
        measured = len(held_out)
    else:
        before = _share_right(old.logits(examples.features[:, 0]), examples, classifier)
        after, measured = _share_right(choice.logits, examples, classifier), len(training)
    progress("fitting", 1.0)
    result = Tuned(asked.output, len(training), measured, before, after, bool(held_out), notes)
    _finish(part, tuned, training, result, asked)
    if asked.output.exists():
        shutil.rmtree(asked.output)
    part.replace(asked.output)
    loaded_classifier.cache_clear()
    return result


def _check_output(folder: Path) -> None:
    if folder.exists() and not (folder / "bundle.json").is_file() and any(folder.iterdir()):
        raise BundleError(f"{folder}: expected an empty folder or a bundle to replace, found other files")


def _tunable(start: str) -> CellClassifier:
    classifier = CellClassifier.load(start)
    if type(classifier) is not CellClassifier:
        raise BundleError(f"'{start}': an ensemble cannot be tuned; name one of its members")
    names = {stored.name for stored in _network(classifier).graph.initializer}
    if not {WEIGHT, BIAS} <= names:
        raise BundleError(
            f"'{start}': expected a classifier that Cytovox trained, with a last layer of its own; this "
            "model.onnx has none"
        )
    return classifier


def _network(classifier: CellClassifier) -> onnx.ModelProto:
    return onnx.load(classifier.bundle.folder / "model.onnx")


def _head(classifier: CellClassifier) -> Head:
    stored = {i.name: i for i in _network(classifier).graph.initializer}
    return Head(numpy_helper.to_array(stored[WEIGHT]).copy(), numpy_helper.to_array(stored[BIAS]).copy())


def _known(
    pictures: Sequence[CorrectedPicture], classifier: CellClassifier
) -> tuple[list[CorrectedPicture], tuple[str, ...]]:
    """The pictures whose label allows some class of the classifier, and what is to be said of the others."""
    known = [p for p in pictures if _allowed(p.label, classifier).any()]
    others = Counter(p.label for p in pictures if not _allowed(p.label, classifier).any())
    notes = tuple(
        f"{label}: {count} cells left out, the classifier has no such class"
        for label, count in sorted(others.items())
    )
    if len(known) < FEWEST:
        raise TrainingDataError(
            f"corrections: expected at least {FEWEST} cells of the classes {', '.join(classifier.classes)}, "
            f"got {len(known)}; correct or confirm more"
        )
    return known, notes


def _allowed(label: str, classifier: CellClassifier) -> NDArray[np.bool_]:
    """Which classes a label allows, shape (k,): itself, and those that it is a broader class of."""
    taxonomy = classifier.bundle.taxonomy
    return np.array(
        [label == key or (key in taxonomy and label in taxonomy.lineage(key)) for key in classifier.classes]
    )


def _examples(
    classifier: CellClassifier, pictures: Sequence[CorrectedPicture], progress: Progress
) -> Examples:
    views = []
    for number, picture in enumerate(pictures, 1):
        views.append(_turned(classifier, _view(classifier, picture)))
        progress("looking at corrected cells", number / len(pictures))
    return Examples(
        np.stack(views),
        np.stack([_allowed(p.label, classifier) for p in pictures]),
        even_weights([p.label for p in pictures]),
        tuple(p.group for p in pictures),
    )


def _view(classifier: CellClassifier, picture: CorrectedPicture) -> RgbPixels:
    pixels = open_smear_bytes(picture.read(), picture.name).pixels
    middle = (pixels.shape[1] / 2, pixels.shape[0] / 2)
    return classifier.crop(pixels, middle, picture.um_per_px)


def _turned(classifier: CellClassifier, view: RgbPixels) -> NDArray[np.float32]:
    return classifier.pooled_features([np.ascontiguousarray(np.rot90(view, turn)) for turn in range(TURNS)])


def _replayed(classifier: CellClassifier, asked: Tuning, progress: Progress) -> Examples | None:
    """The pictures to be replayed, which together weigh as much as all corrections; None without any."""
    options = LabelOptions(taxonomy=classifier.bundle.taxonomy)
    chosen = [
        picture
        for path in asked.replay
        for picture in read_labelled_pictures(path, options).pictures
        if picture.split in ("", TRAIN) and _allowed(picture.label, classifier).any()
    ]
    if asked.replay and not chosen:
        known = ", ".join(classifier.classes)
        raise TrainingDataError(f"replay: expected training pictures of the classes {known}, found none")
    views = []
    for number, picture in enumerate(chosen, 1):
        image = open_smear(picture.path, asked.um_per_px)
        middle = (image.width / 2, image.height / 2)
        view = classifier.crop(image.pixels, middle, working_scale(image, classifier))
        views.append(_turned(classifier, view))
        progress("looking at replayed cells", number / len(chosen))
    if not chosen:
        return None
    return Examples(
        np.stack(views),
        np.stack([_allowed(p.label, classifier) for p in chosen]),
        even_weights([p.label for p in chosen]),
        tuple(p.group for p in chosen),
    )


def _calibration(
    classifier: CellClassifier, examples: Examples, logits: NDArray[np.float64]
) -> dict[str, Any]:
    """Temperature and prediction sets, from corrected cells as layers that had not seen them named them."""
    temperature = fit_temperature(logits.astype(np.float32), examples.allowed, examples.weights)
    entries: dict[str, Any] = {"temperature": temperature}
    earlier = classifier.bundle.manifest.get("conformal")
    if earlier is None:
        return entries
    fine = examples.allowed.sum(axis=1) == 1
    scaled = np.exp((logits - logits.max(axis=1, keepdims=True)) / temperature)[fine]
    targets = examples.allowed[fine].argmax(axis=1)
    least = least_probabilities(scaled / scaled.sum(axis=1, keepdims=True), targets, LEVEL)
    cells = np.bincount(targets, minlength=len(classifier.classes))
    own = zip(classifier.classes, least.tolist(), cells.tolist(), strict=True)
    entries["conformal"] = {
        "level": LEVEL,
        "least_probability": {
            **earlier["least_probability"],
            **{key: threshold for key, threshold, count in own if count >= FEWEST_OF_A_CLASS},
        },
        "calibration_pictures": int(fine.sum()),
    }
    return entries


def _written(
    classifier: CellClassifier, asked: Tuning, head: Head, calibration: Mapping[str, Any], cells: int
) -> Path:
    """The new bundle in a folder beside, still without figures: the old network with the new layer."""
    network = _network(classifier)
    for stored in network.graph.initializer:
        if stored.name in {WEIGHT, BIAS}:
            values = head.weight if stored.name == WEIGHT else head.bias
            stored.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(values), stored.name))
    model = network.SerializeToString()
    old = classifier.bundle.manifest
    digest = hashlib.sha256(model).hexdigest()
    manifest = {
        **old,
        "version": f"{old['version']}+{cells}.{digest[:8]}",
        "sha256": digest,
        **calibration,
        "data": [*old.get("data", []), _described(asked.corrections, cells)],
        "recipe": {"weights": f"{old['name']} {old['version']}", "corrections": cells, "layer": "last"},
        "measured": [],
    }
    part = asked.output.with_name(f".{asked.output.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    write_whole(part / "model.onnx", model)
    _write_manifest(part, manifest)
    return part


def _described(path: Path, cells: int) -> dict[str, Any]:
    return {
        "index": f"corrections ({path.name})",
        "index_sha256": hashlib.sha256(
            (path / "index.csv").read_bytes() if path.is_dir() else path.read_bytes()
        ).hexdigest(),
        "licence": "not stated",
        "training_pictures": cells,
    }


def _right(classifier: CellClassifier, pictures: Sequence[CorrectedPicture]) -> float:
    """Share of pictures whose best class their label allows."""
    said = classifier.classify((_view(classifier, p) for p in pictures), refuse_rate=0)
    best = best_class(said.probabilities, classifier.classes, classifier.bundle.taxonomy)
    right = [_allowed(p.label, classifier)[column] for p, column in zip(pictures, best, strict=True)]
    return float(np.mean(right))


def _share_right(logits: NDArray[np.float64], examples: Examples, classifier: CellClassifier) -> float:
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    chances = odds / odds.sum(axis=1, keepdims=True)
    best = best_class(chances, classifier.classes, classifier.bundle.taxonomy)
    return float(examples.allowed[np.arange(len(best)), best].mean())


def _finish(
    bundle: Path,
    tuned: CellClassifier,
    training: Sequence[CorrectedPicture],
    result: Tuned,
    asked: Tuning,
) -> None:
    """Add what can only be said of the finished network: thresholds of refusal, figures and the card."""
    manifest = dict(tuned.bundle.manifest)
    if "familiarity" in manifest:
        manifest["familiarity"] = _familiarity(manifest["familiarity"], tuned, training)
    smears = len({p.group for p in training})
    how = (
        "corrected cells of smears that it was not tuned on"
        if result.held_out
        else f"cross-validation over {smears} smears; too few for smears apart"
    )
    replayed = f", with {', '.join(path.name for path in asked.replay)} replayed" if asked.replay else ""
    manifest |= {
        "measured": [
            _row("cells", result.measured, how),
            _row(f"accuracy of {asked.start} before", result.before, how),
            _row("accuracy", result.after, how),
        ],
        "history": f"The last layer of {manifest['recipe']['weights']} was fitted anew on {result.trained} "
        f"cells that people corrected or confirmed{replayed}.",
        "limits": [
            "Tuned to one laboratory's cells: elsewhere it may be worse than before.",
            "The figures are of cells that somebody chose to look at, which are no even sample.",
            f"Classes of fewer than {FEWEST_OF_A_CLASS} corrected cells keep their prediction sets.",
        ],
    }
    _write_manifest(bundle, manifest)
    write_whole(bundle / "CARD.md", write_card(manifest).encode())


def _familiarity(
    entry: Mapping[str, Any], tuned: CellClassifier, training: Iterable[CorrectedPicture]
) -> dict[str, Any]:
    """Thresholds that refuse no more corrected cells than the rates say: people named them."""
    said = tuned.classify((_view(tuned, p) for p in training), refuse_rate=0)
    if not np.isfinite(said.unfamiliarity).all():
        return dict(entry)
    own = refusal_thresholds(said.unfamiliarity, tuple(entry["rates"]))
    return {**entry, "thresholds": [max(pair) for pair in zip(entry["thresholds"], own, strict=True)]}


def _row(metric: str, value: float, note: str) -> dict[str, Any]:
    return {
        "metric": metric,
        "value": value,
        "data": "corrections",
        "split": "val",
        "note": note,
        "command": "cytovox train classifier --from-corrections SET",
    }


def _write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    write_whole(folder / "bundle.json", (json.dumps(manifest, indent=2, allow_nan=False) + "\n").encode())
