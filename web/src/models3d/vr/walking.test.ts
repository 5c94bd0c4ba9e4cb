import { Group, Matrix4, Quaternion, Euler, Vector3 } from "three";
import { expect, it } from "vitest";

import { Walker } from "./walking";

const AT_REST = { across: 0, back: 0, turn: 0 };

function head(x: number, z: number, { down = 0, left = 0 } = {}): Matrix4 {
  const looks = new Quaternion().setFromEuler(new Euler(-down, left, 0, "YXZ"));
  return new Matrix4().compose(new Vector3(x, 1.6, z), looks, new Vector3(1, 1, 1));
}

function places({ position: { x, y, z } }: Group): number[] {
  return [x, y, z].map((n) => Number(n.toFixed(6)) + 0); // no -0
}

it("walks where the eyes look, at one speed, on the floor", () => {
  const floor = new Group();
  new Walker().step(floor, head(0, 0, { down: 1.3 }), { ...AT_REST, back: -1 }, 0.05);
  expect(places(floor)).toEqual([0, 0, -0.06]);
  const turned = new Group();
  new Walker().step(turned, head(0, 0, { left: Math.PI / 2 }), { ...AT_REST, back: -1 }, 0.05);
  expect(places(turned)).toEqual([-0.06, 0, 0]);
  const aside = new Group();
  new Walker().step(aside, head(0, 0), { ...AT_REST, across: 0.5 }, 0.05);
  expect(places(aside)).toEqual([0.03, 0, 0]);
});

it("stands still while the stick is at rest, and is not thrown by a pause", () => {
  const floor = new Group();
  const walker = new Walker();
  walker.step(floor, head(0, 0), { ...AT_REST, across: 0.1 }, 1);
  expect(places(floor)).toEqual([0, 0, 0]);
  walker.step(floor, head(0, 0), { ...AT_REST, back: 1 }, 30);
  expect(places(floor)).toEqual([0, 0, 0.12]);
});

it("turns by 30 degrees about the head, once for each push", () => {
  const floor = new Group();
  const walker = new Walker();
  walker.step(floor, head(1, 0), { ...AT_REST, turn: 1 }, 0.05);
  walker.step(floor, head(1, 0), { ...AT_REST, turn: 1 }, 0.05);
  expect(floor.rotation.y).toBeCloseTo(-Math.PI / 6);
  // Whoever stood at (1, 0) still does.
  floor.updateMatrixWorld(true);
  const feet = floor.localToWorld(new Vector3(1, 0, 0));
  expect([feet.x, feet.z].map((n) => Number(n.toFixed(6)) + 0)).toEqual([1, 0]);
  walker.step(floor, head(1, 0), AT_REST, 0.05);
  walker.step(floor, head(1, 0), { ...AT_REST, turn: -1 }, 0.05);
  expect(floor.rotation.y).toBeCloseTo(0);
});
