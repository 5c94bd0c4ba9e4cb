import { BufferAttribute, Group, Mesh, Raycaster, SphereGeometry, Vector3 } from "three";
import { expect, it } from "vitest";

import { ModelOnShow } from "./ModelOnShow";
import { PartMaterial } from "./PartMaterial";
import { SectionCap } from "./SectionCap";
import { SolidModel } from "./SolidModel";
import { SETTINGS_AT_FIRST } from "./viewSettings";

/** Two balls of radius 1, 4 apart along x, about x = 0. */
function twoBalls() {
  const root = new Group();
  root.scale.setScalar(1e-6);
  const ballAt = (x: number) => {
    const geometry = new SphereGeometry(1, 32, 24);
    const colours = new Float32Array(3 * geometry.getAttribute("position").count).fill(0.5);
    geometry.setAttribute("color", new BufferAttribute(colours, 3));
    const ball = new Mesh(geometry, new PartMaterial(1));
    ball.name = "ball";
    const body = new Group().add(ball);
    body.position.x = x;
    root.add(body);
    return ball;
  };
  const [near, far] = [ballAt(1), ballAt(5)];
  const shown = new ModelOnShow(new SolidModel({ root, notice: "" }));
  const cutAt = (x: number) => {
    shown.set({ ...SETTINGS_AT_FIRST, section: { on: true, axis: "x", place: (x + 3) / 6 } });
    shown.update();
  };
  return { shown, near, far, cutAt };
}

const capOf = (mesh: Mesh) => mesh.children.find((child): child is SectionCap => child instanceof SectionCap);

it("closes the body that the plane crosses, hides what lies beyond, and leaves the rest", () => {
  const { near, far, cutAt } = twoBalls();
  cutAt(-1.5);
  expect([near.visible, far.visible]).toEqual([true, false]);
  expect(capOf(near)).toBeDefined();
  cutAt(0);
  expect([near.visible, far.visible]).toEqual([true, false]);
  expect(capOf(near)).toBeUndefined();
});

it("lays the cap on the plane, wide enough, next after its body, in the body's colour", () => {
  const { shown, near, far, cutAt } = twoBalls();
  shown.object.position.set(0, 7, 0); // carried in a room
  cutAt(2.5);
  expect(capOf(near)).toBeUndefined();
  const cap = capOf(far);
  if (!cap) throw new Error("nothing closes it");
  shown.object.updateMatrixWorld(true);
  const places = cap.geometry.getAttribute("position");
  const corners = Array.from({ length: 4 }, (_, i) => cap.localToWorld(new Vector3().fromBufferAttribute(places, i)));
  for (const corner of corners) expect(corner.x).toBeCloseTo(2.5, 3);
  expect(Math.max(...corners.map((c) => c.z))).toBeGreaterThanOrEqual(0.866);
  expect(cap.renderOrder).toBeGreaterThan(far.renderOrder);
  expect(cap.material.color.r).toBeCloseTo(0.5);
});

it("is not pointed at where it is cut away or hidden", () => {
  const { shown, cutAt } = twoBalls();
  const hits = (x: number) => new Raycaster(new Vector3(x, 0, 9), new Vector3(0, 0, -1)).intersectObject(shown.object).length;
  cutAt(2.5);
  expect(hits(2.2)).toBeGreaterThan(0);
  expect(hits(2.7)).toBe(0);
  shown.set({ ...SETTINGS_AT_FIRST, hidden: new Set(["ball"]) });
  expect(hits(2.2)).toBe(0);
});
