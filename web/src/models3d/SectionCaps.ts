/** The faces that a cut makes: what was cut open looks solid. */
import {
  AlwaysStencilFunc,
  BackSide,
  DecrementWrapStencilOp,
  DoubleSide,
  FrontSide,
  Group,
  IncrementWrapStencilOp,
  Mesh,
  MeshBasicMaterial,
  NotEqualStencilFunc,
  PlaneGeometry,
  ReplaceStencilOp,
  Vector3,
  type Plane,
  type Side,
} from "three";

import type { Part, SolidModel } from "./SolidModel";

const TOWARDS = new Vector3(0, 0, 1);

/**
 * Caps by counting faces: where a line of sight beyond the plane leaves a body more often than it enters it, the plane
 * lies inside. One part after the other, the outer ones first, so that what is inside is drawn over them.
 */
export class SectionCaps {
  readonly object = new Group();
  private readonly counters: [MeshBasicMaterial, MeshBasicMaterial];
  private readonly caps: { part: Part; drawn: Mesh[]; face: Mesh<PlaneGeometry, MeshBasicMaterial> }[];
  private readonly square: PlaneGeometry;

  /**
   * @param plane In the world; what lies on its far side is cut away.
   */
  constructor(model: SolidModel, plane: Plane) {
    this.counters = [counter(BackSide, plane), counter(FrontSide, plane)];
    this.square = new PlaneGeometry(4 * model.radius, 4 * model.radius);
    this.caps = [...model.parts].reverse().map((part, place) => {
      const drawn = part.meshes.flatMap((mesh) =>
        this.counters.map((material) => {
          const counted = new Mesh(mesh.geometry, material);
          counted.userData.source = mesh;
          counted.matrixAutoUpdate = false;
          counted.renderOrder = 10 + place;
          return counted;
        }),
      );
      const face = new Mesh(this.square, faceMaterial(part));
      face.renderOrder = 10.5 + place;
      face.onAfterRender = (renderer) => renderer.clearStencil();
      this.object.add(...drawn, face);
      return { part, drawn, face };
    });
    this.object.traverse((object) => {
      object.raycast = () => undefined;
    });
  }

  /**
   * Puts the caps where the plane is.
   * @param local The plane in the model's own space.
   * @param hidden Names of parts that are not shown.
   */
  update(local: Plane, hidden: ReadonlySet<string>): void {
    for (const { part, drawn, face } of this.caps) {
      const shown = !hidden.has(part.name);
      face.visible = shown;
      local.coplanarPoint(face.position);
      face.quaternion.setFromUnitVectors(TOWARDS, local.normal);
      for (const mesh of drawn) {
        mesh.visible = shown;
        const source = mesh.userData.source as Mesh;
        mesh.matrix.copy(this.object.matrixWorld).invert().multiply(source.matrixWorld);
      }
    }
  }

  dispose(): void {
    this.square.dispose();
    for (const material of this.counters) material.dispose();
    for (const { face } of this.caps) face.material.dispose();
  }
}

function counter(side: Side, plane: Plane): MeshBasicMaterial {
  const operation = side === BackSide ? IncrementWrapStencilOp : DecrementWrapStencilOp;
  return new MeshBasicMaterial({
    side,
    clippingPlanes: [plane],
    colorWrite: false,
    depthWrite: false,
    depthTest: false,
    stencilWrite: true,
    stencilFunc: AlwaysStencilFunc,
    stencilFail: operation,
    stencilZFail: operation,
    stencilZPass: operation,
  });
}

// Unlit: a cut is read as a map of what lies in it, in the mean colour of each part.
function faceMaterial(part: Part): MeshBasicMaterial {
  return new MeshBasicMaterial({
    color: part.colour,
    side: DoubleSide,
    stencilWrite: true,
    stencilRef: 0,
    stencilFunc: NotEqualStencilFunc,
    stencilFail: ReplaceStencilOp,
    stencilZFail: ReplaceStencilOp,
    stencilZPass: ReplaceStencilOp,
  });
}
