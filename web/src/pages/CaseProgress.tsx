import { Progress } from "@mantine/core";

import type { CaseDocument } from "../api/types";
import { capitalised } from "../cells/format";
import classes from "./pages.module.css";

/** What is happening, over the picture that is being worked on. */
export function CaseProgress({ shownCase, problem }: { shownCase: CaseDocument; problem: string | null }) {
  if (shownCase.state === "failed" || problem) return null;
  const waiting = shownCase.state === "queued";
  const done = shownCase.state === "done";
  const text = waiting ? "Waiting for its turn" : done ? "Drawing the outlines" : capitalised(shownCase.step);
  return (
    <div className={classes.progress} role="status">
      <span>{text}</span>
      <Progress
        value={done ? 100 : 100 * shownCase.progress}
        size={6}
        striped={waiting}
        animated={waiting}
        aria-label="Progress of the analysis"
      />
    </div>
  );
}
