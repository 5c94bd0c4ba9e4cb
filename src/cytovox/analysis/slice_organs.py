"""Model A: which slices of a stack may hold an organ."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from cytovox.analysis.bundles import FIND_ORGAN_SLICES, Bundle, find_bundle
from cytovox.analysis.stack_views import GreyStack, Session, StackViews, view_options
from cytovox.domain.volume_findings import SliceChances

_BATCH = 16


@dataclass(frozen=True, slots=True)
class SliceOrgans:
    """A loaded bundle that chooses slices.

    Attributes:
        bundle: Where it comes from.
        session: What runs its network.
    """

    bundle: Bundle
    session: Session

    @classmethod
    def load(cls, name: str = "organ_slices_mr") -> "SliceOrgans":
        """The installed bundle of that name, or the one in that folder."""
        return cls.of(find_bundle(name, FIND_ORGAN_SLICES))

    @classmethod
    def of(cls, bundle: Bundle) -> "SliceOrgans":
        """The network of a loaded bundle."""
        return cls(bundle, bundle.session())

    def chances(self, stack: GreyStack, progress: Callable[[float], None] | None = None) -> SliceChances:
        """Chance that each slice holds each organ, and from which chance on it counts as possible.

        Args:
            stack: From `GreyStack.of`.
            progress: Called with the share done.
        """
        views = StackViews.of(stack, view_options(self.bundle), whole_body=False)
        parts = []
        for start in range(0, len(stack.grey), _BATCH):
            slices = np.arange(start, min(start + _BATCH, len(stack.grey)))
            (chances,) = self.session.run(["chances"], {"pixels": views.cut(slices)})
            parts.append(np.asarray(chances, np.float32))
            if progress:
                progress((int(slices[-1]) + 1) / len(stack.grey))
        thresholds = self.bundle.manifest["thresholds"]
        return SliceChances(
            self.bundle.classes,
            np.concatenate(parts),
            tuple(float(thresholds[k]) for k in self.bundle.classes),
        )
