/** Viridis: equal steps of activation look like equal steps, in colour, in grey and to colour-blind eyes. */
export type Rgb = readonly [number, number, number];

/** matplotlib's viridis (S. van der Walt and N. Smith, 2015; CC0) at seventeenths from 0 to 1. */
const VIRIDIS: readonly Rgb[] = [
  [68, 1, 84],
  [72, 24, 106],
  [71, 45, 123],
  [66, 64, 134],
  [59, 82, 139],
  [51, 99, 141],
  [44, 114, 142],
  [38, 130, 142],
  [33, 145, 140],
  [31, 160, 136],
  [40, 174, 128],
  [63, 188, 115],
  [94, 201, 98],
  [132, 212, 75],
  [173, 220, 48],
  [216, 226, 25],
  [253, 231, 37],
];

/** Colour of a value from 0 to 1; values outside get the ends' colours. */
export function viridis(value: number): Rgb {
  const place = Math.min(1, Math.max(0, value)) * (VIRIDIS.length - 1);
  const below = Math.min(VIRIDIS.length - 2, Math.floor(place));
  const [low, high] = [VIRIDIS[below], VIRIDIS[below + 1]];
  if (!low || !high) throw new RangeError(`No colour for ${value}`);
  const mix = (channel: 0 | 1 | 2) => Math.round(low[channel] + (place - below) * (high[channel] - low[channel]));
  return [mix(0), mix(1), mix(2)];
}

/** The whole scale as a CSS gradient, for a legend. */
export const VIRIDIS_GRADIENT = `linear-gradient(to right, ${VIRIDIS.map((c) => `rgb(${c.join(" ")})`).join(", ")})`;
