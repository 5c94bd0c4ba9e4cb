"""Files that are either whole or not there."""

import secrets
from pathlib import Path

from cytovox.domain.errors import InputError


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that no reader ever sees half of it, replacing one of the same name.

    Args:
        path: Where the file belongs; its folder must exist.
        data: All of its content.

    Raises:
        InputError: The file could not be written (no folder, no room, no permission).
    """
    # In the same folder: only a rename within a file system is atomic. Not tempfile: only the owner may read.
    temporary = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with temporary.open("xb") as file:
            file.write(data)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise InputError(f"{path}: expected to write a file there, but: {error.strerror or error}") from error
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
