/** The legend of the ten-class map. */
import type { Findings, Taxonomy } from "../api/types";

export interface MapClass {
  key: string;
  name: string;
  colour: string;
  /** Of the picture's pixels, 0 to 1. */
  share: number;
}

/** "1.2 %"; what is there is never said to be nothing. */
export function formatMapShare(share: number): string {
  return share > 0 && share < 0.0005 ? "< 0.1 %" : `${(100 * share).toFixed(1)} %`;
}

/** The classes of the map in their fixed order, each with its share of the picture; none without a map. */
export function mapClasses(pixels: Findings["map_pixels"], taxonomy: Taxonomy | undefined): MapClass[] {
  if (!pixels || !taxonomy) return [];
  const total = Math.max(1, Object.values(pixels).reduce((sum, count) => sum + count, 0));
  return taxonomy.classes.map(({ key, name, colour }) => ({ key, name, colour, share: (pixels[key] ?? 0) / total }));
}
