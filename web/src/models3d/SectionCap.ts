/** The face that a cut makes: what was cut open looks solid. */
import {
  BufferAttribute,
  BufferGeometry,
  DoubleSide,
  Matrix4,
  Mesh,
  MeshBasicMaterial,
  NotEqualStencilFunc,
  Plane,
  Sphere,
  Vector3,
  ZeroStencilOp,
} from "three";

import { meanColour } from "./PartMaterial";
import type { PartMesh } from "./SolidModel";

const CORNERS = [
  [-1, -1],
  [1, -1],
  [1, 1],
  [-1, 1],
] as const;

const within = new Plane();
const middle = new Vector3();
const across = new Vector3();
const up = new Vector3();
const inverse = new Matrix4();

/**
 * A square on the plane, drawn where a line of sight meets an odd number of the closed body's faces beyond the plane: there
 * the plane lies inside. The body counts while it is drawn itself (`PartMaterial.cutBy`), so that a cap costs one square,
 * in a field of 200 cells, too; it must be drawn next after its body, and leaves the count at zero.
 */
export class SectionCap extends Mesh<BufferGeometry, MeshBasicMaterial> {
  constructor(private readonly body: PartMesh) {
    const geometry = new BufferGeometry();
    geometry.setAttribute("position", new BufferAttribute(new Float32Array(3 * CORNERS.length), 3));
    geometry.setIndex([0, 1, 2, 0, 2, 3]);
    geometry.boundingSphere = new Sphere();
    // Unlit: a cut is read as a map of what lies in it, in the mean colour of each body.
    const material = new MeshBasicMaterial({
      color: meanColour(body.geometry),
      side: DoubleSide,
      stencilWrite: true,
      stencilRef: 0,
      stencilFunc: NotEqualStencilFunc,
      stencilFail: ZeroStencilOp,
      stencilZFail: ZeroStencilOp,
      stencilZPass: ZeroStencilOp,
    });
    super(geometry, material);
    this.raycast = () => undefined;
    body.add(this);
  }

  /**
   * Puts the square where the plane is.
   * @param plane In the space of the whole model.
   * @param toModel From the body's space to the model's.
   * @param sunk How far into what is left; of two caps in one place the less sunk is seen.
   */
  lay(plane: Plane, toModel: Matrix4, sunk: number): void {
    within.copy(plane).applyMatrix4(inverse.copy(toModel).invert());
    const { geometry } = this.body;
    if (!geometry.boundingSphere) geometry.computeBoundingSphere();
    const { center, radius } = geometry.boundingSphere ?? new Sphere();
    within.projectPoint(center, middle).addScaledVector(within.normal, sunk);
    // Any direction that is not along the normal.
    across.set(within.normal.y, within.normal.z, within.normal.x).cross(within.normal).normalize();
    up.crossVectors(within.normal, across);
    const places = this.geometry.getAttribute("position") as BufferAttribute;
    for (const [corner, [x, y]] of CORNERS.entries()) {
      const place = middle.clone().addScaledVector(across, x * radius).addScaledVector(up, y * radius);
      places.setXYZ(corner, place.x, place.y, place.z);
    }
    places.needsUpdate = true;
    // What is clear is sorted by the depth of its sphere's middle: the body's own keeps the two together.
    this.geometry.boundingSphere?.set(center, 3 * radius);
  }

  dispose(): void {
    this.removeFromParent();
    this.geometry.dispose();
    this.material.dispose();
  }
}
