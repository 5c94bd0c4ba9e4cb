import { XR, useXR } from "@react-three/xr";
import { useEffect, useState } from "react";

import type { ViewWords } from "../StageOverlay";
import type { ModelOnShow } from "../ModelOnShow";
import { VrRoom } from "./VrRoom";
import { makeVrStore } from "./vrStore";

export interface VrProps {
  shown: readonly ModelOnShow[];
  words: readonly ViewWords[];
  /** Hears how to begin a session, once it can be. */
  onReady: (enter: () => Promise<unknown>) => void;
}

/** Virtual reality for whatever models a stage shows: cells, fields, organs. */
export default function VrScene({ shown, words, onReady }: VrProps) {
  const [store] = useState(makeVrStore);
  useEffect(() => {
    onReady(() => store.enterVR());
    return () => store.destroy();
  }, [store, onReady]);
  return (
    <XR store={store}>
      <InSession shown={shown} words={words} />
    </XR>
  );
}

function InSession({ shown, words }: Pick<VrProps, "shown" | "words">) {
  const presenting = useXR((state) => state.session !== undefined);
  return presenting ? <VrRoom shown={shown} words={words} /> : null;
}
