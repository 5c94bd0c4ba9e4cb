import type { Object3D } from "three";

/** How wide the largest model is at first, metres: what two hands hold with ease. */
export const WIDE_M = 0.4;
export const HIGH_M = 1.2;
export const AWAY_M = 0.8;
const APART_M = 0.5;

export interface Standing {
  position: [number, number, number];
  /** Metres per unit of length: the same for all, so that they can be compared. */
  scale: number;
}

/**
 * Where models stand before a person, who is at the origin and looks along -z.
 * @param halves Half extents of the models' boxes.
 */
export function standings(halves: readonly (readonly [number, number, number])[]): Standing[] {
  const widest = Math.max(...halves.flatMap((half) => half.map((extent) => 2 * extent)));
  return halves.map((_, place) => ({
    position: [(place - (halves.length - 1) / 2) * APART_M, HIGH_M, -AWAY_M],
    scale: WIDE_M / widest,
  }));
}

export function stand(object: Object3D, { position, scale }: Standing): void {
  object.position.set(...position);
  object.rotation.set(0, 0, 0);
  object.scale.setScalar(scale);
}

/** Back on the page: about the origin, in the model's own unit. */
export function unstand(object: Object3D): void {
  stand(object, { position: [0, 0, 0], scale: 1 });
}
