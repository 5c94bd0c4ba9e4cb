import { Group, Plane, Vector3 } from "three";

import { SectionCaps } from "./SectionCaps";
import type { SolidModel } from "./SolidModel";
import type { Section, ViewSettings } from "./viewSettings";

/** More parts than these are cut without caps: a whole field would take a second to draw. */
const MOST_CAPPED = 24;

/** A model in a scene, as a person has set it. Owns the model from here on. */
export class ModelOnShow {
  readonly object = new Group();
  private readonly local = new Plane();
  /** Clipping planes are in the world's space: this one follows the model when it is turned or carried. */
  private readonly world = new Plane();
  private readonly capped: boolean;
  private caps: SectionCaps | null = null;
  private hidden: ReadonlySet<string> = new Set();

  constructor(readonly model: SolidModel) {
    this.object.add(model.root);
    this.capped = model.parts.reduce((count, part) => count + part.meshes.length, 0) <= MOST_CAPPED;
  }

  set({ hidden, opacity, section }: Pick<ViewSettings, "hidden" | "opacity" | "section">): void {
    this.hidden = hidden;
    const planes = section.on ? [this.world] : [];
    for (const [place, part] of this.model.parts.entries()) {
      for (const mesh of part.meshes) {
        mesh.visible = !hidden.has(part.name);
        // Innermost first, as the file has them: what is clear is then drawn over what it encloses.
        mesh.renderOrder = place;
        mesh.material.setOpacity(opacity.get(part.name) ?? part.opacity);
        mesh.material.clippingPlanes = planes;
      }
    }
    cut(this.model, section, this.local);
    if (section.on && this.capped) this.showCaps();
    else this.dropCaps();
  }

  /** Call before each frame. */
  update(): void {
    this.object.updateWorldMatrix(true, true);
    this.world.copy(this.local).applyMatrix4(this.object.matrixWorld);
    this.caps?.update(this.local, this.hidden);
  }

  dispose(): void {
    this.dropCaps();
    this.model.dispose();
  }

  private showCaps(): void {
    if (this.caps) return;
    this.caps = new SectionCaps(this.model, this.world);
    this.object.add(this.caps.object);
  }

  private dropCaps(): void {
    if (!this.caps) return;
    this.object.remove(this.caps.object);
    this.caps.dispose();
    this.caps = null;
  }
}

/** The plane of a section in the model's space; what lies beyond it along the axis is cut away. */
export function cut(model: Pick<SolidModel, "box">, { axis, place }: Section, plane: Plane): Plane {
  const [least, most] = [model.box.min[axis], model.box.max[axis]];
  plane.normal.copy(AWAY[axis]);
  plane.constant = least + place * (most - least);
  return plane;
}

const AWAY = { x: new Vector3(-1, 0, 0), y: new Vector3(0, -1, 0), z: new Vector3(0, 0, -1) };
