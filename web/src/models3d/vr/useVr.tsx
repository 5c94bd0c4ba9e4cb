import { lazy, Suspense, useCallback, useState, type ReactNode } from "react";

import type { ModelOnShow } from "../ModelOnShow";
import type { ViewWords } from "../StageOverlay";
import { useHeadset } from "./headset";
import { VrEntry } from "./VrEntry";

const VrScene = lazy(() => import("./VrScene"));

export interface Vr {
  /** What goes into the stage's scene. */
  scene: (shown: readonly ModelOnShow[]) => ReactNode;
  /** What goes beside the stage. */
  entry: ReactNode;
}

/**
 * Virtual reality for a stage. Its code is loaded only where there is a headset.
 * @param words What is said of each model of the stage.
 */
export function useVr(words: readonly ViewWords[]): Vr {
  const headset = useHeadset();
  const [enter, setEnter] = useState<(() => Promise<unknown>) | null>(null);
  const ready = useCallback((begin: () => Promise<unknown>) => setEnter(() => begin), []);
  return {
    scene: (shown) =>
      headset === "ready" && (
        <Suspense fallback={null}>
          <VrScene shown={shown} words={words} onReady={ready} />
        </Suspense>
      ),
    entry: <VrEntry headset={headset} enter={enter} />,
  };
}
