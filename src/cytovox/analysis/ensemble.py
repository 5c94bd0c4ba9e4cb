"""Several classifiers of the same classes as one: their calibrated probabilities are averaged.

Averages of networks that were fitted apart are better calibrated and a little more accurate than any of them
(Lakshminarayanan et al., Simple and scalable predictive uncertainty estimation, NeurIPS 2017), for as many
times the work.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytovox.analysis.bundles import Bundle, load_bundle
from cytovox.analysis.cell_classifier import CellClassifier, NetworkOutput
from cytovox.domain.errors import BundleError
from cytovox.domain.geometry import FloatArray
from cytovox.domain.image import RgbPixels
from cytovox.imaging.resample import crop_square

_LEAST = 1e-300


@dataclass(frozen=True, slots=True)
class CellEnsemble(CellClassifier):
    """A loaded ensemble bundle; it is used as a `CellClassifier`.

    Attributes:
        members: Its classifiers.
    """

    members: tuple[CellClassifier, ...]

    @classmethod
    def of(cls, bundle: Bundle) -> "CellEnsemble":
        """The ensemble of a bundle that names members.

        Raises:
            BundleError: A member is missing, is damaged or has other classes.
        """
        loaded = [load_bundle(bundle.folder / str(name)) for name in bundle.manifest["members"]]
        for member in loaded:
            if member.classes != bundle.classes:
                raise BundleError(
                    f"{bundle.name}: expected members of its own classes, '{member.name}' has others"
                )
        members = tuple(CellClassifier(member, member.session()) for member in loaded)
        return cls(bundle, members[0].session, members)

    def pooled_features(self, views: Sequence[RgbPixels]) -> FloatArray:
        """Those of its first member: one network's view is enough to compare cells by."""
        first = self.members[0]
        return first.pooled_features([self._view_of(first, view) for view in views])

    def _batch(self, views: Sequence[RgbPixels], *, with_maps: bool) -> NetworkOutput:
        """Logarithms of the averaged probabilities stand in for logits: their softmax is the average."""
        outputs = [
            member._batch([self._view_of(member, view) for view in views], with_maps=with_maps)  # noqa: SLF001
            for member in self.members
        ]
        chances = [
            member._calibrated(output.logits)  # noqa: SLF001
            for member, output in zip(self.members, outputs, strict=True)
        ]
        # NaN where a member does not know: the others' mean would be on another scale than the thresholds.
        strangeness = np.mean([output.unfamiliarity for output in outputs], axis=0)
        logits = np.log(np.maximum(np.mean(chances, axis=0), _LEAST))
        return NetworkOutput(logits, strangeness, _mean_maps([output.maps for output in outputs]))

    def _outputs(self) -> list[str]:
        return list(set.intersection(*(set(member._outputs()) for member in self.members)))  # noqa: SLF001

    def _view_of(self, member: CellClassifier, view: RgbPixels) -> RgbPixels:
        side = view.shape[0]
        return crop_square(
            view,
            (side / 2, side / 2),
            side_px=member.crop_side(self.bundle.um_per_px),
            out_px=int(member.bundle.manifest["input"]["size_px"]),
        )


def shared_input(bundles: Sequence[Bundle]) -> dict[str, float]:
    """Input size of an ensemble: the widest view of its members at their finest scale.

    Args:
        bundles: Its members.
    """
    finest = min(bundle.um_per_px for bundle in bundles)
    widest_um = max(int(b.manifest["input"]["size_px"]) * b.um_per_px for b in bundles)
    return {"um_per_px": finest, "size_px": int(np.ceil(widest_um / finest - 1e-6))}


def _mean_maps(maps: Sequence[FloatArray | None]) -> FloatArray | None:
    """The mean map, or None where a member has none or maps of another size."""
    present: list[NDArray[np.float32]] = [m for m in maps if m is not None]
    if len(present) < len(maps) or len({m.shape for m in present}) > 1:
        return None
    return np.asarray(np.mean(present, axis=0), np.float32)
