import { useEffect, useEffectEvent, useRef, type PointerEvent, type RefObject } from "react";

import type { PlaneStage } from "./PlaneStage";
import type { Tool } from "./viewerState";

export interface PlaneGestures {
  onPoint: (x: number, y: number) => void;
  onWindow: (acrossPx: number, downPx: number) => void;
  onMove: (acrossPx: number, downPx: number) => void;
  onZoom: (factor: number, x: number, y: number) => void;
  onScroll: (by: number) => void;
}

const WHEEL_STEP = 40;
const MIDDLE_BUTTON = 4;
const RIGHT_BUTTON = 2;

/** Mouse, pen and fingers on a plane: the left button does what the tool says, the right one sets the window. */
export function usePlaneGestures(canvas: RefObject<HTMLCanvasElement | null>, stage: RefObject<PlaneStage | null>, tool: Tool, told: PlaneGestures) {
  const pointers = useRef(new Map<number, { x: number; y: number }>());
  const rolled = useRef(0);

  const roll = useEffectEvent((event: WheelEvent) => {
    event.preventDefault();
    if (event.ctrlKey) {
      told.onZoom(Math.exp(-event.deltaY / 200), ...at(event, canvas.current));
      return;
    }
    // Touch pads send many small steps; a notch of a wheel is about 100.
    rolled.current += event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * WHEEL_STEP : event.deltaY;
    const steps = Math.trunc(rolled.current / WHEEL_STEP);
    if (steps === 0) return;
    rolled.current -= steps * WHEEL_STEP;
    told.onScroll(-Math.sign(steps) * Math.min(3, Math.abs(steps)));
  });
  useEffect(() => {
    const holder = canvas.current;
    // React listens passively to wheels, and the page would scroll.
    holder?.addEventListener("wheel", roll, { passive: false });
    return () => holder?.removeEventListener("wheel", roll);
  }, [canvas]);

  const down = (event: PointerEvent<HTMLCanvasElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    const [x, y] = at(event, event.currentTarget);
    pointers.current.set(event.pointerId, { x, y });
    if (pointers.current.size === 1 && deed(event, tool) === "point") told.onPoint(x, y);
  };
  const move = (event: PointerEvent<HTMLCanvasElement>) => {
    const before = pointers.current.get(event.pointerId);
    if (!before || !stage.current) return;
    const [x, y] = at(event, event.currentTarget);
    const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
    pointers.current.set(event.pointerId, { x, y });
    if (other) {
      told.onMove((x - before.x) / 2, (y - before.y) / 2);
      told.onZoom(Math.hypot(x - other.x, y - other.y) / Math.max(1, Math.hypot(before.x - other.x, before.y - other.y)), (x + other.x) / 2, (y + other.y) / 2);
      return;
    }
    const now = deed(event, tool);
    if (now === "point") told.onPoint(x, y);
    else (now === "window" ? told.onWindow : told.onMove)(x - before.x, y - before.y);
  };
  const up = (event: PointerEvent<HTMLCanvasElement>) => void pointers.current.delete(event.pointerId);
  return {
    onPointerDown: down,
    onPointerMove: move,
    onPointerUp: up,
    onPointerCancel: up,
    onContextMenu: (event: { preventDefault: () => void }) => event.preventDefault(),
  };
}

const deed = ({ buttons }: { buttons: number }, tool: Tool): Tool =>
  buttons & RIGHT_BUTTON ? "window" : buttons & MIDDLE_BUTTON ? "move" : tool;

function at(event: { clientX: number; clientY: number }, element: Element | null): [number, number] {
  const box = element?.getBoundingClientRect();
  return [event.clientX - (box?.left ?? 0), event.clientY - (box?.top ?? 0)];
}
