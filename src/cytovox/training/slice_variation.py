"""Random changes of a CT or MR slice: another body, another coil, another sequence."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]
LabelArray = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class SliceVariation:
    """How far slices are varied; each figure is a standard deviation or a probability.

    Nothing is mirrored: the liver lies on the right, the stomach on the left.

    Attributes:
        scale: Log-normal spread of the size of the body.
        stretch: Log-normal spread of one axis against the other.
        turn_degrees: Of the body in the slice.
        shift_mm: Of the view's middle.
        elastic_mm: Of a smooth displacement.
        contrast: Probability of another course of the grey levels, such as another sequence's.
        inversion: Probability, within that, of a course that need not rise.
        repaint: Probability that each drawn organ gets a grey level of its own, where many organs are drawn.
        bias: Of the logarithm of a smooth coil field.
        gamma: Log-normal spread.
        blur: Probability of a blur of up to 1.2 pixels.
        coarse: Probability of a coarser pixel grid, up to 3 times.
        noise: Largest standard deviation of noise, in grey levels of -1..1.
        lone: Probability that a slice is shown without its neighbours, as if it stood alone.
    """

    scale: float = 0.12
    stretch: float = 0.08
    turn_degrees: float = 7.0
    shift_mm: float = 14.0
    elastic_mm: float = 4.0
    contrast: float = 0.3
    inversion: float = 0.2
    repaint: float = 0.0
    bias: float = 0.25
    gamma: float = 0.25
    blur: float = 0.25
    coarse: float = 0.3
    noise: float = 0.12
    lone: float = 0.4


def vary_matrix(
    matrix: NDArray[np.float64],
    side: tuple[int, int],
    mm_per_px: float,
    options: SliceVariation,
    random: Generator,
) -> NDArray[np.float64]:
    """A view's matrix (see `view_matrix`) turned, scaled, stretched and shifted about the view's middle."""
    angle = np.deg2rad(random.normal(0.0, options.turn_degrees))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    scale = np.exp(random.normal(0.0, options.scale))
    stretch = np.exp(random.normal(0.0, options.stretch) * np.array([0.5, -0.5]))
    linear = turn @ np.diag(scale * stretch)
    middle = np.array([(side[1] - 1) / 2, (side[0] - 1) / 2])
    shift = random.normal(0.0, options.shift_mm / mm_per_px, 2)
    change = np.column_stack([linear, middle + shift - linear @ middle])
    return np.asarray(matrix @ np.vstack([change, [0.0, 0.0, 1.0]]))


def sampling_maps(
    matrix: NDArray[np.float64], side: tuple[int, int], elastic_px: float, random: Generator
) -> tuple[FloatArray, FloatArray]:
    """Where in the slice each pixel of a view is read, with a smooth random displacement on top.

    Returns:
        x and y, each of shape `side`.
    """
    rows, columns = side
    x, y = np.meshgrid(np.arange(columns, dtype=np.float64), np.arange(rows, dtype=np.float64))
    if elastic_px > 0:
        coarse = random.normal(0.0, elastic_px, (2, max(3, rows // 28), max(3, columns // 28))).astype(
            np.float32
        )
        dx, dy = (cv2.resize(one, (columns, rows), interpolation=cv2.INTER_CUBIC) for one in coarse)
        x, y = x + dx, y + dy
    at_x = matrix[0, 0] * x + matrix[0, 1] * y + matrix[0, 2]
    at_y = matrix[1, 0] * x + matrix[1, 1] * y + matrix[1, 2]
    return at_x.astype(np.float32), at_y.astype(np.float32)


def vary_appearance(
    view: FloatArray, organs: LabelArray, options: SliceVariation, random: Generator
) -> FloatArray:
    """A view as another scanner would show it.

    Args:
        view: Shape (rows, columns, 3), -1..1.
        organs: Drawn structures, shape (rows, columns), 0 where none is.
        options: How far.
        random: Where chance comes from.

    Returns:
        Same shape, -1..1.
    """
    out: FloatArray = ((view + 1) / 2).astype(np.float32)
    if random.random() < options.repaint:
        out = _repainted(out, organs, random)
    if random.random() < options.contrast:
        out = _other_course(out, random, rising=random.random() >= options.inversion)
    gamma = np.float32(np.exp(random.normal(0.0, options.gamma)))
    field = _coil_field(view.shape[:2], options.bias, random)
    out = _coarser((np.clip(out, 0, 1) ** gamma * field[..., None]).astype(np.float32), options, random)
    out = out + random.normal(0.0, 1.0, out.shape).astype(np.float32) * random.uniform(0, options.noise / 2)
    low, high = random.normal(0.0, 0.04), 1 + random.normal(0.0, 0.08)
    return np.asarray(np.clip((out - low) / (high - low) * 2 - 1, -1, 1), np.float32)


def _repainted(out: FloatArray, organs: LabelArray, random: Generator) -> FloatArray:
    """Each structure's grey level moved by a random amount, with soft edges.

    After SynthSeg (Billot et al., Medical Image Analysis 86 (2023) 102789).
    """
    moves = random.normal(0.0, 0.22, 256).astype(np.float32)
    moves[0] = 0.0
    moved = cv2.GaussianBlur(moves[organs], (0, 0), random.uniform(0.4, 1.0))
    return np.asarray(out + moved[..., None], np.float32)


def _other_course(out: FloatArray, random: Generator, *, rising: bool) -> FloatArray:
    """Grey levels along a random line through six knots; air stays dark."""
    knots = np.sort(random.uniform(0, 1, 6)) if rising else random.uniform(0.05, 1, 6)
    places = np.linspace(0, 1, 8)
    levels = np.concatenate([[0.0], knots, [1.0 if rising else random.uniform(0.05, 1)]])
    return np.asarray(np.interp(out, places, levels), np.float32)


def _coil_field(shape: tuple[int, ...], spread: float, random: Generator) -> FloatArray:
    coarse = random.normal(0.0, spread, (3, 4)).astype(np.float32)
    field = cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.exp(field - field.mean()), np.float32)


def _coarser(out: FloatArray, options: SliceVariation, random: Generator) -> FloatArray:
    rows, columns = out.shape[:2]
    if random.random() < options.coarse:
        by = random.uniform(1.2, 3.0)
        small = cv2.resize(out, (round(columns / by), round(rows / by)), interpolation=cv2.INTER_AREA)
        out = np.asarray(cv2.resize(small, (columns, rows), interpolation=cv2.INTER_LINEAR), np.float32)
    if random.random() < options.blur:
        out = np.asarray(cv2.GaussianBlur(out, (0, 0), random.uniform(0.3, 1.2)), np.float32)
    return out
