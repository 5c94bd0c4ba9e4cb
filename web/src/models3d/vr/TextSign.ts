import { Box3, CanvasTexture, Sprite, SpriteMaterial, SRGBColorSpace, Vector3, type Matrix4 } from "three";

import { FONT } from "../../theme";

const LETTER_PX = 44;
const MARGIN_PX = 28;
const GAP_M = 0.05;
const room = new Box3();
const towards = new Vector3();

/** Words in space that always face the reader. */
export class TextSign extends Sprite {
  private readonly canvas = document.createElement("canvas");
  private words = "";

  /** @param letterM Height of a line, metres. */
  constructor(private readonly letterM: number) {
    super(new SpriteMaterial({ depthTest: false, depthWrite: false, transparent: true, toneMapped: false }));
    this.visible = false;
    this.renderOrder = 1000;
    this.raycast = () => undefined;
  }

  /** Shows some lines; none hide the sign. */
  write(lines: readonly string[]): void {
    const words = lines.join("\n");
    this.visible = words !== "";
    if (words === this.words || words === "") return;
    this.words = words;
    this.draw(lines);
    this.material.map?.dispose();
    this.material.map = new CanvasTexture(this.canvas);
    this.material.map.colorSpace = SRGBColorSpace;
    this.material.needsUpdate = true;
    const metresPerPx = this.letterM / LETTER_PX;
    this.scale.set(this.canvas.width * metresPerPx, this.canvas.height * metresPerPx, 1);
  }

  /**
   * Puts the sign below something and before it, where it hides nothing of it from eyes that look down.
   * @param box Of what stands above the sign, in a space of its own.
   * @param eyes Where the reader's are.
   */
  placeBefore(box: Box3, matrixWorld: Matrix4, eyes: Vector3): void {
    const { min, max } = room.copy(box).applyMatrix4(matrixWorld);
    room.getCenter(this.position);
    towards.copy(eyes).sub(this.position).setY(0).normalize();
    this.position.addScaledVector(towards, Math.max(max.x - min.x, max.z - min.z) / 2);
    this.position.y = min.y - GAP_M - this.scale.y / 2;
  }

  placeAbove(point: Vector3): void {
    this.position.copy(point);
    this.position.y += GAP_M;
  }

  dispose(): void {
    this.material.map?.dispose();
    this.material.dispose();
  }

  private draw(lines: readonly string[]): void {
    const context = this.canvas.getContext("2d");
    if (!context) return;
    const font = `${LETTER_PX * 0.78}px ${FONT}`;
    context.font = font;
    this.canvas.width = Math.ceil(Math.max(...lines.map((line) => context.measureText(line).width))) + 2 * MARGIN_PX;
    this.canvas.height = lines.length * LETTER_PX + MARGIN_PX;
    context.fillStyle = "rgb(16 20 22 / 0.88)";
    context.roundRect(0, 0, this.canvas.width, this.canvas.height, 18);
    context.fill();
    context.font = font; // a new size clears it
    context.fillStyle = "#e4eaec";
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (const [row, line] of lines.entries()) {
      context.fillText(line, this.canvas.width / 2, MARGIN_PX / 2 + (row + 0.5) * LETTER_PX);
    }
  }
}
