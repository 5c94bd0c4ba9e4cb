/** A 3D model as it came in a GLB file, in its own unit (micrometres or millimetres), about its own middle. */
import { Box3, Group, Mesh, Sphere, Vector3, type BufferGeometry, type Color, type Object3D } from "three";

import { meanColour, PartMaterial } from "./PartMaterial";

export type LengthUnit = "µm" | "mm";

/** All that goes by one name: a nucleus; in a whole field, all nuclei. */
export interface Part {
  name: string;
  /** As the file has it. */
  opacity: number;
  colour: Color;
  meshes: PartMesh[];
  /** Some of its points, for labels to lead to, in the model's space. */
  points: Vector3[];
}

export type PartMesh = Mesh<BufferGeometry, PartMaterial>;

/** A named body of parts: one cell, one organ. */
export interface Body {
  name: string;
  notice: string;
  object: Object3D;
}

export interface ModelFile {
  root: Object3D;
  /** Of all shapes, as the file has it. */
  notice: string;
}

const UNITS: { unit: LengthUnit; metres: number }[] = [
  { unit: "µm", metres: 1e-6 },
  { unit: "mm", metres: 1e-3 },
];

export class SolidModel {
  readonly root = new Group();
  readonly parts: Part[];
  readonly bodies: Body[];
  readonly unit: LengthUnit;
  readonly box: Box3;
  readonly radius: number;
  readonly notice: string;

  constructor({ root, notice }: ModelFile) {
    this.unit = UNITS.find(({ metres }) => Math.abs(root.scale.x / metres - 1) < 1e-3)?.unit ?? "mm";
    root.scale.setScalar(1);
    this.parts = partsOf(root);
    this.bodies = root.children.map((object) => ({ name: nameOf(object), notice: noticeOf(object), object }));
    this.notice = trustOf(this.bodies) || notice;
    this.box = new Box3().setFromObject(root);
    const middle = this.box.getCenter(new Vector3());
    root.position.sub(middle);
    this.box.translate(middle.negate());
    this.radius = this.box.getBoundingSphere(new Sphere()).radius;
    this.root.add(root);
    this.root.updateMatrixWorld(true);
    for (const part of this.parts) part.points = pointsOf(part);
  }

  /** Half extents along x, y and z. */
  get halves(): [number, number, number] {
    return [this.box.max.x, this.box.max.y, this.box.max.z];
  }

  /** The body that an object belongs to. */
  bodyOf(object: Object3D): Body | null {
    for (let at: Object3D | null = object; at; at = at.parent) {
      const body = this.bodies.find((b) => b.object === at);
      if (body) return body;
    }
    return null;
  }

  dispose(): void {
    for (const mesh of this.parts.flatMap((part) => part.meshes)) {
      mesh.geometry.dispose();
      mesh.material.dispose();
    }
  }
}

function partsOf(root: Object3D): Part[] {
  const parts = new Map<string, Part>();
  root.traverse((object) => {
    if (!(object instanceof Mesh)) return;
    const given = object as Mesh<BufferGeometry, PartMaterial>;
    const opacity = given.material.opacity;
    given.material.dispose();
    const name = nameOf(given);
    const colour = meanColour(given.geometry);
    given.material = new PartMaterial(opacity);
    const part = parts.get(name) ?? { name, opacity, colour, meshes: [], points: [] };
    part.meshes.push(given);
    parts.set(name, part);
  });
  return [...parts.values()];
}

const POINTS = 60;

function pointsOf(part: Part): Vector3[] {
  const count = part.meshes.reduce((sum, mesh) => sum + mesh.geometry.getAttribute("position").count, 0);
  const step = Math.max(1, Math.floor(count / POINTS));
  return part.meshes.flatMap((mesh) => {
    const places = mesh.geometry.getAttribute("position");
    const chosen = Math.ceil(places.count / step);
    return Array.from({ length: chosen }, (_, i) =>
      new Vector3().fromBufferAttribute(places, i * step).applyMatrix4(mesh.matrixWorld),
    );
  });
}

// GLTFLoader changes names that its animations could not address, and keeps the file's own beside them.
const nameOf = (object: Object3D) => String(object.userData.name ?? object.name);
const noticeOf = (object: Object3D) => String(object.userData.notice ?? "");

const trustOf = (bodies: Body[]) => [...new Set(bodies.map((b) => b.notice).filter(Boolean))].join("; ");

/** Number that a body of a field has among the findings, or null: the slide. */
export function cellIdOf(body: Body): number | null {
  const found = /^cell (\d+)/.exec(body.name);
  return found ? Number(found[1]) : null;
}
