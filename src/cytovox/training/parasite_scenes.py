"""Composed views of one red cell: with parasites, without, and with what is mistaken for them.

Lone cells are set among neighbours on a ground of their own stain; parasites are laid on red cells of other
cameras. So neither the camera nor the surroundings tell whether a cell is infected.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from cytovox.domain.geometry import FloatArray
from cytovox.domain.image import RgbPixels
from cytovox.domain.reference_sizes import RED_CELL_BOX_PER_DIAMETER
from cytovox.imaging.normalise import normalise
from cytovox.training.augmentation import AppearanceOptions, vary_appearance
from cytovox.training.parasite_cells import CutOut, HealthyField, Patch, density_of, pixels_of
from cytovox.training.parasite_overlays import FORMS, MISTAKEN, drawn

Example = Mapping[str, Tensor]


@dataclass(frozen=True, slots=True)
class SceneOptions:
    """How views are composed; figures without a unit are probabilities.

    Attributes:
        infect_healthy: That a red cell of a healthy field gets a parasite.
        infect_lone: That a lone cell without parasites gets one.
        drawn_parasite: That a parasite laid on is a drawn one, not one lifted off a real cell.
        second: That there are two.
        mistaken: That a cell without parasites gets something that is mistaken for one.
        beside: That a parasite or something mistaken for one lies beside the cell, whatever the cell's label.
        black_outside: That a lone cell stands on black, as cut-outs do.
        scale_spread: Log-normal spread of size: of cells, and of the scale's estimate at run time.
        stretch: Largest relative stretch of one axis.
        jitter_um: Standard deviation of the distance between the cell and the middle of the view.
    """

    infect_healthy: float = 0.36
    infect_lone: float = 0.2
    drawn_parasite: float = 0.5
    second: float = 0.12
    mistaken: float = 0.4
    beside: float = 0.25
    black_outside: float = 0.05
    scale_spread: float = 0.1
    stretch: float = 0.1
    jitter_um: float = 0.3


@dataclass(frozen=True, slots=True)
class LonePlace:
    """A lone red cell to draw.

    Attributes:
        cut: The cell.
        kin: Cells of the same patient or field: its neighbours to be.
    """

    cut: CutOut
    kin: Sequence[CutOut]


@dataclass(frozen=True, slots=True)
class FieldPlace:
    """A red cell of a field to draw.

    Attributes:
        healthy: The field.
        box: The cell's box in it, px.
        hard: Whether the cell itself looks infected: nothing is then laid on it.
    """

    healthy: HealthyField
    box: FloatArray
    hard: bool = False


Place = LonePlace | FieldPlace


@dataclass(frozen=True, slots=True)
class Overlays:
    """What is laid on cells besides what is drawn: lifted off real pictures."""

    parasites: Sequence[Patch]
    platelets: Sequence[Patch]


@dataclass(slots=True)
class Scene:
    """A view in the making.

    Attributes:
        density: Shape (side, side, 3).
        cell: Where the cell in the middle is, shape (side, side), 0..1.
        centre: Its middle (x, y), px.
        radius: Its mean radius, px.
        infected: Whether it holds a parasite.
    """

    density: FloatArray
    cell: FloatArray
    centre: NDArray[np.float64]
    radius: float
    infected: bool


@dataclass(frozen=True, slots=True)
class SceneDataset(Dataset[Example]):
    """Composed views, with the network's input and whether the cell is infected.

    Attributes:
        places: Cells to draw.
        overlays: What is laid on them.
        side_px: Side of a view.
        um_per_px: Physical size of its pixel.
        appearance: Variation of stain and camera.
        options: How views are composed.
    """

    places: Sequence[Place]
    overlays: Overlays
    side_px: int
    um_per_px: float
    appearance: AppearanceOptions
    options: SceneOptions = field(default_factory=SceneOptions)

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, index: int) -> Example:
        random = np.random.default_rng(int(torch.randint(2**31, ())))
        pixels, infected = self.view(index, random)
        return {
            "input": torch.from_numpy(normalise(pixels)),
            "infected": torch.tensor(float(infected)),
        }

    def view(self, index: int, random: Generator) -> tuple[RgbPixels, bool]:
        """One view (side, side, 3) uint8 and whether its cell is infected."""
        scene = self.scene(index, random)
        return vary_appearance(pixels_of(scene.density), self.appearance, random), scene.infected

    def scene(self, index: int, random: Generator) -> Scene:
        """One view before stain and camera are varied."""
        place = self.places[index]
        if isinstance(place, LonePlace):
            scene = self._among_kin(place, random)
            infect = not scene.infected and random.random() < self.options.infect_lone
        else:
            scene = self._in_field(place, random)
            if place.hard:
                return scene
            infect = random.random() < self.options.infect_healthy
        if infect:
            self._infect(scene, random)
        elif not scene.infected and random.random() < self.options.mistaken:
            self._lay(scene, self._mistaken(random), scene.cell, self._spot(scene, random), random)
        if random.random() < self.options.beside:
            self._lay_beside(scene, random)
        return scene

    def _in_field(self, place: FieldPlace, random: Generator) -> Scene:
        middle = (place.box[:2] + place.box[2:]) * np.float32(0.5)
        matrix = self._placement(middle, place.healthy.um_per_px, random)
        size = (self.side_px, self.side_px)
        pixels = cv2.warpAffine(
            place.healthy.pixels, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        half = (place.box[2:] - place.box[:2]) / (2 * RED_CELL_BOX_PER_DIAMETER)
        # The place of each pixel of the view in units of the ellipse that the box holds.
        back = np.linalg.inv(matrix[:, :2])
        rows, columns = np.mgrid[0 : self.side_px, 0 : self.side_px].astype(np.float32)
        centre = matrix[:, :2] @ (middle - 0.5) + matrix[:, 2]
        away = np.stack([columns - centre[0], rows - centre[1]], axis=-1) @ back.T / half
        radius = float(np.sqrt(half.prod() * abs(np.linalg.det(matrix[:, :2]))))
        cell = np.clip((1.0 - np.hypot(away[..., 0], away[..., 1])) * radius / 2 + 0.5, 0, 1)
        return Scene(density_of(np.asarray(pixels, np.uint8)), cell.astype(np.float32), centre, radius, False)

    def _among_kin(self, place: LonePlace, random: Generator) -> Scene:
        cut, kin = place.cut, place.kin
        density = np.empty((self.side_px, self.side_px, 3), np.float32)
        black = random.random() < self.options.black_outside
        density[:] = 5.5 if black else _ground(cut, random)
        for _ in range(0 if black else int(random.integers(0, 5))):
            angle, away = random.uniform(0, 2 * np.pi), random.uniform(5.8, 9.5) / self.um_per_px
            at = self.side_px / 2 + away * np.array([np.cos(angle), np.sin(angle)])
            self._place_cut(density, kin[int(random.integers(len(kin)))], at, random)
        at = self.side_px / 2 + random.normal(0, self.options.jitter_um / self.um_per_px, 2)
        cell = self._place_cut(density, cut, at, random)
        radius = float(np.sqrt(max(cell.sum(), 1.0) / np.pi))
        return Scene(density, cell, at - 0.5, radius, cut.infected)

    def _place_cut(
        self, density: FloatArray, cut: CutOut, at: NDArray[np.float64], random: Generator
    ) -> FloatArray:
        """Lay a lone cell at a place of the view; where it lies on others they shine through."""
        height, width = cut.mask.shape
        linear = self._linear(random)
        matrix = np.column_stack([linear, at - 0.5 - linear @ np.array([width / 2 - 0.5, height / 2 - 0.5])])
        size = (self.side_px, self.side_px)
        layer = cv2.warpAffine(
            cut.density.astype(np.float32),
            matrix,
            size,
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        mask = cv2.warpAffine(cut.mask, matrix, size, flags=cv2.INTER_LINEAR).astype(np.float32) / 255
        share = mask[..., None]
        density[:] = density * (1 - share) + layer * share
        return np.asarray(mask, np.float32)

    def _linear(self, random: Generator) -> NDArray[np.float64]:
        angle = random.uniform(0, 2 * np.pi)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        scale = np.clip(np.exp(random.normal(0, self.options.scale_spread)), 0.75, 1.35)
        axes = np.diag(1 + random.uniform(-self.options.stretch, self.options.stretch, 2))
        return np.asarray(scale * turn @ axes @ np.diag([random.choice([-1.0, 1.0]), 1.0]))

    def _placement(self, middle: FloatArray, um_per_px: float, random: Generator) -> NDArray[np.float64]:
        """Affine map (2, 3) between pixel middles that brings a field's point near the middle of the view."""
        linear = self._linear(random) * (um_per_px / self.um_per_px)
        at = self.side_px / 2 + random.normal(0, self.options.jitter_um / self.um_per_px, 2)
        return np.column_stack([linear, at - 0.5 - linear @ (middle.astype(np.float64) - 0.5)])

    def _infect(self, scene: Scene, random: Generator) -> None:
        for _ in range(2 if random.random() < self.options.second else 1):
            patch = self._parasite(random)
            large = patch.shape[0] * self.um_per_px > 5.0
            spot = self._spot(scene, random, reach=0.25 if large else 0.95)
            self._lay(scene, patch, scene.cell, spot, random)
        scene.infected = True

    def _lay_beside(self, scene: Scene, random: Generator) -> None:
        patch = self._mistaken(random) if random.random() < 0.5 else self._parasite(random)
        angle, away = random.uniform(0, 2 * np.pi), scene.radius + random.uniform(0.3, 2.5) / self.um_per_px
        spot = scene.centre + away * np.array([np.cos(angle), np.sin(angle)])
        # Wide of the border, so that it does not reach into the cell.
        free = 1.0 - cv2.dilate(scene.cell, np.ones((5, 5), np.uint8))
        self._lay(scene, patch, np.asarray(free, np.float32), spot, random)

    def _parasite(self, random: Generator) -> FloatArray:
        if not self.overlays.parasites or random.random() < self.options.drawn_parasite:
            return drawn(FORMS, self.um_per_px, random)
        return self.overlays.parasites[int(random.integers(len(self.overlays.parasites)))].added.astype(
            np.float32
        ) * np.float32(random.uniform(0.9, 1.6))

    def _mistaken(self, random: Generator) -> FloatArray:
        if not self.overlays.platelets or random.random() < 0.7:
            return drawn(MISTAKEN, self.um_per_px, random)
        return self.overlays.platelets[int(random.integers(len(self.overlays.platelets)))].added.astype(
            np.float32
        )

    def _spot(self, scene: Scene, random: Generator, reach: float = 0.95) -> NDArray[np.float64]:
        angle, away = random.uniform(0, 2 * np.pi), reach * scene.radius * np.sqrt(random.random())
        return np.asarray(scene.centre + away * np.array([np.cos(angle), np.sin(angle)]))

    def _lay(
        self,
        scene: Scene,
        patch: FloatArray,
        where: FloatArray,
        spot: NDArray[np.float64],
        random: Generator,
    ) -> None:
        """Add a patch, turned at random, within `where`."""
        height, width = patch.shape[:2]
        linear = self._linear(random)
        matrix = np.column_stack([linear, spot - linear @ np.array([width / 2 - 0.5, height / 2 - 0.5])])
        layer = cv2.warpAffine(patch, matrix, (self.side_px, self.side_px), flags=cv2.INTER_LINEAR)
        gain = np.exp(random.normal(0, 0.15, 3)).astype(np.float32)
        scene.density = np.maximum(scene.density + layer * gain * where[..., None], 0.0)


def _ground(cut: CutOut, random: Generator) -> FloatArray:
    """Density (3,) of the empty slide: the picture's own, or a share of the cell's palest."""
    if np.isfinite(cut.ground).all():
        return np.asarray(cut.ground + random.uniform(0, 0.05), np.float32)
    inside = cut.density[cut.mask > 200].astype(np.float32)
    palest = np.percentile(inside, 5, axis=0) if len(inside) else np.full(3, 0.2)
    return np.asarray(palest * random.uniform(0.0, 0.6), np.float32)
