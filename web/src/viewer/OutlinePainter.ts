/** Draws outlines onto a canvas that lies over the picture; sharp at every zoom, because it is redrawn, not scaled. */
import type { Cell } from "../api/types";
import { styleOf, type ClassStyle, type ClassStyles } from "../cells/classStyles";
import { doubtOf, isNamed } from "../cells/predictions";
import { clearedToScreen } from "./canvas";
import { toScreen, type View } from "./view";

export interface OutlineState {
  hiddenClasses: ReadonlySet<string>;
  outlinesShown: boolean;
  nucleiShown: boolean;
  selectedIds: ReadonlySet<number>;
  hoveredId: number | null;
}

interface DrawnCell {
  cell: Cell;
  path: Path2D;
  /** Outlines of the nucleus's parts; null where there are none. */
  nucleus: Path2D | null;
}

interface DrawnClass {
  style: ClassStyle;
  cells: DrawnCell[];
  /** Outlines by stride: with stride 4, only every fourth corner is kept. */
  coarser: Map<number, DrawnCell[]>;
}

const STRIDES = [8, 4, 2];
/** Corners closer than this on the screen are not worth drawing: thousands of cells then stay smooth. */
const CORNER_SPACING_PX = 3.5;
const LEAST_CORNERS = 12;
/** Lines thinner than this carry no dark rim; it would double the work for a shade nobody sees. */
const RIM_FROM_PX = 1.2;
/** A label needs this much room: the cell's height on the screen, in CSS pixels. */
const LABEL_FROM_PX = 28;
const NUCLEUS_PX = 1.25;
const RIM = "rgba(8, 12, 14, 0.42)";
const LABEL_FONT = "600 11px 'IBM Plex Sans Variable', system-ui, sans-serif";

/** Paths by stride live as long as their cells: where one of thousands changed, the others are not made anew. */
const PATHS = new WeakMap<Cell, Map<number, Path2D>>();
const NUCLEI = new WeakMap<Cell, Path2D | null>();

export class OutlinePainter {
  private readonly classes: DrawnClass[] = [];
  private readonly byId = new Map<number, DrawnCell & { style: ClassStyle }>();
  private readonly plainCanvas = document.createElement("canvas");
  /** What the plain canvas was drawn for. */
  private plainFor = "";

  constructor(
    cells: readonly Cell[],
    styles: ClassStyles,
    private readonly picture: { width: number; height: number },
  ) {
    const byKey = new Map<string, DrawnClass>();
    for (const cell of cells) {
      const style = styleOf(styles, cell.label);
      const drawn = { cell, path: keptPath(cell, 1), nucleus: keptNucleus(cell) };
      let group = byKey.get(cell.label);
      if (!group) byKey.set(cell.label, (group = { style, cells: [], coarser: new Map() }));
      group.cells.push(drawn);
      this.byId.set(cell.id, { ...drawn, style });
    }
    // Thin lines first, so that white cells lie on top.
    this.classes = [...byKey.values()].sort((a, b) => a.style.width - b.style.width);
  }

  paint(canvas: HTMLCanvasElement, view: View, state: OutlineState): void {
    const context = canvas.getContext("2d");
    if (!context) return;
    const ratio = clearedToScreen(canvas, context, view);
    const shown = state.outlinesShown ? this.classes.filter((c) => !state.hiddenClasses.has(c.style.key)) : [];
    if (shown.length > 0 && canvas.width > 0 && canvas.height > 0) context.drawImage(this.plain(view, state, shown), 0, 0);
    context.save();
    this.toPicture(context, view, ratio);
    this.strokeSingled(context, view, state.hoveredId, false);
    for (const id of state.selectedIds) this.strokeSingled(context, view, id, true);
    context.restore();
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    for (const group of shown) if (group.style.labelled) writeLabels(context, view, group);
  }

  /** All outlines, none singled out; drawn anew only where the view or what is shown of them changed. */
  private plain(view: View, state: OutlineState, shown: readonly DrawnClass[]): HTMLCanvasElement {
    const drawnFor = JSON.stringify([view, window.devicePixelRatio, state.nucleiShown, shown.map((c) => c.style.key)]);
    const context = this.plainCanvas.getContext("2d");
    if (!context || drawnFor === this.plainFor) return this.plainCanvas;
    this.plainFor = drawnFor;
    const ratio = clearedToScreen(this.plainCanvas, context, view);
    context.save();
    this.toPicture(context, view, ratio);
    for (const group of shown) this.strokeClass(context, view, group);
    if (state.nucleiShown) for (const group of shown) strokeNuclei(context, view, group);
    context.restore();
    return this.plainCanvas;
  }

  private toPicture(context: CanvasRenderingContext2D, view: View, ratio: number): void {
    context.setTransform(ratio * view.scale, 0, 0, ratio * view.scale, ratio * view.left, ratio * view.top);
    // Outlines of cells at the border reach beyond the picture; they end where it ends.
    context.beginPath();
    context.rect(0, 0, this.picture.width, this.picture.height);
    context.clip();
    context.lineJoin = "round";
  }

  private strokeClass(context: CanvasRenderingContext2D, view: View, group: DrawnClass): void {
    const px = 1 / view.scale;
    const width = group.style.width * thinning(view, group.cells[0]?.cell);
    const dash = group.style.dash.map((d) => d * px);
    for (const { cell, path } of detailed(group, view)) {
      if (!isInView(cell, view)) continue;
      if (width >= RIM_FROM_PX) stroke(context, path, RIM, (width + 1.5) * px, []);
      stroke(context, path, group.style.colour, width * px, dash);
    }
  }

