"""Parts of Cytovox that a base install does without."""

from collections.abc import Iterator
from contextlib import contextmanager

from cytovox.domain.errors import InputError


@contextmanager
def extra_needed(extra: str, purpose: str) -> Iterator[None]:
    """Around the imports of an optional part: says what to install where a library is missing.

    Args:
        extra: Name of the extra in the package's metadata.
        purpose: What it is for, to begin the message with ("training").

    Raises:
        InputError: A library of that extra is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] == "cytovox":
            raise
        raise InputError(f"{purpose} needs '{error.name}': pip install 'cytovox[{extra}]'") from error
