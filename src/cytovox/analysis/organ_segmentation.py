"""Model B: stomach, small bowel and large bowel on the slices that may hold them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cytovox.analysis.bundles import SEGMENT_ORGANS, Bundle, find_bundle
from cytovox.analysis.stack_views import GreyStack, Session, StackViews, view_options
from cytovox.domain.volume_findings import SliceChances
from cytovox.imaging.label_islands import without_islands
from cytovox.imaging.slice_views import FloatArray, put_back

_BATCH = 4


@dataclass(frozen=True, slots=True)
class OrganSegmentation:
    """A loaded bundle that outlines organs.

    Attributes:
        bundle: Where it comes from.
        session: What runs its network.
    """

    bundle: Bundle
    session: Session

    @classmethod
    def load(cls, name: str = "organs_mr") -> "OrganSegmentation":
        """The installed bundle of that name, or the one in that folder."""
        return cls.of(find_bundle(name, SEGMENT_ORGANS))

    @classmethod
    def of(cls, bundle: Bundle) -> "OrganSegmentation":
        """The network of a loaded bundle."""
        return cls(bundle, bundle.session())

    @property
    def organs(self) -> tuple[str, ...]:
        """Organ keys; label n of `segment` is the n-th, counted from 1."""
        return self.bundle.classes[1:]

    def segment(
        self,
        stack: GreyStack,
        chances: SliceChances | None,
        *,
        least_ml: float = 0.0,
        progress: Callable[[float], None] | None = None,
    ) -> NDArray[np.uint16]:
        """Label of each voxel.

        Args:
            stack: From `GreyStack.of`.
            chances: What model A said: slices that hold nothing are left out, and in a slice only the organs
                that it may hold are drawn. None to look for everything everywhere.
            least_ml: Pieces of an organ smaller than this are taken away.
            progress: Called with the share done.

        Returns:
            Shape (slice, row, column), 0 for background.
        """
        allowed = self._allowed(chances, len(stack.grey))
        views = StackViews.of(stack, view_options(self.bundle), whole_body=True)
        labels = np.zeros(stack.grey.shape, np.uint16)
        wanted = np.flatnonzero(allowed[:, 1:].any(axis=1))
        for start in range(0, len(wanted), _BATCH):
            slices = wanted[start : start + _BATCH]
            (maps,) = self.session.run(["organs"], {"pixels": views.cut(slices)})
            for place, one in zip(slices, np.asarray(maps, np.float32), strict=True):
                labels[place] = _labelled(one, views, allowed[place])
            if progress:
                progress((start + len(slices)) / len(wanted))
        voxel_ml = float(np.prod(stack.spacing_mm)) / 1000.0
        return without_islands(labels, least_voxels=round(least_ml / voxel_ml))

    def _allowed(self, chances: SliceChances | None, slices: int) -> NDArray[np.bool_]:
        allowed = np.ones((slices, len(self.bundle.classes)), np.bool_)
        if chances is not None:
            passes = chances.probabilities >= np.array(chances.thresholds, np.float32)
            for column, organ in enumerate(chances.organs):
                allowed[:, self.bundle.classes.index(organ)] = passes[:, column]
        return allowed


def _labelled(maps: FloatArray, views: StackViews, allowed: NDArray[np.bool_]) -> NDArray[np.uint16]:
    """The likeliest class of each pixel among those allowed.

    Args:
        maps: Probabilities of background and the organs, shape (classes, rows, columns).
        views: How they were cut.
        allowed: Shape (classes,).
    """
    organs = put_back(maps[1:], views.matrix, (views.stack.grey.shape[1], views.stack.grey.shape[2]))
    organs[~allowed[1:]] = 0
    likeliest = organs.argmax(axis=0)
    # An organ that may not be there leaves its share to the background.
    inside = organs.max(axis=0) > 1 - organs.sum(axis=0)
    return np.where(inside, likeliest + 1, 0).astype(np.uint16)
