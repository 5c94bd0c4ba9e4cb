/** What a person has set in the slice viewer. */
import { withIndex, type Place } from "./places";
import { planeOf, type GreyWindow, type PlaneName, type Stack } from "./types";

export type Tool = "point" | "window" | "move";

/** Magnification of a plane over fitting its pane, and the picture's point in the pane's middle, 0..1 of each side. */
export interface Lens {
  zoom: number;
  x: number;
  y: number;
}

export interface Overlay {
  shown: boolean;
  style: "fill" | "outline";
  opacity: number;
}

export interface ViewerState {
  place: Place;
  window: GreyWindow;
  overlay: Overlay;
  hidden: ReadonlySet<number>;
  tool: Tool;
  lenses: Readonly<Record<PlaneName, Lens>>;
}

export type ViewerChange =
  | { kind: "goTo"; place: Place }
  | { kind: "scroll"; plane: PlaneName; by: number }
  | { kind: "setIndex"; plane: PlaneName; index: number }
  | { kind: "setWindow"; window: GreyWindow }
  | { kind: "setOverlay"; overlay: Partial<Overlay> }
  | { kind: "toggleOrgan"; label: number }
  | { kind: "showOnly"; labels: readonly number[] | null; all: readonly number[] }
  | { kind: "setTool"; tool: Tool }
  | { kind: "setLens"; plane: PlaneName; lens: Lens };

export const FITTED: Lens = { zoom: 1, x: 0.5, y: 0.5 };
const MOST_ZOOM = 16;

export const stateAtFirst = (place: Place, window: GreyWindow): ViewerState => ({
  place,
  window,
  overlay: { shown: true, style: "fill", opacity: 0.45 },
  hidden: new Set(),
  tool: "point",
  lenses: { axial: FITTED, coronal: FITTED, sagittal: FITTED },
});

/** Changes of the viewer of one stack. */
export function changing(stack: Pick<Stack, "planes">) {
  const countOf = (plane: PlaneName) => planeOf(stack, plane).count;
  return (state: ViewerState, change: ViewerChange): ViewerState => {
    switch (change.kind) {
      case "goTo":
        return { ...state, place: change.place };
      case "scroll": {
        const index = state.place[change.plane] + change.by;
        return { ...state, place: withIndex(state.place, change.plane, index, countOf(change.plane)) };
      }
      case "setIndex":
        return { ...state, place: withIndex(state.place, change.plane, change.index, countOf(change.plane)) };
      case "setWindow":
        return { ...state, window: change.window };
      case "setOverlay":
        return { ...state, overlay: { ...state.overlay, ...change.overlay } };
      case "toggleOrgan": {
        const hidden = new Set(state.hidden);
        if (!hidden.delete(change.label)) hidden.add(change.label);
        return { ...state, hidden };
      }
      case "showOnly": {
        const shown = change.labels;
        return { ...state, hidden: new Set(shown === null ? [] : change.all.filter((label) => !shown.includes(label))) };
      }
      case "setTool":
        return { ...state, tool: change.tool };
      case "setLens":
        return { ...state, lenses: { ...state.lenses, [change.plane]: limited(change.lens) } };
    }
  };
}

function limited({ zoom, x, y }: Lens): Lens {
  const within = Math.min(MOST_ZOOM, Math.max(1, zoom));
  if (within === 1) return FITTED;
  return { zoom: within, x: Math.min(1, Math.max(0, x)), y: Math.min(1, Math.max(0, y)) };
}

/** The lens after zooming about a point that stays where it is; the point is 0..1 of the picture's sides. */
export function zoomedAbout(lens: Lens, factor: number, point: { x: number; y: number }): Lens {
  const zoom = Math.min(MOST_ZOOM, Math.max(1, lens.zoom * factor));
  const kept = lens.zoom / zoom;
  return { zoom, x: point.x + (lens.x - point.x) * kept, y: point.y + (lens.y - point.y) * kept };
}
