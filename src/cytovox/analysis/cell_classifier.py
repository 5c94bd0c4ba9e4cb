"""Running a cell classifier on crops."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from cytovox.analysis.bundles import CLASSIFY_CELLS, Bundle, find_bundle
from cytovox.domain.geometry import FloatArray
from cytovox.domain.image import RgbPixels
from cytovox.imaging.normalise import normalise
from cytovox.imaging.resample import crop_square

_TURNS = 4


@dataclass(frozen=True, slots=True)
class CellClassifier:
    """A loaded classifier bundle.

    Attributes:
        bundle: Where it comes from.
        session: Its ONNX Runtime session.
    """

    bundle: Bundle
    session: onnxruntime.InferenceSession

    @classmethod
    def load(cls, name: str = "blood") -> "CellClassifier":
        """The installed classifier of that name, or the one in that folder."""
        bundle = find_bundle(name, CLASSIFY_CELLS)
        return cls(bundle, bundle.session())

    @property
    def classes(self) -> tuple[str, ...]:
        """Class keys in output order."""
        return self.bundle.classes

    def crop(self, pixels: RgbPixels, centre_xy: tuple[float, float], um_per_px: float) -> RgbPixels:
        """The network's view of the cell at a point, shape (side, side, 3)."""
        side = int(self.bundle.manifest["input"]["size_px"])
        return crop_square(pixels, centre_xy, side_px=side * self.bundle.um_per_px / um_per_px, out_px=side)

    def probabilities(self, crops: Iterable[RgbPixels], *, batch_size: int = 32) -> FloatArray:
        """Calibrated probabilities, shape (n, classes).

        Args:
            crops: Views as `crop` gives them.
            batch_size: Views a pass.
        """
        views = list(crops)
        parts = [self._batch(views[i : i + batch_size]) for i in range(0, len(views), batch_size)]
        return np.concatenate(parts) if parts else np.zeros((0, len(self.classes)), np.float32)

    def _batch(self, views: Sequence[RgbPixels]) -> FloatArray:
        # A cell has no upright: logits are averaged over four quarter turns. On cells/pbc val that lowers the
        # negative log-likelihood from 0.077 to 0.057 at the same temperature (cells/lisc: from 1.11 to 1.01).
        turned = np.stack([np.rot90(view, turn) for view in views for turn in range(_TURNS)])
        logits, _ = self.session.run(None, {"pixels": normalise(turned)})
        averaged = logits.reshape(len(views), _TURNS, -1).mean(axis=1)
        return softmax(averaged / float(self.bundle.manifest.get("temperature", 1.0)))


def softmax(logits: NDArray[np.float32]) -> FloatArray:
    """Probabilities along the last axis."""
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), np.float32)
