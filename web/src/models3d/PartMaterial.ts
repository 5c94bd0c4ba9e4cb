import {
  BufferAttribute,
  Color,
  DoubleSide,
  InvertStencilOp,
  MeshStandardMaterial,
  type BufferGeometry,
  type Plane,
} from "three";

/**
 * The surface of a part: colours of its vertices, and the more opaque the more slantwise it is looked at.
 *
 * By the law of Beer and Lambert light that meets a thin layer at an angle has a way through it that is longer by
 * 1 / cos: of a layer that lets 1 - a through straight on, (1 - a)^(1 / cos) passes. So the edge of a cell shows.
 */
export class PartMaterial extends MeshStandardMaterial {
  constructor(opacity: number) {
    // Both sides, the far one first (three.js does so by itself for what is transparent): a cut shows the inside.
    super({
      vertexColors: true,
      roughness: 0.55,
      metalness: 0,
      side: DoubleSide,
      stencilFail: InvertStencilOp,
      stencilZFail: InvertStencilOp,
      stencilZPass: InvertStencilOp,
    });
    this.setOpacity(opacity);
  }

  setOpacity(opacity: number): void {
    const clear = opacity < 1;
    if (clear !== this.transparent) this.needsUpdate = true;
    this.opacity = opacity;
    this.transparent = clear;
    // What is clear must not hide what is drawn after it.
    this.depthWrite = !clear;
  }

  /**
   * Cuts off what lies on the far side of a plane, and counts the faces that are left: odd or even.
   * @param plane In the world; null where nothing is cut.
   */
  cutBy(plane: Plane | null): void {
    this.clippingPlanes = plane ? [plane] : [];
    this.stencilWrite = plane !== null;
  }

  override onBeforeCompile(shader: { fragmentShader: string }): void {
    shader.fragmentShader = shader.fragmentShader.replace(
      "#include <opaque_fragment>",
      `if (diffuseColor.a < 1.0) {
         float slant = max(abs(dot(normal, geometryViewDir)), 0.12);
         diffuseColor.a = 1.0 - pow(1.0 - diffuseColor.a, 1.0 / slant);
       }
       #include <opaque_fragment>`,
    );
  }
}

/** Mean colour of a shape's vertices, linear. */
export function meanColour(geometry: BufferGeometry): Color {
  const colours = geometry.getAttribute("color");
  const mean = new Color(0, 0, 0);
  if (!(colours instanceof BufferAttribute)) return mean.setScalar(0.7);
  for (let i = 0; i < colours.count; i++) {
    mean.r += colours.getX(i) / colours.count;
    mean.g += colours.getY(i) / colours.count;
    mean.b += colours.getZ(i) / colours.count;
  }
  return mean;
}
