"""A smear field composed of cut-outs of real cells: a bank, options and a seed in, picture and truth."""

from dataclasses import replace

import cv2
import numpy as np

from cytovox.domain.errors import InputError
from cytovox.domain.geometry import FloatArray
from cytovox.domain.image import RgbPixels, SmearImage
from cytovox.synth.camera import photograph
from cytovox.synth.compose_options import ComposeOptions
from cytovox.synth.cut_outs import PLATELET_LABELS, CutOut, CutOutBank
from cytovox.synth.field_stain import FieldStain, draw_gain, draw_stain
from cytovox.synth.film import overlap_window
from cytovox.synth.pasting import Patch, add_density, draw_turn, turned
from cytovox.synth.rendered import check_field
from cytovox.synth.strewing import Ground, place_beside, place_freely, place_on_top, place_over
from cytovox.synth.texture import smooth_noise
from cytovox.synth.truth import InstanceMask, SyntheticSmear, paint_rank

BEYOND_UM = 3.5
"""Red cells are strewn this far beyond the picture, so that its border cuts cells as in a photograph."""

_PLATELET_SCALES = (0.4, 0.9)
"""The platelets of cells/pbc are large ones, 5.8 um wide in the median, where most are 2 to 3 um wide."""


def compose_smear(
    bank: CutOutBank,
    *,
    options: ComposeOptions | None = None,
    width: int = 224,
    height: int = 224,
    mpp_um: float = 0.2,
    seed: int = 0,
) -> SyntheticSmear:
    """A smear made of cut-outs, with the truth of every cell.

    The same bank and arguments give the same picture.

    Args:
        bank: The cut-outs.
        options: What the smear shows and how it varies; None for the defaults.
        width: Columns of the picture, 16 to 4096.
        height: Rows of the picture, 16 to 4096.
        mpp_um: Micrometres per pixel, 0.03 to 1.
        seed: Any whole number >= 0.

    Raises:
        InputError: A size, scale or seed is out of range, or the bank lacks a label that the options ask for.
    """
    options = options or ComposeOptions()
    check_field(width, height, mpp_um, seed)
    staining, strewing, taking = np.random.default_rng(seed).spawn(3)
    stain = draw_stain(bank, options, staining)
    field = _Field(bank, options, stain, mpp_um, strewing)
    ground = field.strewn((height, width))
    cells = sorted(ground.placed, key=lambda patch: paint_rank(patch.label))
    pixels = _photographed(cells, (height, width), mpp_um, (stain, options), taking)
    return SyntheticSmear.of(
        SmearImage(pixels, mpp_um, f"composed-smear-{seed}"),
        tuple(patch.label for patch in cells),
        tuple(np.asarray(patch.outline + np.array([patch.left, patch.top]), np.float32) for patch in cells),
        tuple(InstanceMask(patch.top, patch.left, patch.mask) for patch in cells),
    )


