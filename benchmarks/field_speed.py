"""A field through scale, network, outlines and classification, against its time inside ONNX Runtime.

The field of 640 x 480 is one that the renderer makes, sampled as finely as by a 100x oil objective (0.073 um
a pixel), with some twenty red cells, a white cell and platelets. Models are loaded before.
"""

import time
from dataclasses import replace
from statistics import median
from typing import Any

import numpy as np

from benchmarks.measuring import Comparison, milliseconds
from cytovox.analysis.smear import SmearModels, analyze_smear
from cytovox.domain.image import SmearImage
from cytovox.synth.rendered import render_smear

REPEATS = 30


class TimedSession:
    """An ONNX Runtime session that adds up how long it runs."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.spent_ms = 0.0

    def run(self, *arguments: Any) -> Any:
        """As the session's, timed."""
        started = time.perf_counter()
        result = self.session.run(*arguments)
        self.spent_ms += (time.perf_counter() - started) * 1e3
        return result


class Steps:
    """Remembers when each step of an analysis began."""

    def __init__(self) -> None:
        self.began = time.perf_counter()
        self.steps: dict[str, float] = {}

    def __call__(self, _share: float, step: str) -> None:
        """Called by the analysis as it goes on."""
        self.steps[step] = time.perf_counter()

    def until(self, step: str) -> float:
        """Milliseconds from the start until a step began."""
        return (self.steps[step] - self.began) * 1e3


def run() -> list[Comparison]:
    """The whole of a field against its part inside ONNX Runtime: the ratio's inverse is that part's share."""
    shipped = SmearModels.shipped()
    sessions = TimedSession(shipped.finder.session), TimedSession(shipped.classifier.session)
    models = SmearModels(
        replace(shipped.finder, session=sessions[0]), replace(shipped.classifier, session=sessions[1])
    )
    rendered = render_smear(width=640, height=480, mpp_um=0.073, seed=3)
    image = SmearImage(rendered.image.pixels)  # without its scale: estimating it is part of the work
    whole, cells, finder, classifier = [], [], [], []
    for _ in range(REPEATS + 1):
        for session in sessions:
            session.spent_ms = 0.0
        checks = Steps()
        whole.append(milliseconds(lambda steps=checks: analyze_smear(image, models, progress=steps)))
        cells.append(checks.until("checking the picture"))
        finder.append(sessions[0].spent_ms)
        classifier.append(sessions[1].spent_ms)
    inside = np.add(finder, classifier).tolist()
    named = "scale to classification"
    return [
        _row(named, cells, "inside ONNX Runtime", inside),
        _row("inside ONNX Runtime", inside, named, cells),
        _row("finder network", finder, named, cells),
        _row("classifier network", classifier, named, cells),
        _row("with quality checks", whole, named, cells),
    ]


def _row(what: str, ours: list[float], reference: str, reference_times: list[float]) -> Comparison:
    # The first round warms caches and is not counted.
    return Comparison(what, reference, median(ours[1:]), median(reference_times[1:]))
