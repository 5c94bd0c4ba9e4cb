"""A field through scale, networks, outlines, names, measures and map, against its time inside ONNX Runtime.

The field of 640 x 480 is one that the renderer makes, sampled as finely as by a 100x oil objective (0.073 um
a pixel), with some twenty red cells, a white cell and platelets. Models are loaded before.
"""

import time
from dataclasses import replace
from functools import partial
from statistics import median
from typing import Any

import numpy as np

from benchmarks.measuring import Comparison, milliseconds
from cytovox.analysis.smear import SmearModels, SmearOptions, analyze_smear
from cytovox.domain.image import SmearImage
from cytovox.synth.rendered import render_smear

REPEATS = 30
NETWORKS = ("finder", "classifier", "white_cells", "malaria")
WITH_MAP = SmearOptions(smear_map=True)


class TimedSession:
    """An ONNX Runtime session that adds up how long it runs."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.spent_ms = 0.0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.session, name)

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


def timed(models: SmearModels) -> tuple[SmearModels, dict[str, TimedSession]]:
    """The same models with sessions that add up their time, and those sessions by the models' names."""
    sessions = {name: TimedSession(getattr(models, name).session) for name in NETWORKS}
    return SmearModels(**{k: replace(getattr(models, k), session=s) for k, s in sessions.items()}), sessions


def run() -> list[Comparison]:
    """The whole of a field against its part inside ONNX Runtime: the ratio's inverse is that part's share."""
    models, sessions = timed(SmearModels.shipped())
    rendered = render_smear(width=640, height=480, mpp_um=0.073, seed=3)
    image = SmearImage(rendered.image.pixels)  # without its scale: estimating it is part of the work
    whole, cells = [], []
    inside: dict[str, list[float]] = {name: [] for name in sessions}
    for _ in range(REPEATS + 1):
        for session in sessions.values():
            session.spent_ms = 0.0
        checks = Steps()
        analysis = partial(analyze_smear, image, models, options=WITH_MAP, progress=checks)
        whole.append(milliseconds(analysis))
        cells.append(checks.until("checking the picture"))
        for name, session in sessions.items():
            inside[name].append(session.spent_ms)
    networks = np.sum(list(inside.values()), axis=0).tolist()
    named = "scale to map"
    return [
        _row(named, cells, "inside ONNX Runtime", networks),
        *(_row(f"network of {name}", times, named, cells) for name, times in inside.items()),
        _row("with quality checks", whole, named, cells),
    ]


def _row(what: str, ours: list[float], reference: str, reference_times: list[float]) -> Comparison:
    # The first round warms caches and is not counted.
    return Comparison(what, reference, median(ours[1:]), median(reference_times[1:]))
