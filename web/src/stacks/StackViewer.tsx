import { lazy, Suspense, useMemo, useState } from "react";

import { StageSegments } from "../frame/StageSegments";
import { CursorReadout } from "./CursorReadout";
import { PlaneView } from "./PlaneView";
import type { SliceMark } from "./SliceSlider";
import classes from "./stacks.module.css";
import { StackToolbar } from "./StackToolbar";
import { planeOf, PLANES, type Organ, type PlaneName, type Stack, type StackFindings } from "./types";
import { usePlane } from "./useStack";
import type { ViewerChange, ViewerState } from "./viewerState";
import { greyLevels } from "./windowing";

const SceneView = lazy(() => import("./SceneView"));

/** Bars above a slider; with more organs, only the one at the cross has its bar. */
const MOST_MARKED = 6;

/** What stands alone on a small screen, or when it was enlarged. */
type Pane = PlaneName | "scene";

interface Props {
  caseId: string;
  stack: Stack;
  findings: StackFindings;
  state: ViewerState;
  onChange: (change: ViewerChange) => void;
  /** An organ was chosen in the scene. */
  onPick: (organ: Organ) => void;
  /** Where the controls of the scene go. */
  besideScene: HTMLElement | null;
}

/** Three planes through one place, and the organs in 3D beside them. */
export function StackViewer({ caseId, stack, findings, state, onChange, onPick, besideScene }: Props) {
  const acquired = stack.acquired.plane;
  const [large, setLarge] = useState<PlaneName | null>(null);
  const [alone, setAlone] = useState<Pane>(acquired);
  const { organs } = findings;
  const levels = useMemo(() => greyLevels(state.window, stack.stored), [state.window, stack.stored]);
  const colours = useMemo(() => new Map(organs.map((organ) => [organ.label, organ.colour])), [organs]);
  const hiddenNames = useMemo(
    () => new Set(organs.filter((organ) => state.hidden.has(organ.label)).map((organ) => organ.name)),
    [organs, state.hidden],
  );
  const axial = usePlaneData(caseId, stack, state, "axial");
  const coronal = usePlaneData(caseId, stack, state, "coronal");
  const sagittal = usePlaneData(caseId, stack, state, "sagittal");
  const data = { axial, coronal, sagittal };
  const atCross = axial.labels.data?.numbers[state.place.coronal * stack.shape[2] + state.place.sagittal];
  const shown = organs.filter((organ) => !state.hidden.has(organ.label));
  const marked = shown.length <= MOST_MARKED ? shown : shown.filter((organ) => organ.label === atCross);
  const panes: Pane[] = organs.length > 0 ? [...PLANES, "scene"] : [...PLANES];

  return (
    <div className={classes.viewer}>
      <StackToolbar stack={stack} state={state} hasOrgans={organs.length > 0} onChange={onChange} />
      <StageSegments
        className={classes.paneChoice}
        aria-label="What is shown"
        value={alone}
        onChange={setAlone}
        data={panes.map((pane) => ({ value: pane, label: PANE_NAMES[pane] }))}
      />
      <div className={classes.panes} data-large={large ?? undefined} data-alone={alone}>
        {PLANES.map((plane) => (
          <div key={plane} className={classes.pane} data-pane={plane}>
            <PlaneView
              stack={stack}
              plane={plane}
              state={state}
              levels={levels}
              colours={colours}
              grey={data[plane].grey.data}
              labels={data[plane].labels.data}
              marks={marksOf(stack, marked, plane)}
              problem={data[plane].grey.error?.message ?? data[plane].labels.error?.message ?? null}
              large={large === plane}
              onChange={onChange}
              onEnlarge={() => setLarge(large === plane ? null : plane)}
            />
          </div>
        ))}
        <div className={classes.pane} data-pane="scene">
          {organs.length > 0 ? (
            <Suspense fallback={<div className={classes.scene} aria-busy="true" />}>
              <SceneView
                caseId={caseId}
                hiddenNames={hiddenNames}
                beside={besideScene}
                onPick={(name) => {
                  const organ = organs.find((one) => one.name === name);
                  if (organ) onPick(organ);
                }}
              />
            </Suspense>
          ) : (
            <p className={classes.noScene}>No organ was found, so there is no 3D scene.</p>
          )}
        </div>
      </div>
      <CursorReadout stack={stack} place={state.place} grey={axial.grey.data} labels={axial.labels.data} organs={organs} />
    </div>
  );
}

const PANE_NAMES: Record<Pane, string> = { axial: "Axial", coronal: "Coronal", sagittal: "Sagittal", scene: "3D" };

function usePlaneData(caseId: string, stack: Stack, state: ViewerState, plane: PlaneName) {
  const at = { plane, index: state.place[plane], count: planeOf(stack, plane).count };
  const grey = usePlane(caseId, "planes", at, true);
  const labels = usePlane(caseId, "label-planes", at, stack.labels.type !== null);
  return { grey, labels };
}

function marksOf(stack: Stack, organs: readonly Organ[], plane: PlaneName): SliceMark[] {
  const presence = stack.labels.presence[plane] ?? {};
  return organs.map(({ label, name, colour }) => ({ label, name, colour, runs: presence[label] ?? [] }));
}
