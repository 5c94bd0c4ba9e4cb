"""Which cells of the archive look like a given one: a search through all vectors, by their products.

All 500,000 vectors of 5,000 cases with 100 cells each are compared in 0.2 s
(`python -m benchmarks similar_cells`); an approximate index would be a further structure that could disagree
with the archive.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from cytovox.app.cases import CaseState
from cytovox.app.similar_features import FEATURES, CellFeatures
from cytovox.app.store import ORIGINAL, CaseStore
from cytovox.app.tables import cases, files

MOST_BYTES = 256_000_000
"""Vectors that are kept in memory: a million cells. Those of further cases are read at each search."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A cell of the archive, and the cosine between its vector and that of the cell in question."""

    case_id: str
    cell_id: int
    similarity: float


@dataclass(frozen=True, slots=True)
class _Entry:
    case_id: str
    features_sha256: str
    picture_sha256: str


class SimilarIndex:
    """The vectors of an archive; safe to use from several threads.

    Args:
        store: Where cases are.
        most_bytes: See `MOST_BYTES`.
    """

    def __init__(self, store: CaseStore, *, most_bytes: int = MOST_BYTES) -> None:
        self._store = store
        self._most_bytes = most_bytes
        # By hash of the file, so that one that was written anew is read anew.
        self._kept: dict[str, CellFeatures] = {}
        self._bytes = 0
        self._busy = threading.Lock()

    def nearest(
        self, case_id: str, vector: NDArray[np.float16], model_sha256: str, *, others_only: bool
    ) -> Iterator[Neighbour]:
        """Cells of cases that are done and not deleted, the most alike first; a picture counts once.

        Args:
            case_id: The case of the cell in question; of the copies of its picture, this one counts.
            vector: Of that cell, shape (d,).
            model_sha256: The classifier that it comes from; other vectors are left out.
            others_only: Whether cells of this case are left out.
        """
        with self._busy:
            entries = _one_a_picture(self._entries(), case_id)
            chosen = [entry for entry in entries if not (others_only and entry.case_id == case_id)]
            found = self._compared(chosen, vector.astype(np.float32), model_sha256)
        if not found:
            return
        similarity = np.concatenate([values for _, _, values in found])
        owner = np.repeat(np.arange(len(found)), [len(values) for _, _, values in found])
        ids = np.concatenate([cell_ids for _, cell_ids, _ in found])
        # Ties in order of the archive: the same question has the same answer.
        for place in np.argsort(-similarity, kind="stable"):
            yield Neighbour(found[owner[place]][0], int(ids[place]), float(similarity[place]))

    def _compared(
        self, entries: list[_Entry], vector: NDArray[np.float32], model_sha256: str
    ) -> list[tuple[str, NDArray[np.int32], NDArray[np.float32]]]:
        found = []
        for entry in entries:
            features = self._features(entry.features_sha256)
            if features is not None and features.model_sha256 == model_sha256 and len(features.cell_ids):
                found.append((entry.case_id, features.cell_ids, features.vectors.astype(np.float32) @ vector))
        return found

    def _features(self, digest: str) -> CellFeatures | None:
        if digest in self._kept:
            return self._kept[digest]
        try:
            features = CellFeatures.from_bytes(self._store.blobs.read(digest))
        except FileNotFoundError:  # the case was purged in this moment
            return None
        if self._bytes + features.vectors.nbytes <= self._most_bytes:
            self._kept[digest] = features
            self._bytes += features.vectors.nbytes
        return features

    def _entries(self) -> list[_Entry]:
        """Cases with vectors, newest first; what is kept of others is let go."""
        picture = files.alias()
        query = (
            sa.select(cases.c.id, files.c.sha256, picture.c.sha256.label("picture"))
            .join(files, (files.c.case_id == cases.c.id) & (files.c.name == FEATURES))
            .join(picture, (picture.c.case_id == cases.c.id) & (picture.c.name == ORIGINAL))
            .where(cases.c.deleted_at.is_(None), cases.c.state == CaseState.DONE)
            .order_by(cases.c.created_utc.desc(), cases.c.id.desc())
        )
        with self._store.database.reading() as connection:
            entries = [_Entry(row.id, row.sha256, row.picture) for row in connection.execute(query)]
        there = {entry.features_sha256 for entry in entries}
        for digest in self._kept.keys() - there:
            self._bytes -= self._kept.pop(digest).vectors.nbytes
        return entries


def _one_a_picture(entries: list[_Entry], case_id: str) -> list[_Entry]:
    """Of cases with the same picture, the one asked about, else the newest."""
    by_picture: dict[str, _Entry] = {}
    for entry in sorted(entries, key=lambda entry: entry.case_id != case_id):
        by_picture.setdefault(entry.picture_sha256, entry)
    return list(by_picture.values())
