"""Label maps as NIfTI-1 files, with the names and colours of the labels inside."""

from pathlib import Path

import numpy as np

from cytovox.domain.colour import rgb
from cytovox.domain.volume import LabelMap
from cytovox.io.nifti_files import save_values

_XML_TABLE = 0
"""Extension code under which TotalSegmentator writes such tables; nibabel cannot read its own, 30 (caret)."""


def write_label_nifti(labels: LabelMap, path: Path) -> None:
    """Write a label map as NIfTI-1, uint8 where its labels allow it, else uint16.

    Args:
        labels: The label map; axes become (column, row, slice), the affine RAS.
        path: File to write, ending in .nii or .nii.gz.
    """
    most = int(labels.labels.max())
    values = labels.labels.astype(np.uint8 if most <= np.iinfo(np.uint8).max else np.uint16)
    table = (_XML_TABLE, _label_table(labels).encode())
    save_values(values, labels.grid, path, extensions=[table])


def _label_table(labels: LabelMap) -> str:
    rows = []
    for label in labels.present:
        organ = labels.organ(label)
        red, green, blue = (level / 255 for level in rgb(organ.colour))
        colour = f'Red="{red:.4f}" Green="{green:.4f}" Blue="{blue:.4f}" Alpha="1"'
        rows.append(f'<Label Key="{label}" {colour}><![CDATA[{organ.key}]]></Label>')
    table = "".join(rows)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<CaretExtension><VolumeInformation Index="0"><LabelTable>'
        f"{table}</LabelTable></VolumeInformation></CaretExtension>"
    )
