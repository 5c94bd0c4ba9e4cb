"""How stacks of slices are read, and how much of them."""

import secrets
from dataclasses import dataclass, field

from cytovox.domain.errors import ImageFileError, InputError
from cytovox.domain.volume import Modality

_PROCESS_KEY = secrets.token_bytes(16)


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """Bounds and what the files do not say.

    Attributes:
        modality: CT, MR or other, where it is known better than the file says it; None goes by the file.
        spacing_mm: Distance of slices, rows and columns of a folder of plain pictures; of the UW-Madison
            layout, which names the others, only that of the slices is used.
        max_voxels: Largest stack that is read: 600 million are 1.2 GB of 16-bit values.
        max_files: Most files that a folder or archive may hold.
        max_file_bytes: Largest single file, unpacked.
        max_unpacked_bytes: Most that an archive may unpack to.
        pseudonym_key: Secret that patient numbers are hashed with, so that nobody finds them by trying all
            numbers. By default a new one each time the program starts: scans of one person then share a
            pseudonym within a run. An archive keeps a key of its own.
    """

    modality: Modality | None = None
    spacing_mm: tuple[float, float, float] | None = None
    max_voxels: int = 600_000_000
    max_files: int = 50_000
    max_file_bytes: int = 4_000_000_000
    max_unpacked_bytes: int = 8_000_000_000
    pseudonym_key: bytes = field(default=_PROCESS_KEY, repr=False)

    def __post_init__(self) -> None:
        bounds = (self.max_voxels, self.max_files, self.max_file_bytes, self.max_unpacked_bytes)
        if min(bounds) < 1:
            raise InputError(f"bounds of reading: expected whole numbers of at least 1, got {bounds}")
        if self.spacing_mm is not None and not all(0 < mm < 1000 for mm in self.spacing_mm):
            raise InputError(
                f"spacing: expected three figures above 0 and below 1000 mm, got {self.spacing_mm}"
            )

    def check_voxels(self, shape: tuple[int, ...], name: str) -> None:
        """Raise an ImageFileError where a stack of that shape is too large to read."""
        voxels = 1
        for length in shape:
            voxels *= int(length)
        if voxels > self.max_voxels:
            size = " x ".join(str(length) for length in shape)
            raise ImageFileError(
                name,
                f"{size} voxels are more than the {self.max_voxels:,} that may be read; "
                "crop the stack or raise the bound (max_voxels)",
            )
