"""Draw the contact sheet of the textbook atlas: `python docs/atlas_sheet.py`.

Each model is seen from above, as under the microscope, and below that from the side.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from cytovox.domain.surface import Surface, SurfacePart
from cytovox.domain.taxonomies import load_taxonomy
from cytovox.sculpt.atlas import atlas_labels, textbook_cell

TARGET = Path(__file__).with_name("images") / "atlas.png"
ACROSS, SIDE_PX, CAPTION_PX = 8, 150, 18
FINER = 2
"""Times finer that pictures are drawn before they are averaged."""
TILT_DEGREES = 65.0
GROUND = (250.0, 249.0, 252.0)
LIGHT = np.array([-0.34, 0.44, 0.83])
SAME_IN_MARROW = ("neutrophil", "immature_granulocyte")
"""Broad classes of blood whose model is that of a narrower one."""


def main() -> None:
    """Draw every class once and save the sheet."""
    shown = [("blood", label) for label in atlas_labels("blood") if label not in SAME_IN_MARROW]
    known = {label for _, label in shown}
    shown += [("marrow", label) for label in atlas_labels("marrow") if label not in known]
    height = 2 * SIDE_PX + CAPTION_PX
    rows = -(-len(shown) // ACROSS)
    sheet = Image.new("RGB", (ACROSS * SIDE_PX, rows * height), tuple(int(c) for c in GROUND))
    for number, (taxonomy, label) in enumerate(shown):
        left, top = number % ACROSS * SIDE_PX, number // ACROSS * height
        surface = textbook_cell(taxonomy, label)
        for row, tilt in enumerate((0.0, -TILT_DEGREES)):
            sheet.paste(Image.fromarray(picture(surface, tilt)), (left, top + CAPTION_PX + row * SIDE_PX))
        name = load_taxonomy(taxonomy).name_of(label)
        ImageDraw.Draw(sheet).text((left + SIDE_PX / 2, top + 3), name, fill="#303040", anchor="ma")
    sheet.quantize(255).save(TARGET, optimize=True)


def picture(surface: Surface, tilt_degrees: float) -> NDArray[np.uint8]:
    """A model without perspective, shape (SIDE_PX, SIDE_PX, 3); translucent parts lie over the others."""
    side = FINER * SIDE_PX
    turn = np.radians(tilt_degrees)
    turned = np.array([[1, 0, 0], [0, np.cos(turn), -np.sin(turn)], [0, np.sin(turn), np.cos(turn)]])
    px_per_um = 0.46 * side / float(np.abs(surface.bounds[:, :2]).max())
    colours = np.tile(np.array(GROUND), (side * side, 1))
    heights = np.full(side * side, -np.inf)
    for part in sorted(surface.parts, key=lambda part: part.opacity < 1):
        drawn = _layer(part, turned, px_per_um, side)
        seen = drawn[:, 0] > heights
        colours[seen] += part.opacity * (_lit(drawn[seen, 1:4], drawn[seen, 4:]) - colours[seen])
        if part.opacity == 1:
            heights[seen] = drawn[seen, 0]
    fine = colours.reshape(SIDE_PX, FINER, SIDE_PX, FINER, 3).mean(axis=(1, 3))
    return fine.clip(0, 255).astype(np.uint8)


def _layer(
    part: SurfacePart, turned: NDArray[np.float64], px_per_um: float, side: int
) -> NDArray[np.float64]:
    """Of each pixel the height, colour and normal of what lies highest, shape (side * side, 7)."""
    corners = np.hstack([part.vertices @ turned.T * px_per_um, part.colours, part.normals @ turned.T])
    triangles = corners[part.faces]
    upwards = np.cross(triangles[:, 1, :3] - triangles[:, 0, :3], triangles[:, 2, :3] - triangles[:, 0, :3])
    triangles = triangles[upwards[:, 2] > 0]
    longest = np.linalg.norm(np.diff(triangles[..., :2], axis=1), axis=2).max()
    dots = int(np.ceil(1.5 * longest)) + 1
    weights = np.array([(a, b, dots - a - b) for a in range(dots + 1) for b in range(dots + 1 - a)]) / dots
    best = np.full((side * side, 7), -np.inf)
    for some in np.array_split(triangles, -(-len(triangles) // 4000)):
        points = np.einsum("wc,tcv->twv", weights, some).reshape(-1, 9)
        columns, rows = (points[:, 0] + side / 2).astype(int), (side / 2 - points[:, 1]).astype(int)
        shown = (columns >= 0) & (columns < side) & (rows >= 0) & (rows < side)
        pixels, points = (rows * side + columns)[shown], points[shown, 2:]
        upward = np.argsort(points[:, 0], kind="stable")
        upward = upward[points[upward, 0] > best[pixels[upward], 0]]
        best[pixels[upward]] = points[upward]  # of several, the last and so the highest stays
    return best


def _lit(colours: NDArray[np.float64], normals: NDArray[np.float64]) -> NDArray[np.float64]:
    """Colours under one lamp above to the left, with a highlight (Phong, CACM 18 (1975) 311)."""
    light = LIGHT / np.linalg.norm(LIGHT)
    between = light + np.array([0.0, 0.0, 1.0])
    half = between / np.linalg.norm(between)
    even = normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
    matt, shiny = np.clip(even @ light, 0, 1), np.clip(even @ half, 0, 1) ** 40
    return np.clip(colours * (0.45 + 0.62 * matt[:, None]) + 40 * shiny[:, None], 0, 255)


if __name__ == "__main__":
    main()
