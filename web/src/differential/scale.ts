/** Where percentages lie on the bars: by their root, so that 1 % and 60 % can both be read. */

/** Named places of the axis, in percent. */
export const TICKS = [0, 10, 40, 100] as const;

/** Place on the bar, in percent of its width, of a share in percent. */
export const placeOf = (percent: number) => 10 * Math.sqrt(Math.min(100, Math.max(0, percent)));
