import { edgesOf, type Edges } from "./outlines";
import type { Pixel } from "./places";
import type { PlaneNumbers } from "./stackApi";
import type { Lens, Overlay } from "./viewerState";

export interface LabelStyles {
  colours: ReadonlyMap<number, string>;
  hidden: ReadonlySet<number>;
  overlay: Overlay;
}

const CROSS_GAP_PX = 14;
const CROSS_COLOUR = "rgb(255 214 102 / 0.85)";

/** Draws one plane: grey levels, organs over them, the cross of the other planes. Owns its pictures. */
export class PlaneStage {
  private readonly context: CanvasRenderingContext2D;
  private readonly grey = document.createElement("canvas");
  private readonly fill = document.createElement("canvas");
  private edges = new Map<number, Edges>();
  private labelled: PlaneNumbers | null = null;
  private styles: LabelStyles | null = null;
  private cross: Pixel | null = null;
  private lens: Lens = { zoom: 1, x: 0.5, y: 0.5 };
  private waiting = 0;

  /** @param pixelMm Width and height of a pixel: pictures are shown in their true proportions. */
  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly size: { width: number; height: number },
    private readonly pixelMm: readonly [number, number],
  ) {
    const context = canvas.getContext("2d");
    if (!context) throw new Error("This browser cannot draw pictures.");
    this.context = context;
  }

  setGrey(plane: PlaneNumbers, levels: Uint8ClampedArray): void {
    const { width, height, numbers } = plane;
    const shift = numbers instanceof Int16Array ? 32_768 : 0;
    const picture = new ImageData(width, height);
    const pixels = new Uint32Array(picture.data.buffer);
    for (let at = 0; at < numbers.length; at++) {
      const level = levels[(numbers[at] ?? 0) + shift] ?? 0;
      pixels[at] = 0xff000000 | (level << 16) | (level << 8) | level;
    }
    put(this.grey, picture);
    this.draw();
  }

  setLabels(plane: PlaneNumbers | null, styles: LabelStyles): void {
    if (plane !== this.labelled) this.edges = plane ? edgesOf(plane) : new Map<number, Edges>();
    this.labelled = plane;
    this.styles = styles;
    if (plane) this.fillWith(plane, styles);
    this.draw();
  }

  setView(lens: Lens, cross: Pixel | null): void {
    this.lens = lens;
    this.cross = cross;
    this.draw();
  }

  /** The canvas has another size on the page. */
  resize(width: number, height: number): void {
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    this.canvas.width = Math.max(1, Math.round(width * ratio));
    this.canvas.height = Math.max(1, Math.round(height * ratio));
    this.draw();
  }

  /** Pixel of a point of the canvas, CSS px from its corner; fractions count from pixels' middles. */
  pixelAt(x: number, y: number): Pixel {
    const { left, top, scaleX, scaleY } = this.frame();
    const ratio = this.ratio();
    return { column: (x * ratio - left) / scaleX - 0.5, row: (y * ratio - top) / scaleY - 0.5 };
  }

  /** The same as shares of the picture's sides. */
  shareAt(x: number, y: number): { x: number; y: number } {
    const { column, row } = this.pixelAt(x, y);
    return { x: (column + 0.5) / this.size.width, y: (row + 0.5) / this.size.height };
  }

  /** Share of the picture's sides that a drag over the page spans. */
  shareOf(acrossPx: number, downPx: number): { x: number; y: number } {
    const { scaleX, scaleY } = this.frame();
    const ratio = this.ratio();
    return { x: (acrossPx * ratio) / scaleX / this.size.width, y: (downPx * ratio) / scaleY / this.size.height };
  }

  dispose(): void {
    cancelAnimationFrame(this.waiting);
    // Browsers keep the memory of a canvas until they collect it; an empty one has none.
    for (const canvas of [this.grey, this.fill]) canvas.width = canvas.height = 0;
  }

  private ratio(): number {
    return this.canvas.clientWidth > 0 ? this.canvas.width / this.canvas.clientWidth : 1;
  }

  /** Where the picture lies on the canvas, in its own px, and how large a pixel of it is there. */
  private frame() {
    const [mmWide, mmHigh] = [this.size.width * this.pixelMm[0], this.size.height * this.pixelMm[1]];
    const pxPerMm = Math.min(this.canvas.width / mmWide, this.canvas.height / mmHigh) * this.lens.zoom;
    const [scaleX, scaleY] = [pxPerMm * this.pixelMm[0], pxPerMm * this.pixelMm[1]];
    return {
      scaleX,
      scaleY,
      left: this.canvas.width / 2 - this.lens.x * this.size.width * scaleX,
      top: this.canvas.height / 2 - this.lens.y * this.size.height * scaleY,
    };
  }

  private draw(): void {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      this.paint();
    });
  }

  private paint(): void {
    const { context, canvas } = this;
    const { left, top, scaleX, scaleY } = this.frame();
    context.fillStyle = "#000";
    context.fillRect(0, 0, canvas.width, canvas.height);
    const [width, height] = [this.size.width * scaleX, this.size.height * scaleY];
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = "high";
    if (this.grey.width > 0) context.drawImage(this.grey, left, top, width, height);
    const { styles } = this;
    if (styles?.overlay.shown && this.labelled) {
      if (styles.overlay.style === "fill") {
        // Never blurred: each pixel of the overlay is one of the label map.
        context.imageSmoothingEnabled = false;
        context.globalAlpha = styles.overlay.opacity;
        context.drawImage(this.fill, left, top, width, height);
        context.globalAlpha = 1;
      }
      this.paintOutlines(styles);
    }
    if (this.cross) this.paintCross(this.cross);
  }

  private paintOutlines({ colours, hidden, overlay }: LabelStyles): void {
    const { context } = this;
    const { left, top, scaleX, scaleY } = this.frame();
    context.lineWidth = this.ratio() * (overlay.style === "outline" ? 1.75 : 1);
    context.globalAlpha = overlay.style === "outline" ? Math.max(0.35, overlay.opacity * 2) : Math.min(1, overlay.opacity * 1.8);
    for (const [label, edges] of this.edges) {
      if (hidden.has(label)) continue;
      context.strokeStyle = colours.get(label) ?? "#b0b0b0";
      context.beginPath();
      for (let at = 0; at < edges.length; at += 4) {
        context.moveTo(left + (edges[at] ?? 0) * scaleX, top + (edges[at + 1] ?? 0) * scaleY);
        context.lineTo(left + (edges[at + 2] ?? 0) * scaleX, top + (edges[at + 3] ?? 0) * scaleY);
      }
      context.stroke();
    }
    context.globalAlpha = 1;
  }

  private paintCross({ column, row }: Pixel): void {
    const { context, canvas } = this;
    const { left, top, scaleX, scaleY } = this.frame();
    const gap = CROSS_GAP_PX * this.ratio();
    const [x, y] = [left + (column + 0.5) * scaleX, top + (row + 0.5) * scaleY];
    context.strokeStyle = CROSS_COLOUR;
    context.lineWidth = this.ratio();
    context.beginPath();
    for (const [x1, y1, x2, y2] of [
      [0, y, x - gap, y],
      [x + gap, y, canvas.width, y],
      [x, 0, x, y - gap],
      [x, y + gap, x, canvas.height],
    ] as const) {
      context.moveTo(x1, y1);
      context.lineTo(x2, y2);
    }
    context.stroke();
  }

  private fillWith({ width, height, numbers }: PlaneNumbers, { colours, hidden }: LabelStyles): void {
    const picture = new ImageData(width, height);
    const pixels = new Uint32Array(picture.data.buffer);
    const painted = new Map<number, number>();
    for (const [label, colour] of colours) if (!hidden.has(label)) painted.set(label, opaque(colour));
    for (let at = 0; at < numbers.length; at++) {
      const label = numbers[at];
      if (label) pixels[at] = painted.get(label) ?? 0;
    }
    put(this.fill, picture);
  }
}

function put(canvas: HTMLCanvasElement, picture: ImageData): void {
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.getContext("2d")?.putImageData(picture, 0, 0);
}

/** "#rrggbb" as little-endian RGBA. */
function opaque(colour: string): number {
  const rgb = Number.parseInt(colour.slice(1), 16);
  return (0xff000000 | ((rgb & 0xff) << 16) | (rgb & 0xff00) | (rgb >> 16)) >>> 0;
}
