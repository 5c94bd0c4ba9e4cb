/** Draws a line on the picture by hand: a drag draws, a click points; wheel and two fingers zoom as ever. */
import type OpenSeadragon from "openseadragon";

import type { View } from "./view";

type Point = [number, number];

interface Events {
  /** From the stage to the picture; null before there is one. */
  toPicture: (x: number, y: number) => Point | null;
  onChange: () => void;
  onDrawn: (line: Point[]) => void;
}

/** A hand that shakes on a click draws no line: less than this on the screen is a click. */
const LEAST_LINE_PX = 12;
const LINE_PX = 2.5;

export class Pencil {
  inHand = false;
  private line: Point[] = [];
  /** How far the line runs on the screen. */
  private lengthPx = 0;

  constructor(
    osd: OpenSeadragon.Viewer,
    private readonly events: Events,
  ) {
    osd.addHandler("canvas-press", (event) => {
      if (this.inHand) this.begin(event.position);
    });
    osd.addHandler("canvas-drag", (event) => {
      if (!this.inHand) return;
      event.preventDefaultAction = true;
      this.lengthPx += Math.hypot(event.delta.x, event.delta.y);
      this.goTo(event.position);
    });
    osd.addHandler("canvas-drag-end", (event) => {
      if (!this.inHand) return;
      event.preventDefaultAction = true;
      this.end();
    });
    osd.addHandler("canvas-click", (event) => {
      if (!this.inHand) return;
      event.preventDefaultAction = true;
      if (event.quick) this.end();
    });
    osd.addHandler("canvas-double-click", (event) => {
      if (this.inHand) event.preventDefaultAction = true;
    });
    // A second finger means to zoom: what the first one drew is no cell.
    osd.addHandler("canvas-pinch", () => this.drop());
  }

  take(inHand: boolean): void {
    this.inHand = inHand;
    this.drop();
  }

  paint(canvas: HTMLCanvasElement, view: View): void {
    const context = canvas.getContext("2d");
    if (!context || this.line.length < 2) return;
    const ratio = canvas.width / view.width;
    context.setTransform(ratio * view.scale, 0, 0, ratio * view.scale, ratio * view.left, ratio * view.top);
    context.beginPath();
    for (const [x, y] of this.line) context.lineTo(x, y);
    context.lineJoin = "round";
    context.setLineDash([]);
    for (const [colour, width] of [["#0b0f11", LINE_PX + 3], ["#ffffff", LINE_PX]] as const) {
      context.strokeStyle = colour;
      context.lineWidth = width / view.scale;
      context.stroke();
    }
  }

  private begin(at: OpenSeadragon.Point): void {
    this.line = [];
    this.lengthPx = 0;
    this.goTo(at);
  }

  private goTo(at: OpenSeadragon.Point): void {
    const point = this.events.toPicture(at.x, at.y);
    if (!point) return;
    this.line.push(point);
    this.events.onChange();
  }

  private end(): void {
    const line = this.lengthPx < LEAST_LINE_PX ? this.line.slice(0, 1) : this.line;
    this.drop();
    if (line.length > 0) this.events.onDrawn(line);
  }

  private drop(): void {
    this.line = [];
    this.lengthPx = 0;
    this.events.onChange();
  }
}
