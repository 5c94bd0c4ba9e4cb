"""The stain and lamp of one composed field, and what brings each cut-out to it."""

from dataclasses import dataclass

import numpy as np

from cytovox.domain.geometry import FloatArray
from cytovox.synth.compose_options import ComposeOptions
from cytovox.synth.cut_outs import CutOut, CutOutBank

_FAINTEST_GAIN, _STRONGEST_GAIN, _STRONGEST_OF_NUCLEI = 0.35, 2.6, 1.6
"""Nuclei that a camera shows without density in blue turn to neon where red and green are raised more."""
_OWN_REFERENCE = frozenset({"malaria/nih"})
"""Sources of many stains: a red cell's own density counts there, not its source's median."""
_CELL_SPREAD = 0.03
"""Standard deviation of the logarithm of one cell's density in each colour about its field's."""
_WHITE_CHANCE = 0.7


@dataclass(frozen=True, slots=True)
class FieldStain:
    """What the cells of one field have in common.

    Attributes:
        haemoglobin: Density of the typical red cell, shape (3,).
        chromatin: Density of the typical nucleus, shape (3,).
        light: Linear light of the empty slide, shape (3,), 0 to 1.
    """

    haemoglobin: FloatArray
    chromatin: FloatArray
    light: FloatArray


def draw_stain(bank: CutOutBank, options: ComposeOptions, rng: np.random.Generator) -> FieldStain:
    """Haemoglobin, chromatin and lamp of laboratories drawn at random, each varied a little."""
    red, white = sorted(bank.haemoglobin), sorted(bank.chromatin) or sorted(bank.haemoglobin)
    of_red, of_white = str(rng.choice(red)), str(rng.choice(white))
    spread = options.stain_spread
    common = np.exp(rng.normal(0.0, spread, 3))
    chromatin = bank.chromatin.get(of_white, bank.haemoglobin[of_red] * np.float32(3.0))
    return FieldStain(
        np.asarray(bank.haemoglobin[of_red] * common * np.exp(rng.normal(0.0, 0.4 * spread, 3)), np.float32),
        np.asarray(chromatin * common * np.exp(rng.normal(0.0, 0.4 * spread, 3)), np.float32),
        _draw_light(bank.lights[of_red], options, rng),
    )


def draw_gain(cut_out: CutOut, bank: CutOutBank, stain: FieldStain, rng: np.random.Generator) -> FloatArray:
    """Factors, shape (3,), on a cut-out's density that bring it to a field's stain."""
    if cut_out.is_red:
        gain, strongest = stain.haemoglobin / _haemoglobin_of(cut_out, bank), _STRONGEST_GAIN
    else:
        gain = stain.chromatin / bank.chromatin.get(cut_out.source, cut_out.reference)
        strongest = _STRONGEST_OF_NUCLEI
    gain = np.clip(gain, _FAINTEST_GAIN, strongest) * np.exp(rng.normal(0.0, _CELL_SPREAD, 3))
    return np.asarray(gain, np.float32)


def _haemoglobin_of(cut_out: CutOut, bank: CutOutBank) -> FloatArray:
    """The cell's own hue at its source's usual strength: thin and thick cells stay so."""
    own = cut_out.reference
    if cut_out.source in _OWN_REFERENCE:
        return own
    return np.asarray(own * (np.linalg.norm(bank.haemoglobin[cut_out.source]) / np.linalg.norm(own)))


def _draw_light(light: FloatArray, options: ComposeOptions, rng: np.random.Generator) -> FloatArray:
    if options.ground == "white":
        exact = rng.random() < _WHITE_CHANCE
        return np.ones(3, np.float32) if exact else rng.uniform(0.94, 1.0, 3).astype(np.float32)
    varied = light * np.exp(rng.normal(0.0, 0.04, 3) + rng.normal(0.0, 0.06))
    return np.asarray(np.clip(varied, 0.2, 1.0), np.float32)
