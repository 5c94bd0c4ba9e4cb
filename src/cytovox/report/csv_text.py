"""Texts in CSV files."""


def as_text(name: str) -> str:
    """The name, which no spreadsheet takes for a formula."""
    # A file called "=cmd()" must not become one.
    return f"'{name}" if name.startswith(("=", "+", "-", "@", "\t", "\r")) else name
