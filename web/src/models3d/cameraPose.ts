/** How a model is looked at. The projection is parallel, as in a microscope: one scale bar holds at any depth. */

export interface CameraPose {
  /** Radians about the upright axis, from the model's front. */
  azimuth: number;
  /** Radians from straight above. */
  polar: number;
  /** Screen pixels per unit of length. */
  zoom: number;
}

const FROM_ABOVE = (50 * Math.PI) / 180;
const FROM_THE_SIDE = (-24 * Math.PI) / 180;
/** Shares of a view that models fill: room is left for names beside, title above and notice below. */
const FILLED = { width: 0.62, height: 0.66 };

/**
 * The pose that shows the whole of some models.
 * @param halves Half extents of their boxes along x, y (up) and z.
 * @param view Size of one view, CSS pixels.
 */
export function wholePose(
  halves: readonly (readonly [number, number, number])[],
  view: { width: number; height: number },
): CameraPose {
  const zooms = halves.map((half) => {
    const seen = seenHalf(half, FROM_THE_SIDE, FROM_ABOVE);
    return Math.min((FILLED.width * view.width) / seen.width, (FILLED.height * view.height) / seen.height) / 2;
  });
  return { azimuth: FROM_THE_SIDE, polar: FROM_ABOVE, zoom: Math.min(...zooms) };
}

/** Half width and height of a box on a screen that looks at it from an angle. */
export function seenHalf(
  [x, y, z]: readonly [number, number, number],
  azimuth: number,
  polar: number,
): { width: number; height: number } {
  const [sine, cosine] = [Math.abs(Math.sin(azimuth)), Math.abs(Math.cos(azimuth))];
  return {
    width: x * cosine + z * sine,
    height: y * Math.abs(Math.sin(polar)) + (x * sine + z * cosine) * Math.abs(Math.cos(polar)),
  };
}

export const TURN_STEP = Math.PI / 18;
export const ZOOM_STEP = 1.25;
