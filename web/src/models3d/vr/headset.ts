import { useEffect, useState } from "react";

/** Whether this browser can show virtual reality, and if not, why not. */
export type HeadsetState = "asking" | "ready" | "insecure" | "missing";

export function useHeadset(): HeadsetState {
  const [state, setState] = useState<HeadsetState>(() => (window.isSecureContext ? "asking" : "insecure"));
  useEffect(() => {
    if (!window.isSecureContext) return;
    let gone = false;
    const { xr } = navigator as { xr?: XRSystem };
    const asked = xr ? xr.isSessionSupported("immersive-vr") : Promise.resolve(false);
    asked.catch(() => false).then((can) => !gone && setState(can ? "ready" : "missing"), () => undefined);
    return () => {
      gone = true;
    };
  }, []);
  return state;
}
