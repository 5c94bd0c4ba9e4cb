"""Errors a user of Cytovox can meet.

CytovoxError
├── InputError        a picture, volume or option that cannot be used as it came
│   └── ImageFileError    a picture file that cannot be read (names the file and the reason)
├── BundleError       a model bundle that is missing, damaged or made for something else
└── TrainingDataError a data folder or index that cannot be trained on or evaluated

Every message says what was expected, what came, and what to do. No message carries a patient identifier.
"""


class CytovoxError(Exception):
    """Base of every error Cytovox raises on purpose."""


class InputError(CytovoxError):
    """A value or option that cannot be used."""


class ImageFileError(InputError):
    """A picture file that cannot be read.

    Args:
        name: The file as the user named it.
        reason: What was expected and what came, in plain words.
    """

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


class BundleError(CytovoxError):
    """A model bundle that is missing, damaged or made for another task."""


class TrainingDataError(CytovoxError):
    """A data folder or index that cannot be trained on or evaluated."""
