"""A search of the archive for cells that look like one: vectors in memory, against read at each search.

The archive is made up: cases of 100 cells each, with random directions in place of the classifier's.
"""

import tempfile
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.measuring import Comparison, compare
from cytovox.analysis.cell_features import DIRECTIONS
from cytovox.app.cases import Case, CaseState
from cytovox.app.opening import open_store
from cytovox.app.settings import Settings
from cytovox.app.similar_features import FEATURES, CellFeatures
from cytovox.app.similar_index import SimilarIndex
from cytovox.app.store import ORIGINAL, CaseStore, new_case_id

CELLS_A_CASE = 100
CASES = (1_000, 5_000)
NEAREST = 12
REFERENCE = "files read each time"


def run() -> list[Comparison]:
    """Times of one search."""
    random = np.random.default_rng(0)
    found = []
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Settings(data_folder=Path(folder), max_cases=CASES[-1]))
        for number in range(CASES[-1]):
            _keep(store, random, number)
            if number + 1 in CASES:
                found.append(_searched(store, number + 1))
        store.close()
    return found


def _keep(store: CaseStore, random: np.random.Generator, number: int) -> None:
    vectors = random.normal(size=(CELLS_A_CASE, DIRECTIONS))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ids = np.arange(1, CELLS_A_CASE + 1, dtype=np.int32)
    case = Case(
        new_case_id(), f"{number}.png", f"{number:09}", 8, 6, None, False, "image/png", CaseState.DONE
    )
    features = CellFeatures("model", ids, vectors.astype(np.float16)).to_bytes()
    store.add_with_files(case, {ORIGINAL: str(number).encode(), FEATURES: features})


def _searched(store: CaseStore, cases: int) -> Comparison:
    return compare(
        f"{cases * CELLS_A_CASE} cells",
        partial(_search, SimilarIndex(store)),
        REFERENCE,
        partial(_search, SimilarIndex(store, most_bytes=0)),
        repeats=3,
    )


def _search(index: SimilarIndex) -> None:
    vector = np.eye(1, DIRECTIONS, dtype=np.float16)[0]
    near = index.nearest("", vector, "model", others_only=True)
    for _ in range(NEAREST):
        next(near)
