import { ActionIcon } from "@mantine/core";
import { IconArrowsDiagonal, IconArrowsDiagonalMinimize2 } from "@tabler/icons-react";
import { useEffect, useMemo, useRef, type KeyboardEvent } from "react";

import { capitalised } from "../cells/format";
import { planeActionOf } from "./planeKeys";
import { PlaneStage } from "./PlaneStage";
import { pixelOf, placeAt } from "./places";
import { SliceSlider, type SliceMark } from "./SliceSlider";
import type { PlaneNumbers } from "./stackApi";
import classes from "./stacks.module.css";
import { planeOf, type PlaneName, type Stack } from "./types";
import { usePlaneGestures } from "./usePlaneGestures";
import { FITTED, zoomedAbout, type ViewerChange, type ViewerState } from "./viewerState";
import { dragged } from "./windowing";

interface Props {
  stack: Stack;
  plane: PlaneName;
  state: ViewerState;
  /** Grey level of every stored number. */
  levels: Uint8ClampedArray;
  colours: ReadonlyMap<number, string>;
  grey: PlaneNumbers | undefined;
  labels: PlaneNumbers | undefined;
  marks: readonly SliceMark[];
  problem: string | null;
  large: boolean;
  onChange: (change: ViewerChange) => void;
  onEnlarge: () => void;
}

const ZOOM_STEP = 1.3;

/** One plane of a stack: its picture, letters of the patient's sides, and the slider of its slices. */
export function PlaneView(props: Props) {
  const { stack, plane, state, levels, colours, grey, labels, marks, problem, large, onChange, onEnlarge } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const stage = useRef<PlaneStage | null>(null);
  const { count, width, height, pixel_mm: pixelMm, letters } = planeOf(stack, plane);
  const [pixelWidth, pixelHeight] = pixelMm;
  const { place, overlay, hidden } = state;
  const lens = state.lenses[plane];
  const cross = useMemo(() => pixelOf(place, plane, height), [place, plane, height]);

  useEffect(() => {
    const holder = canvas.current;
    if (!holder) return;
    const made = new PlaneStage(holder, { width, height }, [pixelWidth, pixelHeight]);
    stage.current = made;
    const watch = new ResizeObserver(() => made.resize(holder.clientWidth, holder.clientHeight));
    watch.observe(holder);
    return () => {
      watch.disconnect();
      made.dispose();
      stage.current = null;
    };
  }, [width, height, pixelWidth, pixelHeight]);
  useEffect(() => {
    if (grey) stage.current?.setGrey(grey, levels);
  }, [grey, levels, width, height, pixelWidth, pixelHeight]);
  useEffect(() => {
    stage.current?.setLabels(labels ?? null, { colours, hidden, overlay });
  }, [labels, colours, hidden, overlay, width, height, pixelWidth, pixelHeight]);
  useEffect(() => stage.current?.setView(lens, cross), [lens, cross, width, height, pixelWidth, pixelHeight]);

  const zoom = (factor: number, x: number, y: number) => {
    const point = stage.current?.shareAt(x, y);
    if (point) onChange({ kind: "setLens", plane, lens: zoomedAbout(lens, factor, point) });
  };
  const gestures = usePlaneGestures(canvas, stage, state.tool, {
    onPoint: (x, y) => {
      const pixel = stage.current?.pixelAt(x, y);
      if (pixel) onChange({ kind: "goTo", place: placeAt(place, plane, pixel, stack) });
    },
    onWindow: (across, down) => onChange({ kind: "setWindow", window: dragged(state.window, across, down, stack.range) }),
    onMove: (across, down) => {
      const by = stage.current?.shareOf(across, down);
      if (by) onChange({ kind: "setLens", plane, lens: { ...lens, x: lens.x - by.x, y: lens.y - by.y } });
    },
    onZoom: zoom,
    onScroll: (by) => onChange({ kind: "scroll", plane, by }),
  });
  const press = (event: KeyboardEvent) => {
    const action = planeActionOf(event);
    if (!action) return;
    event.preventDefault();
    const box = canvas.current?.getBoundingClientRect();
    if (action.kind === "scroll") onChange({ kind: "scroll", plane, by: action.by });
    else if (action.kind === "first") onChange({ kind: "setIndex", plane, index: 0 });
    else if (action.kind === "last") onChange({ kind: "setIndex", plane, index: count - 1 });
    else if (action.kind === "step") {
      const pixel = { column: cross.column + action.columns, row: cross.row + action.rows };
      onChange({ kind: "goTo", place: placeAt(place, plane, pixel, stack) });
    } else if (action.kind === "zoom") zoom(action.by > 0 ? ZOOM_STEP : 1 / ZOOM_STEP, (box?.width ?? 0) / 2, (box?.height ?? 0) / 2);
    else if (action.kind === "fit") onChange({ kind: "setLens", plane, lens: FITTED });
    else if (action.kind === "overlay") onChange({ kind: "setOverlay", overlay: { shown: !overlay.shown } });
    else if (action.kind === "overlayStyle") onChange({ kind: "setOverlay", overlay: { style: overlay.style === "fill" ? "outline" : "fill" } });
    else onEnlarge();
  };

  return (
    <section className={classes.plane} data-plane={plane} data-status={grey ? "ready" : "loading"} aria-label={`${capitalised(plane)} plane`}>
      <div className={classes.picture}>
        {/* A slice to scroll through is a widget of its own: it takes the focus and keys as a whole. */}
        {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
        <div
          className={classes.canvas}
          // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={0}
          role="application"
          aria-label={`${capitalised(plane)} slice ${place[plane] + 1} of ${count}. Up and down scroll, shift and arrows move the cross.`}
          onKeyDown={press}
        >
          <canvas ref={canvas} data-tool={state.tool} {...gestures} />
        </div>
        {(["left", "right", "top", "bottom"] as const).map((side) => (
          <b key={side} className={classes.letter} data-side={side} aria-hidden="true">
            {letters[side]}
          </b>
        ))}
        <span className={classes.planeName} aria-hidden="true">
          {capitalised(plane)} {place[plane] + 1} / {count}
        </span>
        <ActionIcon
          className={classes.enlarge ?? ""}
          variant="transparent"
          size={34}
          aria-label={large ? "Show all planes" : `Show the ${plane} plane alone`}
          onClick={onEnlarge}
        >
          {large ? <IconArrowsDiagonalMinimize2 size={18} stroke={1.7} /> : <IconArrowsDiagonal size={18} stroke={1.7} />}
        </ActionIcon>
        {problem && (
          <p className={classes.planeProblem} role="alert">
            {problem}
          </p>
        )}
      </div>
      <SliceSlider
        plane={plane}
        index={place[plane]}
        count={count}
        marks={marks}
        onIndex={(index) => onChange({ kind: "setIndex", plane, index })}
      />
    </section>
  );
}
