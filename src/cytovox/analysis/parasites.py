"""Running the malaria bundle: is a red cell infected?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import onnxruntime

from cytovox.analysis.bundles import FIND_PARASITES, Bundle, find_bundle
from cytovox.domain.errors import InputError
from cytovox.domain.geometry import FloatArray
from cytovox.domain.image import RgbPixels
from cytovox.imaging.normalise import normalise
from cytovox.imaging.resample import crop_square

_BATCH = 64
"""Cells a pass: 7 MB of input, whatever the number of cells."""
_TURNS = 4
Range = tuple[float, float]
ALL: Range = (-np.inf, np.inf)


@dataclass(frozen=True, slots=True)
class Parasites:
    """A loaded malaria bundle.

    Attributes:
        bundle: Where it comes from.
        session: Its ONNX Runtime session.
    """

    bundle: Bundle
    session: onnxruntime.InferenceSession

    @classmethod
    def load(cls, name: str = "malaria") -> "Parasites":
        """The installed bundle of that name, or the one in that folder.

        Raises:
            BundleError: There is none.
        """
        return cls.of(find_bundle(name, FIND_PARASITES))

    @classmethod
    def of(cls, bundle: Bundle) -> "Parasites":
        """The network of a loaded bundle."""
        return cls(bundle, bundle.session())

    def probabilities(
        self, pixels: RgbPixels, centres_xy: FloatArray | Sequence[Sequence[float]], um_per_px: float
    ) -> FloatArray:
        """Probability of each red cell that it is infected, shape (n,), float32; 0.5 is the threshold.

        It is sigmoid((logit - t) / T): T is the temperature that calibrates the logits on held-out training
        cells, and t the logit of the shipped threshold. A cell is thus called infected from 0.5 on, and the
        odds are those of a smear in which a cell at the threshold is as likely infected as not.

        Args:
            pixels: RGB, shape (H, W, 3), uint8.
            centres_xy: Middles (x, y) of the red cells, px, shape (n, 2).
            um_per_px: Physical size of the picture's pixel.

        Raises:
            InputError: The centres have another shape, or the scale is no positive number.
        """
        settings = self.bundle.manifest
        threshold, doubt = float(settings["threshold"]), float(settings.get("extra_turns_within", 0.0))
        range_of_doubt = (threshold - doubt, threshold + doubt)
        excess = self.logits(pixels, centres_xy, um_per_px, turned=range_of_doubt) - threshold
        scaled = np.clip(excess / float(settings.get("temperature", 1.0)), -60, 60)
        return np.asarray(1 / (1 + np.exp(-scaled)), np.float32)

    def logits(
        self,
        pixels: RgbPixels,
        centres_xy: FloatArray | Sequence[Sequence[float]],
        um_per_px: float,
        *,
        turned: Range = ALL,
    ) -> FloatArray:
        """The network's own figure for each red cell, shape (n,), float32.

        A cell has no upright: where the figure of one view lies in the range `turned`, it is the mean over
        four quarter turns. The rest is as in `probabilities`.
        """
        centres = np.asarray(centres_xy, np.float32)
        if centres.size == 0:
            return np.zeros(0, np.float32)
        if centres.ndim != 2 or centres.shape[1] != 2:
            raise InputError(f"parasites: expected centres of shape (n, 2), got {centres.shape}")
        if not (np.isfinite(um_per_px) and um_per_px > 0):
            raise InputError(f"parasites: expected a scale above 0 um per pixel, got {um_per_px}")
        parts = [
            self._batch(pixels, centres[i : i + _BATCH], um_per_px, turned)
            for i in range(0, len(centres), _BATCH)
        ]
        return np.concatenate(parts)

    def view(self, pixels: RgbPixels, centre_xy: tuple[float, float], um_per_px: float) -> RgbPixels:
        """What the network sees of the cell at a point, shape (side, side, 3)."""
        side = int(self.bundle.manifest["input"]["size_px"])
        wide = side * self.bundle.um_per_px / um_per_px
        return crop_square(pixels, centre_xy, side_px=wide, out_px=side)

    def _batch(self, pixels: RgbPixels, centres: FloatArray, um_per_px: float, turned: Range) -> FloatArray:
        views = np.stack([self.view(pixels, (float(x), float(y)), um_per_px) for x, y in centres])
        logits = self._run(views)
        again = np.flatnonzero((logits > turned[0]) & (logits < turned[1]))
        if len(again):
            turns = [self._run(np.rot90(views[again], k, axes=(1, 2))) for k in range(1, _TURNS)]
            logits[again] = (logits[again] + np.sum(turns, axis=0)) / _TURNS
        return logits

    def _run(self, views: RgbPixels) -> FloatArray:
        return np.array(self.session.run(["logits"], {"pixels": normalise(views)})[0], np.float32)
