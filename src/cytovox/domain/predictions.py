"""What a classifier says of pictures of one cell each."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from cytovox.domain.best_class import best_class, group_columns, ranking, summed_by_group
from cytovox.domain.errors import InputError
from cytovox.domain.geometry import FloatArray
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.domain.taxonomy import UNIDENTIFIED, Taxonomy

BoolArray = NDArray[np.bool_]


def blood() -> Taxonomy:
    """The taxonomy "blood", which classes are of unless it is said otherwise."""
    return load_taxonomy("blood")


@dataclass(frozen=True, slots=True)
class CellPredictions:
    """Classification of n pictures of one centred cell each.

    Attributes:
        classes: The k taxonomy keys, in column order.
        probabilities: Array (n, k), calibrated, each row adding to 1.
        prediction_sets: Array (n, k): the classes that the cell is typical of. The true class of a cell is in
            its set at the bundle's level (90 %); a set may be empty, and from a bundle without sets it holds
            the best class alone.
        unfamiliarity: Array (n,): how unlike the training cells, larger = stranger; NaN where not known.
        unidentified: Array (n,): whether the classifier refuses to name the cell.
        taxonomy: Names, colours and groups of the classes.
        level: Share of cells whose true class is in their prediction set (0.9), or None from a bundle without
            sets.
    """

    classes: tuple[str, ...]
    probabilities: FloatArray
    prediction_sets: BoolArray
    unfamiliarity: FloatArray
    unidentified: BoolArray
    taxonomy: Taxonomy = field(default_factory=blood)
    level: float | None = None
    _best: NDArray[np.intp] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        n, k = len(self.probabilities), len(self.classes)
        expected = {
            "probabilities": (n, k),
            "prediction_sets": (n, k),
            "unfamiliarity": (n,),
            "unidentified": (n,),
        }
        for name, shape in expected.items():
            column = getattr(self, name)
            if column.shape != shape:
                raise InputError(f"predictions: expected '{name}' of shape {shape}, got {column.shape}")
        object.__setattr__(self, "_best", best_class(self.probabilities, self.classes, self.taxonomy))

    def __len__(self) -> int:
        return len(self.probabilities)

    def __getitem__(self, rows: "slice | NDArray[np.generic]") -> "CellPredictions":
        return replace(
            self,
            probabilities=self.probabilities[rows],
            prediction_sets=self.prediction_sets[rows],
            unfamiliarity=self.unfamiliarity[rows],
            unidentified=self.unidentified[rows],
        )

    @property
    def best(self) -> NDArray[np.str_]:
        """Array (n,): the best class of each picture, also where the classifier refuses to name it.

        The best class within the best group, see `best_class`; not necessarily the largest probability.
        """
        return np.array(self.classes, np.str_)[self._best]

    @property
    def label(self) -> NDArray[np.str_]:
        """Array (n,): "unidentified" where so flagged, else `best`."""
        return np.asarray(np.where(self.unidentified, UNIDENTIFIED, self.best), np.str_)

    @property
    def confidence(self) -> FloatArray:
        """Array (n,): probability of `best`."""
        return self.probabilities[np.arange(len(self)), self._best]

    def prediction_set(self, row: int) -> tuple[str, ...]:
        """Keys in the prediction set of one picture, most probable first."""
        order = np.argsort(-self.probabilities[row], kind="stable")
        return tuple(self.classes[i] for i in order if self.prediction_sets[row, i])

    def ranked(self, row: int) -> list[tuple[str, float]]:
        """Every class of one picture and its probability: the best first, then from the largest down."""
        row_of = self.probabilities[row]
        return [(self.classes[i], float(row_of[i])) for i in ranking(row_of, int(self._best[row]))]

    def grouped(self, taxonomy: Taxonomy | None = None) -> "CellPredictions":
        """The same with subtypes summed to their types, in the taxonomy's order: 11 blood classes become 8.

        A type is in the set where one of its subtypes is.

        Args:
            taxonomy: Where the groups come from; by default `self.taxonomy`.
        """
        taxonomy = taxonomy or self.taxonomy
        groups, member = group_columns(self.classes, taxonomy)
        sets = summed_by_group(self.prediction_sets.astype(np.float64), member) > 0
        return CellPredictions(
            groups,
            summed_by_group(self.probabilities.astype(np.float64), member).astype(np.float32),
            sets,
            self.unfamiliarity,
            self.unidentified,
            taxonomy,
            self.level,
        )
