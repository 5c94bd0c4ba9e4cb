import { Box3, Group, Matrix4, Mesh, Plane, Vector3, type Intersection, type Raycaster } from "three";

import { SectionCap } from "./SectionCap";
import type { Part, PartMesh, SolidModel } from "./SolidModel";
import type { Section, ViewSettings } from "./viewSettings";

/** Of the model's radius: how much deeper the cap of each part lies than that of the part within it. */
const CAP_STEP = 1e-4;

/** A body of a part, as it is drawn. */
interface Drawn {
  part: Part;
  mesh: PartMesh;
  /** Of the part among the parts, innermost first, and a fraction for each of its bodies. */
  order: number;
  /** From the body's space to the model's. */
  toModel: Matrix4;
  /** In the model's space. */
  box: Box3;
  cap: SectionCap | null;
}

/** A model in a scene, as a person has set it. Owns the model from here on. */
export class ModelOnShow {
  readonly object = new Group();
  private readonly local = new Plane();
  /** Clipping planes are in the world's space: this one follows the model when it is turned or carried. */
  private readonly world = new Plane();
  private readonly drawn: Drawn[];

  constructor(readonly model: SolidModel) {
    this.drawn = drawnOf(model);
    this.object.add(model.root);
    for (const { mesh } of this.drawn) mesh.raycast = (ray, hits) => hits.push(...hitsOf(mesh, ray));
  }

  set({ hidden, opacity, section }: Pick<ViewSettings, "hidden" | "opacity" | "section">): void {
    cut(this.model, section, this.local);
    const limit = this.local.constant;
    for (const one of this.drawn) {
      const { part, mesh, box } = one;
      const [least, most] = [box.min[section.axis], box.max[section.axis]];
      mesh.visible = !hidden.has(part.name) && !(section.on && least > limit);
      mesh.material.setOpacity(opacity.get(part.name) ?? part.opacity);
      // Innermost first, as the file has them: what is clear is then drawn over what it encloses, and by depth within a part.
      mesh.renderOrder = mesh.material.transparent ? Math.floor(one.order) : one.order;
      const crossed = section.on && mesh.visible && most > limit;
      mesh.material.cutBy(crossed ? this.world : null);
      if (crossed) this.close(one);
      else dropCap(one);
    }
  }

  /** Call before each frame. */
  update(): void {
    this.object.updateWorldMatrix(true, true);
    this.world.copy(this.local).applyMatrix4(this.object.matrixWorld);
  }

  dispose(): void {
    for (const one of this.drawn) dropCap(one);
    this.model.dispose();
  }

  private close(one: Drawn): void {
    one.cap ??= new SectionCap(one.mesh);
    one.cap.renderOrder = one.mesh.renderOrder;
    // Of what is solid each is drawn in the order of its number, of what is clear in that of its depth.
    if (!one.mesh.material.transparent) one.cap.renderOrder += 0.5 / this.drawn.length;
    one.cap.material.transparent = one.mesh.material.transparent;
    one.cap.lay(this.local, one.toModel, CAP_STEP * this.model.radius * one.order);
  }
}

function drawnOf({ parts, root }: SolidModel): Drawn[] {
  const bodies = parts.flatMap((part, place) => part.meshes.map((mesh) => ({ part, place, mesh })));
  const toRoot = root.matrixWorld.clone().invert();
  return bodies.map(({ part, place, mesh }, number) => {
    const toModel = toRoot.clone().multiply(mesh.matrixWorld);
    if (!mesh.geometry.boundingBox) mesh.geometry.computeBoundingBox();
    const box = new Box3().copy(mesh.geometry.boundingBox ?? new Box3()).applyMatrix4(toModel);
    return { part, mesh, order: place + number / bodies.length, toModel, box, cap: null };
  });
}

function dropCap(one: Drawn): void {
  one.cap?.dispose();
  one.cap = null;
}

/** Where a ray meets what is to be seen of a body: nothing of what is hidden or cut away. */
function hitsOf(mesh: PartMesh, ray: Raycaster): Intersection[] {
  const hits: Intersection[] = [];
  if (mesh.visible) Mesh.prototype.raycast.call(mesh, ray, hits);
  const planes = mesh.material.clippingPlanes ?? [];
  return hits.filter(({ point }) => planes.every((plane) => plane.distanceToPoint(point) >= 0));
}

/** The plane of a section in the model's space; what lies beyond it along the axis is cut away. */
export function cut(model: Pick<SolidModel, "box">, { axis, place }: Section, plane: Plane): Plane {
  const [least, most] = [model.box.min[axis], model.box.max[axis]];
  plane.normal.copy(AWAY[axis]);
  plane.constant = least + place * (most - least);
  return plane;
}

const AWAY = { x: new Vector3(-1, 0, 0), y: new Vector3(0, -1, 0), z: new Vector3(0, 0, -1) };
