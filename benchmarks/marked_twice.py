"""How far one annotator agrees with themselves: a cell of `wbc_masks` that was marked in two pictures.

BloodImage_00037 and 00038 show the same field, moved by a few pixels. Their masks are laid over one another.

    python -m benchmarks.marked_twice DATA
"""

import argparse
from pathlib import Path

import cv2
import numpy as np

from cytovox.evaluation.segmentation import dice
from cytovox.training.cell_pictures import read_rgb

FIRST, SECOND = "BloodImage_00037", "BloodImage_00038"


def main() -> None:
    """Print the Dice coefficients of the two masks."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, help="data folder with detection/bccd and wbc_masks")
    root = parser.parse_args().data
    grey = [
        cv2.cvtColor(read_rgb(root / f"detection/bccd/images/{name}.jpg"), cv2.COLOR_RGB2GRAY)
        for name in (FIRST, SECOND)
    ]
    masks = [read_rgb(root / f"wbc_masks/bccd/masks/{name}.png")[..., 0] for name in (FIRST, SECOND)]
    # Enhanced correlation coefficient (Evangelidis and Psarakis, PAMI 30 (2008) 1858): a shift to 0.1 px.
    stop = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 200, 1e-6)
    agreement, shift = cv2.findTransformECC(
        grey[0], grey[1], np.eye(2, 3, dtype=np.float32), cv2.MOTION_TRANSLATION, stop
    )
    print(f"shift {shift[0, 2]:.1f}, {shift[1, 2]:.1f} px, correlation {agreement:.3f}")
    for name, least in (("whole cell", 1), ("nucleus", 2)):
        share = (masks[1] >= least).astype(np.uint8) * 255
        moved = cv2.warpAffine(share, shift, share.shape[::-1], flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
        print(f"{name}: Dice {dice(moved > 127, masks[0] >= least):.3f}")


if __name__ == "__main__":
    main()
