/** The picture on its stage: OpenSeadragon for zoom and pan, and canvases of map and outlines kept in step with it. */
import OpenSeadragon from "openseadragon";

import type { Cell } from "../api/types";
import { CellIndex } from "../cells/hitTest";
import type { ClassStyles } from "../cells/classStyles";
import { MapLayer } from "./MapLayer";
import { OutlinePainter, type OutlineState } from "./OutlinePainter";
import { Pencil } from "./Pencil";
import { toPicture, toScreen, type View } from "./view";

export interface StageEvents {
  onView: (view: View) => void;
  onHover: (cell: Cell | null) => void;
  /** `more` where the pointer's owner holds Shift, Ctrl or Cmd. */
  onPick: (cell: Cell | null, more: boolean) => void;
  /** A line was drawn round something, or, with two points or fewer, a place was pointed at. In pixels of the picture. */
  onDrawn: (line: [number, number][]) => void;
  onReady: () => void;
  onBroken: () => void;
}

const ZOOM_STEP = 1.5;
const PAN_STEP_PX = 80;
const MOUSE_SLACK_PX = 3;
const TOUCH_SLACK_PX = 12;

/** Owns the viewer, the canvas and their listeners; `dispose` gives all of it back. */
export class SmearStage {
  private readonly osd: OpenSeadragon.Viewer;
  private readonly canvas = document.createElement("canvas");
  private readonly calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  private painter: OutlinePainter | null = null;
  private index: CellIndex<Cell> | null = null;
  private shown: { cells: readonly Cell[]; styles: ClassStyles } | null = null;
  private state: OutlineState = {
    hiddenClasses: new Set(),
    outlinesShown: true,
    nucleiShown: true,
    selectedIds: new Set(),
    hoveredId: null,
  };
  private readonly map: MapLayer;
  private readonly pencil: Pencil;
  private frame = 0;
  /** Until somebody moves the picture, it keeps filling the stage when that changes its size. */
  private untouched = true;
  private readonly resized: ResizeObserver;

