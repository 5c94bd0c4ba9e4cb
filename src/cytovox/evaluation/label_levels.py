"""Predictions and labels brought to one level: a label may be a broader class than the network's own.

"Neutrophil" is a right label for a cell that the network calls a band. Probabilities are therefore summed to
the classes that a set's labels use; what lies under none of them stays itself, and is an error if chosen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.errors import TrainingDataError
from cytovox.domain.predictions import CellPredictions
from cytovox.domain.taxonomy import Taxonomy


class Level(StrEnum):
    """At which level figures are taken.

    FINE is that of the labels; labels that are broader than others of the same set are left out. GROUPED sums
    subtypes to their types, of labels and predictions alike.
    """

    FINE = "fine"
    GROUPED = "grouped"


@dataclass(frozen=True, slots=True)
class LevelledCells:
    """Predictions and truth of n cells in the same classes.

    Attributes:
        classes: Keys: those of the labels first, in the taxonomy's order, then what else the network can say.
        truth: Array (n,): the true class of each cell, an index into `classes`.
        named: Array (n,): the class that each cell is given.
        probabilities: Array (n, classes), float64.
        sets: Array (n, classes): the classes in each prediction set.
        refused: Array (n,): whether the cell is "unidentified".
    """

    classes: tuple[str, ...]
    truth: NDArray[np.intp]
    named: NDArray[np.intp]
    probabilities: NDArray[np.float64]
    sets: NDArray[np.bool_]
    refused: NDArray[np.bool_]

    @property
    def confidence(self) -> NDArray[np.float64]:
        """Array (n,): probability of the class that each cell is given."""
        return self.probabilities[np.arange(len(self.named)), self.named]

    @property
    def correct(self) -> NDArray[np.bool_]:
        """Array (n,): whether each cell is named rightly, refused or not."""
        return np.asarray(self.named == self.truth)


def usable_labels(labels: Sequence[str], level: Level, taxonomy: Taxonomy) -> list[str]:
    """The label of each cell at a level; "" where the cell has none there and is left out.

    Args:
        labels: Class keys; one that the taxonomy lacks is a class of its own.
        level: See `Level`.
        taxonomy: Which class is broader than which.
    """
    if level is Level.GROUPED:
        return [taxonomy.group(key) if key in taxonomy else key for key in labels]
    used = set(labels) - {""}
    broader = {above for key in used if key in taxonomy for above in taxonomy.lineage(key)[1:]}
    return ["" if key in broader else key for key in labels]


def can_express(classes: Sequence[str], label: str, taxonomy: Taxonomy) -> bool:
    """Whether a network with these classes can be right about a label: it has the class, or one under it."""
    return any(label == key or (key in taxonomy and label in taxonomy.lineage(key)) for key in classes)


def bring_to_level(predictions: CellPredictions, labels: Sequence[str], level: Level) -> LevelledCells:
    """Predictions summed to the classes that the labels use.

    Args:
        predictions: One row a cell.
        labels: Its label at that level (see `usable_labels`), none of them "".
        level: Where it is GROUPED, what no label covers is summed to its type too.

    Raises:
        TrainingDataError: A label can never be given by this network.
    """
    taxonomy = predictions.taxonomy
    used = set(labels)
    if unknown := sorted(k for k in used if not can_express(predictions.classes, k, taxonomy)):
        raise TrainingDataError(
            f"labels {', '.join(unknown)}: expected classes that the network can name "
            f'({", ".join(predictions.classes)}); give a mapping file, with "" for those to leave out'
        )
    target = [_nearest(key, used, level, taxonomy) for key in predictions.classes]
    ordered = [*(key for key in taxonomy.keys if key in used), *sorted(used - set(taxonomy.keys))]
    classes = tuple(dict.fromkeys([*ordered, *target]))
    member = np.zeros((len(predictions.classes), len(classes)))
    member[np.arange(len(target)), [classes.index(key) for key in target]] = 1.0
    where = {key: i for i, key in enumerate(classes)}
    to = dict(zip(predictions.classes, target, strict=True))
    return LevelledCells(
        classes=classes,
        truth=np.array([where[key] for key in labels], np.intp),
        named=np.array([where[to[str(key)]] for key in predictions.best], np.intp),
        probabilities=predictions.probabilities.astype(np.float64) @ member,
        sets=predictions.prediction_sets.astype(np.float64) @ member > 0,
        refused=predictions.unidentified,
    )


def _nearest(key: str, used: set[str], level: Level, taxonomy: Taxonomy) -> str:
    if key not in taxonomy:
        return key
    for above in taxonomy.lineage(key):
        if above in used:
            return above
    return taxonomy.group(key) if level is Level.GROUPED else key
