"""Pictures that are no cell any more, made of pictures of cells: examples of what must be refused."""

import numpy as np
from numpy.random import Generator

from cytovox.domain.image import RgbPixels

_TILES = 4


def estrange(pixels: RgbPixels, random: Generator) -> RgbPixels:
    """A picture with the colours and textures of cells, but no cell of any stain that the classes know.

    One of: its tiles shuffled; colours that no blood stain has; its negative; a magnified detail.

    Args:
        pixels: RGB, shape (side, side, 3) uint8, side a multiple of 4.
        random: Source of chance.
    """
    way = random.integers(4)
    if way == 0:
        return _shuffle_tiles(pixels, random)
    if way == 1:
        return _swap_colours(pixels, random)
    if way == 2:
        return np.asarray(255 - pixels, np.uint8)
    return _magnify(pixels, random)


def _shuffle_tiles(pixels: RgbPixels, random: Generator) -> RgbPixels:
    side = pixels.shape[0] // _TILES
    tiles = pixels.reshape(_TILES, side, _TILES, side, 3).swapaxes(1, 2).reshape(-1, side, side, 3)
    mixed = tiles[random.permutation(len(tiles))].reshape(_TILES, _TILES, side, side, 3)
    return np.ascontiguousarray(mixed.swapaxes(1, 2).reshape(pixels.shape))


def _swap_colours(pixels: RgbPixels, random: Generator) -> RgbPixels:
    # Blood stains absorb green most; orders that keep green in its place look like another camera only.
    order = ((1, 0, 2), (0, 2, 1), (1, 2, 0), (2, 0, 1))[random.integers(4)]
    return np.ascontiguousarray(pixels[..., order])


def _magnify(pixels: RgbPixels, random: Generator) -> RgbPixels:
    side, factor = pixels.shape[0], int(random.integers(5, 9))
    detail = side // factor
    top, left = random.integers(0, side - detail, 2)
    part = pixels[top : top + detail, left : left + detail]
    grown = part.repeat(factor + 1, axis=0).repeat(factor + 1, axis=1)
    return np.ascontiguousarray(grown[:side, :side])
