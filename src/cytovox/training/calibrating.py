"""What a fitted classifier needs to be trusted: temperature, prediction sets, refusal thresholds.

All are measured with the exported bundle on pictures that were held back from training.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import DataLoader, WeightedRandomSampler

from cytovox.analysis.cell_classifier import CellClassifier
from cytovox.analysis.familiarity import refusal_thresholds
from cytovox.analysis.prediction_sets import least_probabilities, prediction_sets
from cytovox.evaluation.calibration import fit_temperature
from cytovox.io.cell_pictures import ANY_CELL, CellPicture
from cytovox.training.classifier import (
    calibration_pictures,
    plain_crop,
    training_set,
    validation_pictures,
    varied_set,
)
from cytovox.training.classifier_network import CellClassifier as Network
from cytovox.training.familiarity import Familiarity, Measured, fit_familiarity
from cytovox.training.recipe import ClassifierRecipe

LEVEL = 0.9
RATES = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1)
DEFAULT_RATE = 0.005
"""Of the home laboratories' cells; cells of other cameras are refused far more often, so it is low."""
EXTRA_TURNS_BELOW = 0.99
"""Top probability below which a cell is looked at in all four quarter turns: measured once,
with version 0.1.0 on cells/pbc val, that cost 1.2 passes a cell and took as much off the log loss as four."""
_FAMILIARITY_DRAWS = 3000
_MOST_VIEWS = 10


def learn_familiarity(network: Network, recipe: ClassifierRecipe) -> Familiarity:
    """Familiarity of a fitted network, from varied training cells and held-back ones."""
    dataset, draws = training_set(recipe)
    single = dataset.targets[:, :-1].sum(dim=1) == 1
    number = min(_FAMILIARITY_DRAWS, _MOST_VIEWS * len(dataset))
    sampler = WeightedRandomSampler((torch.tensor(draws) * single).tolist(), number)
    training = measure(network, DataLoader(dataset, batch_size=64, sampler=sampler))
    held_back = [p for p in _held_back(recipe) if p.targets]
    # On the scale of varied cells: plain ones would make another camera's cells strange.
    true_cells, _ = measure(network, DataLoader(varied_set(held_back, recipe), batch_size=64))
    # A picture of one class may have been spoiled on its way: it then counts as none of them.
    kept = training[1] < len(recipe.classes)
    cells = Measured(training[0].pooled[kept], training[0].logits[kept])
    return fit_familiarity(cells, training[1][kept], len(recipe.classes), true_cells)


@torch.inference_mode()
def measure(network: Network, loader: DataLoader[Any]) -> tuple[Measured, NDArray[np.int64]]:
    """Pooled features and logits of a loader's pictures, and the first class that each label allows."""
    pooled, logits, labels = [], [], []
    for pictures, targets in loader:
        features = network.encoder(pictures.contiguous(memory_format=torch.channels_last)).mean(dim=(2, 3))
        pooled.append(features)
        logits.append(network.linear(features))
        labels.append(targets.argmax(dim=1))
    return Measured(torch.cat(pooled).numpy(), torch.cat(logits).numpy()), torch.cat(labels).numpy()


def calibrate(bundle: Path, recipe: ClassifierRecipe, amend: Any) -> None:
    """Add temperature, prediction sets and refusal thresholds to a classifier's bundle.

    The temperature weighs all sources alike, so that it is not set by the largest laboratory alone. Sets come
    from the first source, on which their coverage can be checked; refusals from the cells of all.

    Args:
        bundle: Folder of a bundle without these entries.
        recipe: What it was fitted with.
        amend: Called with the bundle's folder and new entries of its `bundle.json`.
    """
    amend(bundle, {"extra_turns_below": EXTRA_TURNS_BELOW})
    sources = [[p for p in split if p.targets] for split in calibration_pictures(recipe)]
    labelled = [[p for p in split if p.label != ANY_CELL] for split in sources]
    pictures = [p for split in labelled for p in split]
    weights = np.concatenate([np.full(len(split), 1 / max(len(split), 1)) for split in labelled])
    logits = np.log(np.maximum(_classified(bundle, pictures, recipe).probabilities, 1e-300))
    amend(bundle, {"temperature": fit_temperature(logits, _allowed(pictures, recipe), weights)})
    amend(bundle, {"conformal": _sets(bundle, labelled[0], validation_pictures(recipe), recipe)})
    cells = [p for split in sources for p in split]
    scores = _classified(bundle, cells, recipe).unfamiliarity
    thresholds = refusal_thresholds(scores, RATES)
    amend(
        bundle,
        {"familiarity": {"rates": RATES, "thresholds": thresholds, "default_rate": DEFAULT_RATE}},
    )


def _sets(
    bundle: Path,
    held_back: Sequence[CellPicture],
    validation: Sequence[CellPicture],
    recipe: ClassifierRecipe,
) -> Mapping[str, Any]:
    """Thresholds from held-back and validation cells; coverage of those from held-back ones on validation."""
    first, second = _finely_labelled(held_back), _finely_labelled(validation)
    chances = [_classified(bundle, part, recipe).probabilities for part in (first, second)]
    truth = [np.array([p.class_index for p in part], np.int64) for part in (first, second)]
    alone = dict(zip(recipe.classes, least_probabilities(chances[0], truth[0], LEVEL), strict=True))
    both = least_probabilities(np.concatenate(chances), np.concatenate(truth), LEVEL)
    inside = prediction_sets(chances[1], recipe.classes, alone)[np.arange(len(second)), truth[1]]
    coverage = {
        key: float(inside[truth[1] == k].mean())
        for k, key in enumerate(recipe.classes)
        if (truth[1] == k).any()
    }
    return {
        "level": LEVEL,
        "least_probability": {k: float(v) for k, v in zip(recipe.classes, both, strict=True)},
        "calibration_pictures": len(first) + len(second),
        "coverage_on_validation_of_sets_from_held_back_pictures": coverage,
    }


def _finely_labelled(pictures: Sequence[CellPicture]) -> list[CellPicture]:
    return [p for p in pictures if len(p.targets) == 1]


def _held_back(recipe: ClassifierRecipe) -> list[CellPicture]:
    return [p for split in calibration_pictures(recipe) for p in split]


def _allowed(pictures: Sequence[CellPicture], recipe: ClassifierRecipe) -> NDArray[np.bool_]:
    allowed = np.zeros((len(pictures), len(recipe.classes)), bool)
    for row, picture in zip(allowed, pictures, strict=True):
        row[list(picture.targets)] = True
    return allowed


def _classified(bundle: Path, pictures: Sequence[CellPicture], recipe: ClassifierRecipe) -> Any:
    classifier = CellClassifier.load(str(bundle))
    return classifier.classify((plain_crop(p, recipe) for p in pictures), refuse_rate=0)