  private strokeSingled(context: CanvasRenderingContext2D, view: View, id: number | null, selected: boolean): void {
    const drawn = id === null ? undefined : this.byId.get(id);
    if (!drawn) return;
    const px = 1 / view.scale;
    context.fillStyle = `${drawn.style.colour}${selected ? "38" : "22"}`;
    context.fill(drawn.path);
    stroke(context, drawn.path, "#0b0f11", (selected ? 7.5 : 4.5) * px, []);
    stroke(context, drawn.path, selected ? "#ffffff" : drawn.style.colour, (selected ? 4 : 2.5) * px, []);
  }
}

function keptPath(cell: Cell, stride: number): Path2D {
  let paths = PATHS.get(cell);
  if (!paths) PATHS.set(cell, (paths = new Map<number, Path2D>()));
  let path = paths.get(stride);
  if (!path) paths.set(stride, (path = outlinePath(cell, stride)));
  return path;
}

function keptNucleus(cell: Cell): Path2D | null {
  let nucleus = NUCLEI.get(cell);
  if (nucleus === undefined) NUCLEI.set(cell, (nucleus = nucleusPath(cell)));
  return nucleus;
}

/** The outlines of a class with as many corners as the zoom can show. */
function detailed(group: DrawnClass, view: View): DrawnCell[] {
  const example = group.cells[Math.floor(group.cells.length / 2)]?.cell;
  const corners = example?.polygon.length ?? 0;
  const spacingPx = example ? (Math.PI * (example.box[2] - example.box[0]) * view.scale) / corners : Infinity;
  const stride = STRIDES.find((s) => s * spacingPx <= CORNER_SPACING_PX && corners / s >= LEAST_CORNERS) ?? 1;
  if (stride === 1) return group.cells;
  let cells = group.coarser.get(stride);
  if (!cells) {
    cells = group.cells.map(({ cell, nucleus }) => ({ cell, nucleus, path: keptPath(cell, stride) }));
    group.coarser.set(stride, cells);
  }
  return cells;
}

function outlinePath(cell: Cell, stride: number): Path2D {
  const path = new Path2D();
  for (let i = 0; i < cell.polygon.length; i += stride) {
    const point = cell.polygon[i];
    if (point) path.lineTo(point[0], point[1]);
  }
  path.closePath();
  return path;
}

/** All parts of a nucleus as one path; null where there are none. */
export function nucleusPath(cell: Pick<Cell, "nucleus_polygons">): Path2D | null {
  if (cell.nucleus_polygons.length === 0) return null;
  const path = new Path2D();
  for (const part of cell.nucleus_polygons) {
    part.forEach(([x, y], i) => (i === 0 ? path.moveTo(x, y) : path.lineTo(x, y)));
    path.closePath();
  }
  return path;
}

function strokeNuclei(context: CanvasRenderingContext2D, view: View, group: DrawnClass): void {
  const px = 1 / view.scale;
  for (const { cell, nucleus } of group.cells) {
    if (!nucleus || !isInView(cell, view)) continue;
    stroke(context, nucleus, RIM, (NUCLEUS_PX + 1.5) * px, []);
    stroke(context, nucleus, group.style.colour, NUCLEUS_PX * px, []);
  }
}

function stroke(c: CanvasRenderingContext2D, path: Path2D, colour: string, width: number, dash: number[]): void {
  c.setLineDash(dash);
  c.strokeStyle = colour;
  c.lineWidth = width;
  c.stroke(path);
}

/** Lines get finer where cells are tiny on the screen, or a crowded field would turn into one blot. */
function thinning(view: View, cell: Cell | undefined): number {
  if (!cell) return 1;
  return Math.min(1, Math.max(0.45, ((cell.box[2] - cell.box[0]) * view.scale) / 24));
}

function isInView(cell: Cell, view: View): boolean {
  const [right, bottom] = toScreen(view, cell.box[2], cell.box[3]);
  const [left, top] = toScreen(view, cell.box[0], cell.box[1]);
  return right >= 0 && bottom >= 0 && left <= view.width && top <= view.height;
}

function writeLabels(context: CanvasRenderingContext2D, view: View, group: DrawnClass): void {
  context.font = LABEL_FONT;
  context.textBaseline = "middle";
  for (const { cell } of group.cells) {
    if (!isInView(cell, view) || (cell.box[3] - cell.box[1]) * view.scale < LABEL_FROM_PX) continue;
    const [centre, top] = toScreen(view, (cell.box[0] + cell.box[2]) / 2, cell.box[1]);
    const label = `${group.style.short}${isNamed(cell) ? " ✓" : doubtOf(cell) === null ? "" : " ?"}`;
    const width = context.measureText(label).width + 10;
    const left = Math.min(Math.max(4, centre - width / 2), view.width - width - 4);
    const y = Math.max(4, top - 21);
    context.fillStyle = "rgba(11, 15, 17, 0.86)";
    context.beginPath();
    context.roundRect(left, y, width, 17, 4);
    context.fill();
    context.fillStyle = group.style.colour;
    context.fillRect(left + 5, y + 14, width - 10, 1.5);
    context.fillStyle = "#ffffff";
    context.fillText(label, left + 5, y + 8);
  }
}
