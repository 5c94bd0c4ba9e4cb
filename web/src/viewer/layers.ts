/** What lies over the picture. */
export interface Layers {
  outlines: boolean;
  nuclei: boolean;
  map: boolean;
  /** Of the map, 0 to 1. */
  mapOpacity: number;
}

export const LAYERS_AT_FIRST: Layers = { outlines: true, nuclei: true, map: false, mapOpacity: 0.6 };
