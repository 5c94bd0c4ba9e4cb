"""Cells cut out of the pictures of cases; pictures that were asked for lately stay decoded."""

import threading
from collections import OrderedDict

from cytovox.app.store import ORIGINAL, CaseStore
from cytovox.domain.image import SmearImage
from cytovox.io.smear import open_smear_bytes
from cytovox.synth.sample import SAMPLE_NAME, sample_smear

MOST_BYTES = 200_000_000
"""Decoded pictures that are kept: the largest that may be uploaded, or fifty of 1280 x 960 pixels."""


class CasePictures:
    """Decoded pictures of cases; safe to use from several threads.

    Args:
        store: Where cases are.
        most_bytes: See `MOST_BYTES`; the latest picture is kept whatever its size.
    """

    def __init__(self, store: CaseStore, *, most_bytes: int = MOST_BYTES) -> None:
        self._store = store
        self._most_bytes = most_bytes
        self._kept: OrderedDict[str, SmearImage] = OrderedDict()
        # One is decoded at a time, so that many requests at once cannot add up in memory.
        self._busy = threading.Lock()

    def get(self, case_id: str) -> SmearImage:
        """The picture of a case, upright, on the pixel grid that outlines refer to; of no known scale.

        Raises:
            ApiProblem: 404 without such a case.
        """
        case = self._store.get(case_id)
        digest = self._store.digest(case_id, ORIGINAL)
        with self._busy:
            if digest not in self._kept:
                opened = open_smear_bytes(self._store.read(case_id, ORIGINAL), case.name)
                self._kept[digest] = SmearImage(opened.pixels, source=case.name)
            self._kept.move_to_end(digest)
            picture = self._kept[digest]
            while len(self._kept) > 1 and self._bytes() > self._most_bytes:
                self._kept.popitem(last=False)
        return picture

    @staticmethod
    def sample() -> SmearImage:
        """The sample smear that ships with the program; of no known scale."""
        return open_smear_bytes(sample_smear(), SAMPLE_NAME)

    def _bytes(self) -> int:
        return sum(picture.pixels.nbytes for picture in self._kept.values())
