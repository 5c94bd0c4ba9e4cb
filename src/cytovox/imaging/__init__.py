"""Arrays to arrays: scale, stain, quality, resampling, tiling. Pure functions that touch no file."""
