import { Button } from "@mantine/core";
import { IconBadgeVr } from "@tabler/icons-react";
import { useState } from "react";

import classes from "../models3d.module.css";
import type { HeadsetState } from "./headset";

const NEEDED: Record<Exclude<HeadsetState, "ready" | "asking">, string> = {
  insecure: "Virtual reality needs a secure address: https, or localhost.",
  missing: "For virtual reality, open this page in the browser of a headset.",
};

interface Props {
  headset: HeadsetState;
  /** Begins a session; null while it is being prepared. */
  enter: (() => Promise<unknown>) | null;
}

/** The way into virtual reality, or what is missing for it. */
export function VrEntry({ headset, enter }: Props) {
  const [problem, setProblem] = useState<string | null>(null);
  const start = () => {
    setProblem(null);
    enter?.().catch((error: unknown) => setProblem(error instanceof Error ? error.message : String(error)));
  };
  return (
    <section aria-labelledby="vr-title">
      <h2 id="vr-title">Virtual reality</h2>
      {headset === "ready" && (
        <Button variant="default" leftSection={<IconBadgeVr size={18} stroke={1.7} />} loading={enter === null} onClick={start}>
          Enter VR
        </Button>
      )}
      {(headset === "missing" || headset === "insecure") && <p className={classes.dim}>{NEEDED[headset]}</p>}
      {problem && (
        <p className={classes.dim} role="alert">
          The headset did not start: {problem}
        </p>
      )}
    </section>
  );
}