class _Field:
    """Draws the cells of one field and lays them down."""

    def __init__(
        self,
        bank: CutOutBank,
        options: ComposeOptions,
        stain: FieldStain,
        mpp_um: float,
        rng: np.random.Generator,
    ) -> None:
        self.bank, self.options, self.stain, self.mpp_um, self.rng = bank, options, stain, mpp_um, rng
        # Pictures that others paste keep each cell's own stain.
        self.keeps_stains = options.edges == "hard" and rng.random() < 0.5
        self.main_source = str(rng.choice(sorted(bank.haemoglobin)))

    def strewn(self, shape: tuple[int, int]) -> Ground:
        """White cells first, then clumps, red cells between and on each other, platelets in the gaps."""
        ground = Ground(shape, round(BEYOND_UM / self.mpp_um))
        for label in self._white_cells(shape):
            self._put(ground, label, inset=0.9)
        for _ in range(self._number(self.options.clumps_per_1000_um2, shape)):
            self._put(ground, "platelet_clump", inset=0.9)
        self._strew_red_cells(ground, shape)
        for _ in range(self._number(self.options.platelets_per_1000_um2, shape)):
            self._put_platelet(ground)
        return ground

    def _strew_red_cells(self, ground: Ground, shape: tuple[int, int]) -> None:
        options, rng = self.options, self.rng
        beyond = 2 * ground.margin_px
        number = self._number(options.red_cells_per_1000_um2, (shape[0] + beyond, shape[1] + beyond))
        on_top = round(0.5 * options.overlap_fraction * number)
        red: list[int] = []
        for i in range(number):
            patch = self._patch(self._red_label())
            if red and i >= number - on_top:
                placed = place_over(ground, patch, int(rng.choice(red)), rng, deepest=options.deepest_overlap)
            elif red and rng.random() < options.touching_fraction:
                host = ground.placed[int(rng.choice(red)) - 1]
                placed = place_beside(ground, patch, host, rng, gap_px=int(rng.integers(0, 2)))
            else:
                placed = place_freely(ground, patch, rng, gap_px=1, inset=-0.8)
            if placed:
                red.append(len(ground.placed))

    def _put(self, ground: Ground, label: str, *, inset: float) -> None:
        gap_px = int(self.rng.integers(0, max(2, round(1.5 / self.mpp_um))))
        place_freely(ground, self._patch(label), self.rng, gap_px=gap_px, inset=inset)

    def _put_platelet(self, ground: Ground) -> None:
        patch = self._patch("platelet")
        if self.rng.random() < self.options.platelets_on_cells and place_on_top(ground, patch, self.rng):
            return
        place_freely(ground, patch, self.rng, gap_px=1, inset=0.6)

    def _patch(self, label: str) -> Patch:
        cut_out = self._drawn(label)
        turn = draw_turn(self.rng, self.options.scale_spread)
        if label in PLATELET_LABELS:
            turn = replace(turn, scale=turn.scale * self.rng.uniform(*_PLATELET_SCALES))
        gain = None if self.keeps_stains else draw_gain(cut_out, self.bank, self.stain, self.rng)
        return turned(cut_out, turn, self.mpp_um, gain)

    def _drawn(self, label: str) -> CutOut:
        by_source = self.bank.by_source.get(label)
        if not by_source:
            raise InputError(
                f"bank: no '{label}' in the bank of '{self.bank.split}': {', '.join(self.bank.by_label)}"
            )
        if label == "red_cell":
            at_random = self.main_source not in by_source or self.rng.random() >= self.options.main_source
            source = str(self.rng.choice(sorted(by_source))) if at_random else self.main_source
            members = by_source[source]
        elif label == "infected_red_cell":
            members = by_source[str(self.rng.choice(sorted(by_source)))]
        else:
            members = self.bank.by_label[label]
        return members[int(self.rng.integers(len(members)))]

    def _red_label(self) -> str:
        infected = self.rng.random() < self.options.infected_fraction
        return "infected_red_cell" if infected else "red_cell"

    def _white_cells(self, shape: tuple[int, int]) -> tuple[str, ...]:
        if self.options.white_cells is not None:
            return self.options.white_cells
        mix = self.options.white_cell_mix
        keys = [key for key in sorted(mix) if key in self.bank.by_label]
        if not keys:
            return ()
        shares = np.array([mix[key] for key in keys], np.float64)
        number = self._number(self.options.white_cells_per_1000_um2, shape)
        return tuple(str(key) for key in self.rng.choice(keys, number, p=shares / shares.sum()))

    def _number(self, per_1000_um2: float, shape: tuple[int, int]) -> int:
        return int(self.rng.poisson(per_1000_um2 * shape[0] * shape[1] * self.mpp_um**2 / 1000.0))


def _photographed(
    cells: list[Patch],
    shape: tuple[int, int],
    mpp_um: float,
    how: tuple[FieldStain, ComposeOptions],
    rng: np.random.Generator,
) -> RgbPixels:
    stain, options = how
    if options.edges == "hard":
        passed, lamp = _pasted(cells, shape, stain, rng), np.ones(3)
    else:
        passed, lamp = _transmission(cells, shape, mpp_um, options, rng), stain.light.astype(np.float64)
    pixels = photograph(passed, lamp, mpp_um, options.camera, rng)
    if options.jpeg_quality is None:
        return pixels
    _, encoded = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, options.jpeg_quality])
    return np.ascontiguousarray(np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR), np.uint8)[..., ::-1])


def _transmission(
    cells: list[Patch],
    shape: tuple[int, int],
    mpp_um: float,
    options: ComposeOptions,
    rng: np.random.Generator,
) -> FloatArray:
    """Share of the light that passes: 10 to the minus sum of the densities (Beer-Lambert law)."""
    density = np.zeros((*shape, 3), np.float32)
    for patch in cells:
        add_density(density, patch)
    if options.ground == "smear":  # dried plasma takes a trace of stain, unevenly
        density += 0.006 * smooth_noise(shape, 12.0 / mpp_um, rng)[..., None]
    return np.asarray(np.exp(density * np.float32(-np.log(10.0))), np.float32)


def _pasted(
    cells: list[Patch], shape: tuple[int, int], stain: FieldStain, rng: np.random.Generator
) -> FloatArray:
    """Light of a field whose cells were cut out with scissors: their slide's tint comes along."""
    light = np.broadcast_to(stain.light, (*shape, 3)).astype(np.float32)
    rim_px = int(rng.choice([0, 0, 1, 2]))
    for patch in cells:
        kernel = np.ones((2 * rim_px + 1, 2 * rim_px + 1), np.uint8)
        pasted = cv2.dilate(patch.mask.astype(np.uint8), kernel) > 0
        window = overlap_window(light.shape, pasted.shape, patch.top, patch.left)
        if window is not None:
            inside = pasted[window[1]]
            light[window[0]][inside] = patch.light * 10.0 ** -patch.density[window[1]][inside]
    return np.clip(light, 0.0, 1.0)
