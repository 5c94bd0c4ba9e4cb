"""Colours as the taxonomies write them."""


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0..255, of a colour "#rrggbb"."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
