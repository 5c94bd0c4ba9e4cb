import { useMemo, useReducer, useState } from "react";

import type { CaseDocument } from "../api/types";
import { CaseProgress } from "../pages/CaseProgress";
import pages from "../pages/pages.module.css";
import { middleOf, type Place } from "./places";
import { StackPanel } from "./StackPanel";
import { StackViewer } from "./StackViewer";
import classes from "./stacks.module.css";
import type { Organ, Stack, StackFindings } from "./types";
import { useStack, useStackFindings } from "./useStack";
import { changing, stateAtFirst } from "./viewerState";

/** A stack of slices and what was found in it. */
export function StackView({ shownCase }: { shownCase: CaseDocument }) {
  const done = shownCase.state === "done";
  const stack = useStack(shownCase.id, done);
  const findings = useStackFindings(shownCase.id, done);
  const failure = stack.error?.message ?? findings.error?.message ?? null;
  if (stack.data && findings.data) {
    return <Shown key={shownCase.id} shownCase={shownCase} stack={stack.data} findings={findings.data} problem={failure} />;
  }
  return (
    <main className={pages.layout}>
      <div className={pages.stageColumn}>
        <div className={classes.viewer} aria-busy={!failure && shownCase.state !== "failed"} />
        <CaseProgress shownCase={shownCase} problem={failure} />
      </div>
      <StackPanel shownCase={shownCase} failure={failure ?? shownCase.error?.message ?? null} />
    </main>
  );
}

interface ShownProps {
  shownCase: CaseDocument;
  stack: Stack;
  findings: StackFindings;
  problem: string | null;
}

function Shown({ shownCase, stack, findings, problem }: ShownProps) {
  const change = useMemo(() => changing(stack), [stack]);
  const [state, dispatch] = useReducer(change, stateAtFirst(firstPlace(stack, findings.organs), stack.window));
  const [besideScene, setBesideScene] = useState<HTMLElement | null>(null);
  const goTo = (organ: Organ) => dispatch({ kind: "goTo", place: placeOf(stack, organ.label, state.place) });
  return (
    <main className={pages.layout}>
      <div className={pages.stageColumn}>
        <StackViewer
          caseId={shownCase.id}
          stack={stack}
          findings={findings}
          state={state}
          onChange={dispatch}
          onPick={goTo}
          besideScene={besideScene}
        />
      </div>
      <StackPanel
        shownCase={shownCase}
        failure={problem}
        shown={{ stack, findings, hidden: state.hidden, onChange: dispatch, onGoTo: goTo }}
        onBesideScene={setBesideScene}
      />
    </main>
  );
}

/** A place inside an organ; the other place where the stack has none. */
function placeOf(stack: Stack, label: number, other: Place): Place {
  const place = stack.labels.places[label];
  return place ? { axial: place[0], coronal: place[1], sagittal: place[2] } : other;
}

function firstPlace(stack: Stack, organs: readonly Organ[]): Place {
  const largest = organs.reduce<Organ | null>((a, b) => (a && a.volume_ml >= b.volume_ml ? a : b), null);
  return largest ? placeOf(stack, largest.label, middleOf(stack)) : middleOf(stack);
}
