"""Running a cell classifier on crops."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from cytovox.analysis.bundles import CLASSIFY_CELLS, Bundle, find_bundle
from cytovox.analysis.familiarity import RefusalThresholds
from cytovox.analysis.prediction_sets import prediction_sets
from cytovox.domain.best_class import best_class
from cytovox.domain.errors import BundleError
from cytovox.domain.geometry import FloatArray
from cytovox.domain.image import RgbPixels
from cytovox.domain.predictions import BoolArray, CellPredictions
from cytovox.imaging.normalise import normalise
from cytovox.imaging.preprocessing import preprocess
from cytovox.imaging.resample import crop_square

_TURNS = 4
_EXTRA_TURNS_BELOW = 0.9
"""Where the bundle says nothing."""


@dataclass(frozen=True, slots=True)
class NetworkOutput:
    """What the network gives for n views.

    Attributes:
        logits: Shape (n, k).
        unfamiliarity: Shape (n,); NaN from a bundle without it.
        maps: Shape (n, k, h, w), class activation maps before the ReLU; None where not asked for or not
            there.
    """

    logits: NDArray[np.float64]
    unfamiliarity: NDArray[np.float64]
    maps: FloatArray | None


@dataclass(frozen=True, slots=True)
class Classification:
    """What the classifier says of n views, in double precision.

    Attributes:
        probabilities: Shape (n, k), calibrated.
        prediction_sets: Shape (n, k).
        unfamiliarity: Shape (n,), NaN where not known.
        unidentified: Shape (n,).
        maps: Shape (n, k, h, w), see `NetworkOutput`.
    """

    probabilities: NDArray[np.float64]
    prediction_sets: BoolArray
    unfamiliarity: NDArray[np.float64]
    unidentified: BoolArray
    maps: FloatArray | None


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
        if "members" in bundle.manifest:
            from cytovox.analysis.ensemble import CellEnsemble  # noqa: PLC0415 - it is made of classifiers

            return CellEnsemble.of(bundle)
        return cls(bundle, bundle.session())

    @property
    def classes(self) -> tuple[str, ...]:
        """Class keys in output order."""
        return self.bundle.classes

    @property
    def level(self) -> float | None:
        """Share of cells whose true class is in their prediction set; None where the bundle has no sets."""
        conformal = self.bundle.manifest.get("conformal")
        return float(conformal["level"]) if conformal else None

    @property
    def pictures_um_per_px(self) -> float | None:
        """Scale of single-cell pictures that say nothing of theirs: that of its training pictures."""
        known = self.bundle.manifest["input"].get("pictures_um_per_px")
        return None if known is None else float(known)

    def crop_side(self, um_per_px: float) -> float:
        """Side of the network's view in pixels of a picture of that scale."""
        return int(self.bundle.manifest["input"]["size_px"]) * self.bundle.um_per_px / um_per_px

    def crop(self, pixels: RgbPixels, centre_xy: tuple[float, float], um_per_px: float) -> RgbPixels:
        """The network's view of the cell at a point, shape (side, side, 3)."""
        side = int(self.bundle.manifest["input"]["size_px"])
        return crop_square(pixels, centre_xy, side_px=self.crop_side(um_per_px), out_px=side)

    def refusal_threshold(self, refuse_rate: float | None) -> float:
        """Unfamiliarity above which a cell is not named; infinite where the bundle refuses nothing.

        Args:
            refuse_rate: Share of true cells that may be refused; None for the bundle's own, 0 for none.

        Raises:
            BundleError: A rate is asked of a bundle that cannot refuse.
            InputError: The rate is out of range.
        """
        entry = self.bundle.manifest.get("familiarity")
        if entry is not None and "unfamiliarity" in self._outputs():
            return RefusalThresholds.from_manifest(entry).at(refuse_rate)
        if refuse_rate:
            raise BundleError(
                f"refuse_rate: the bundle '{self.bundle.name}' {self.bundle.version} cannot tell how strange "
                "a cell is; leave the rate out, or take a bundle that can"
            )
        return float("inf")

    def classify(
        self,
        crops: Iterable[RgbPixels],
        *,
        refuse_rate: float | None = None,
        with_maps: bool = False,
        batch_size: int = 32,
    ) -> Classification:
        """Calibrated probabilities, prediction sets and refusals.

        Args:
            crops: Views as `crop` gives them.
            refuse_rate: See `refusal_threshold`.
            with_maps: Whether activation maps are wanted.
            batch_size: Views a pass.
        """
        threshold = self.refusal_threshold(refuse_rate)
        views = list(crops)
        parts = [
            self._batch(views[i : i + batch_size], with_maps=with_maps)
            for i in range(0, len(views), batch_size)
        ]
        output = _joined(parts, len(self.classes))
        probabilities = self._calibrated(output.logits)
        return Classification(
            probabilities,
            self._sets(probabilities),
            output.unfamiliarity,
            # NaN compares as not above: what is not known refuses nothing.
            output.unfamiliarity > threshold,
            output.maps,
        )

    def pooled_features(self, views: Sequence[RgbPixels]) -> FloatArray:
        """What the last linear layer is given for each view: the mean of the feature map, shape (n, c).

        Args:
            views: As `crop` gives them, at least one.

        Raises:
            BundleError: The bundle exports no feature map.
        """
        if "features" not in self._outputs():
            raise BundleError(
                "similar cells: expected a classifier that exports its feature map, got "
                f"'{self.bundle.name}' {self.bundle.version}, which does not; take a bundle that does"
            )
        pixels = normalise(self._prepared(np.stack(views)))
        (features,) = self.session.run(["features"], {"pixels": pixels})
        return np.asarray(features.mean(axis=(2, 3)), np.float32)

    def as_predictions(self, classified: Classification) -> CellPredictions:
        """A classification as results tell it."""
        return CellPredictions(
            self.classes,
            classified.probabilities.astype(np.float32),
            classified.prediction_sets,
            classified.unfamiliarity.astype(np.float32),
            classified.unidentified,
            self.bundle.taxonomy,
            self.level,
        )

    def _sets(self, probabilities: NDArray[np.float64]) -> BoolArray:
        conformal = self.bundle.manifest.get("conformal")
        if conformal is None:
            best = best_class(probabilities, self.classes, self.bundle.taxonomy)
            return np.asarray(np.arange(len(self.classes)) == best[:, None])
        return prediction_sets(probabilities, self.classes, conformal["least_probability"])

    def _calibrated(self, logits: NDArray[np.float64]) -> NDArray[np.float64]:
        return softmax(logits / float(self.bundle.manifest.get("temperature", 1.0)))

    def _batch(self, views: Sequence[RgbPixels], *, with_maps: bool) -> NetworkOutput:
        """One upright pass; cells that it leaves in doubt are looked at in the three other quarter turns too.

        A cell has no upright, so that averaged logits are better ones; but where one view is sure, four
        change nothing and take four times as long. The maps of turned views are turned back, so that the
        mean of a map still is its logit less the bias. Unfamiliarity stays that of the upright view,
        which its thresholds are measured on.
        """
        upright = self._run(np.stack(views), with_maps=with_maps)
        limit = float(self.bundle.manifest.get("extra_turns_below", _EXTRA_TURNS_BELOW))
        unsure = np.flatnonzero(self._calibrated(upright.logits).max(axis=1) < limit).tolist()
        if not unsure:
            return upright
        for turn in range(1, _TURNS):
            turned = self._run(np.stack([np.rot90(views[i], turn) for i in unsure]), with_maps=with_maps)
            upright.logits[unsure] += turned.logits
            if upright.maps is not None and turned.maps is not None:
                upright.maps[unsure] += np.rot90(turned.maps, -turn, axes=(2, 3))
        upright.logits[unsure] /= _TURNS
        if upright.maps is not None:
            upright.maps[unsure] /= _TURNS
        return upright

    def _run(self, views: RgbPixels, *, with_maps: bool) -> NetworkOutput:
        wanted = [name for name in ("logits", "unfamiliarity", "maps") if name in self._outputs()]
        if not with_maps and "maps" in wanted:
            wanted.remove("maps")
        pixels = normalise(self._prepared(views))
        given = dict(zip(wanted, self.session.run(wanted, {"pixels": pixels}), strict=True))
        unknown = np.full(len(views), np.nan)
        return NetworkOutput(
            given["logits"].astype(np.float64),
            given.get("unfamiliarity", unknown).astype(np.float64),
            given.get("maps"),
        )

    def _prepared(self, views: RgbPixels) -> RgbPixels:
        steps = self.bundle.manifest["input"].get("preprocessing")
        return np.stack([preprocess(steps)(view) for view in views]) if steps else views

    def _outputs(self) -> list[str]:
        return [output.name for output in self.session.get_outputs()]


def _joined(parts: Sequence[NetworkOutput], classes: int) -> NetworkOutput:
    if not parts:
        return NetworkOutput(np.zeros((0, classes)), np.zeros(0), None)
    maps = [part.maps for part in parts if part.maps is not None]
    return NetworkOutput(
        np.concatenate([part.logits for part in parts]),
        np.concatenate([part.unfamiliarity for part in parts]),
        np.concatenate(maps) if maps else None,
    )


def softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probabilities along the last axis."""
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))