  constructor(
    private readonly element: HTMLElement,
    urls: { picture: string; map: string },
    private readonly size: { width: number; height: number },
    private readonly events: StageEvents,
  ) {
    this.osd = OpenSeadragon({
      element,
      tileSources: { type: "image", url: urls.picture },
      drawer: "canvas",
      tabIndex: -1,
      showNavigationControl: false,
      animationTime: this.calm ? 0 : 0.45,
      springStiffness: 8,
      visibilityRatio: 0.4,
      minZoomImageRatio: 0.7,
      maxZoomPixelRatio: 12,
      zoomPerScroll: 1.25,
      immediateRender: true,
      gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true, flickEnabled: false },
      gestureSettingsTouch: { clickToZoom: false, dblClickToZoom: true, flickEnabled: !this.calm },
      gestureSettingsPen: { clickToZoom: false },
    });
    this.map = new MapLayer(element, urls.map, () => this.paintSoon());
    this.canvas.className = "outlines";
    this.canvas.setAttribute("aria-hidden", "true");
    element.append(this.canvas);
    // Keys are ours (see keys.ts); a second set of OpenSeadragon's would rotate and flip the picture.
    this.osd.addHandler("canvas-key", (event) => (event.preventDefaultAction = true));
    this.osd.addHandler("update-viewport", () => this.paintNow());
    this.osd.addHandler("open", () => {
      this.paintSoon();
      events.onReady();
    });
    this.osd.addHandler("open-failed", () => events.onBroken());
    // Before the listeners to clicks: those of a pencil in hand are its own.
    this.pencil = new Pencil(this.osd, {
      toPicture: (x, y) => {
        const view = this.view();
        return view && toPicture(view, x, y);
      },
      onChange: () => this.paintSoon(),
      onDrawn: (line) => events.onDrawn(line),
    });
    this.osd.addHandler("canvas-click", (event) => {
      if (!event.quick || this.pencil.inHand) return;
      const cell = this.cellAt(event.position.x, event.position.y, slackOf(event.originalEvent));
      events.onPick(cell, holdsMore(event.originalEvent));
    });
    element.addEventListener("pointermove", this.hover);
    element.addEventListener("pointerleave", this.leave);
    for (const gesture of ["canvas-drag", "canvas-scroll", "canvas-pinch", "canvas-double-click"] as const) {
      this.osd.addHandler(gesture, () => (this.untouched = false));
    }
    this.osd.addHandler("resize", () => {
      if (this.untouched) this.osd.viewport.goHome(true);
    });
    this.resized = new ResizeObserver(() => this.paintSoon());
    this.resized.observe(element);
  }

  setCells(cells: readonly Cell[], styles: ClassStyles): void {
    const { shown } = this;
    if (shown?.styles === styles && shown.cells.length === cells.length && cells.every((c, i) => c === shown.cells[i])) return;
    this.shown = { cells, styles };
    this.painter = new OutlinePainter(cells, styles, this.size);
    this.index = new CellIndex(cells, this.size.width, this.size.height);
    this.paintSoon();
  }

  setState(state: OutlineState): void {
    this.state = state;
    this.paintSoon();
  }

  /** With the pencil in hand a drag draws in place of moving the picture. */
  takePencil(inHand: boolean): void {
    this.pencil.take(inHand);
  }

  /** The place of the picture that is in the middle of the stage. */
  middle(): [number, number] | null {
    const view = this.view();
    return view && toPicture(view, view.width / 2, view.height / 2);
  }

  showMap(shown: boolean, opacity: number): void {
    this.map.show(shown, opacity);
    this.paintSoon();
  }

  /** Brings a cell to the middle, near enough to see it well but never further away than now. */
  centreOn(cell: Cell): void {
    const [xmin, ymin, xmax, ymax] = cell.box;
    const view = this.view();
    if (!view) return;
    this.untouched = false;
    const wanted = Math.min(view.width, view.height) / 3.5;
    const growth = wanted / (Math.max(xmax - xmin, ymax - ymin) * view.scale);
    const centre = new OpenSeadragon.Point((xmin + xmax) / 2, (ymin + ymax) / 2);
    const viewport = this.osd.viewport;
    viewport.panTo(viewport.imageToViewportCoordinates(centre), this.calm);
    if (growth > 1.6) viewport.zoomTo(viewport.getZoom() * Math.min(growth, 6), undefined, this.calm);
    viewport.applyConstraints(this.calm);
  }

  /** Pans, at the same zoom, only where the middle of the cell would otherwise be out of sight. */
  reveal(cell: Cell): void {
    const view = this.view();
    if (!view) return;
    const centre = new OpenSeadragon.Point((cell.box[0] + cell.box[2]) / 2, (cell.box[1] + cell.box[3]) / 2);
    const [x, y] = toScreen(view, centre.x, centre.y);
    if (x > 0 && y > 0 && x < view.width && y < view.height) return;
    this.osd.viewport.panTo(this.osd.viewport.imageToViewportCoordinates(centre), this.calm);
    this.osd.viewport.applyConstraints(this.calm);
  }

  zoomBy(steps: number): void {
    this.untouched = false;
    this.osd.viewport.zoomBy(ZOOM_STEP ** steps, undefined, this.calm);
    this.osd.viewport.applyConstraints(this.calm);
  }

  panBy(columns: number, rows: number): void {
    this.untouched = false;
    const step = new OpenSeadragon.Point(columns * PAN_STEP_PX, rows * PAN_STEP_PX);
    this.osd.viewport.panBy(this.osd.viewport.deltaPointsFromPixels(step), this.calm);
    this.osd.viewport.applyConstraints(this.calm);
  }

  fit(): void {
    this.untouched = true;
    this.osd.viewport.goHome(this.calm);
  }

  dispose(): void {
    cancelAnimationFrame(this.frame);
    this.resized.disconnect();
    this.element.removeEventListener("pointermove", this.hover);
    this.element.removeEventListener("pointerleave", this.leave);
    this.osd.destroy();
    this.map.dispose();
    this.canvas.remove();
  }

  private view(): View | null {
    const item = this.osd.world.getItemAt(0) as OpenSeadragon.TiledImage | undefined;
    if (!item) return null;
    const viewport = this.osd.viewport;
    const corner = viewport.imageToViewerElementCoordinates(new OpenSeadragon.Point(0, 0));
    const opposite = viewport.imageToViewerElementCoordinates(new OpenSeadragon.Point(this.size.width, 0));
    const { clientWidth: width, clientHeight: height } = this.element;
    return { scale: (opposite.x - corner.x) / this.size.width, left: corner.x, top: corner.y, width, height };
  }

  private paintSoon(): void {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.paintNow());
  }

  private paintNow(): void {
    const view = this.view();
    if (!view) return;
    this.map.paint(view);
    this.painter?.paint(this.canvas, view, this.state);
    this.pencil.paint(this.canvas, view);
    this.events.onView(view);
  }

  private readonly hover = (event: PointerEvent): void => {
    if (event.pointerType === "touch" || event.buttons !== 0 || this.pencil.inHand) return;
    const stage = this.element.getBoundingClientRect();
    this.events.onHover(this.cellAt(event.clientX - stage.left, event.clientY - stage.top, MOUSE_SLACK_PX));
  };

  private readonly leave = (): void => this.events.onHover(null);

  private cellAt(x: number, y: number, slackPx: number): Cell | null {
    const view = this.view();
    if (!view || !this.index || !this.state.outlinesShown) return null;
    const [column, row] = toPicture(view, x, y);
    return this.index.at(column, row, slackPx / view.scale, (c) => !this.state.hiddenClasses.has(c.label));
  }
}

function slackOf(event: unknown): number {
  return event instanceof PointerEvent && event.pointerType === "touch" ? TOUCH_SLACK_PX : MOUSE_SLACK_PX;
}

function holdsMore(event: unknown): boolean {
  return event instanceof MouseEvent && (event.shiftKey || event.ctrlKey || event.metaKey);
}
