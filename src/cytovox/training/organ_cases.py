"""Whose stacks are trained on, and whose are kept for thresholds and for figures."""

import hashlib
from dataclasses import dataclass

from cytovox.domain.errors import TrainingDataError
from cytovox.io.labelled_stacks import case_names
from cytovox.training.organ_recipe import OrganRecipe


@dataclass(frozen=True, slots=True)
class CaseSplit:
    """Whose stacks are for what; sources for pretraining and for measuring only are not divided.

    Attributes:
        report: Never trained on: the bundles' figures are of these.
        thresholds: Kept from model A to choose its thresholds on; where there are none, groups of `train`
            are left out in turn for that.
        train: All others.
    """

    report: tuple[str, ...]
    thresholds: tuple[str, ...]
    train: tuple[str, ...]

    def folds(self, count: int) -> tuple[tuple[str, ...], ...]:
        """The cases in training in groups, each of which is left out in turn.

        Args:
            count: How many groups; 0 to leave out one case at a time.
        """
        steps = min(count, len(self.train)) or len(self.train)
        return tuple(self.train[first::steps] for first in range(steps))

    @classmethod
    def of(cls, recipe: OrganRecipe) -> "CaseSplit":
        """The recipe's own report case, or shares of the cases in an order that only their names decide.

        Raises:
            TrainingDataError: There are too few cases, or the report case is not among them.
        """
        divided = [s for s in recipe.sources if not s.pretraining and not s.measure_only]
        cases = list(dict.fromkeys(case for source in divided for case in case_names(source)))
        if recipe.report_case:
            if recipe.report_case not in cases:
                raise TrainingDataError(
                    f"report_case: expected one of {', '.join(cases)}, got '{recipe.report_case}'"
                )
            return cls((recipe.report_case,), (), tuple(c for c in cases if c != recipe.report_case))
        cases.sort(key=lambda case: hashlib.sha256(case.encode()).hexdigest())
        report = max(1, round(recipe.report_share * len(cases)))
        kept = report + max(1, round(recipe.threshold_share * len(cases)))
        if kept >= len(cases):
            raise TrainingDataError(f"organs: expected at least 3 cases to divide, found {len(cases)}")
        return cls(tuple(cases[:report]), tuple(cases[report:kept]), tuple(cases[kept:]))
