import { useFrame } from "@react-three/fiber";
import { useXRInputSourceState, XROrigin, type XrController } from "@react-three/xr";
import { useMemo, useRef, useState } from "react";
import type { Group } from "three";

import type { ModelOnShow } from "../ModelOnShow";
import type { ViewWords } from "../StageOverlay";
import { HeldModel } from "./HeldModel";
import { standings } from "./standing";
import { Walker } from "./walking";

const DARK = "#1b2429";

/** A quiet room with the models in it, to walk about in. */
export function VrRoom({ shown, words }: { shown: readonly ModelOnShow[]; words: readonly ViewWords[] }) {
  const origin = useRef<Group>(null);
  const [walker] = useState(() => new Walker());
  const [left, right] = [useXRInputSourceState("controller", "left"), useXRInputSourceState("controller", "right")];
  const places = useMemo(() => standings(shown.map(({ model }) => model.halves)), [shown]);
  useFrame(({ camera }, seconds) => {
    const [walk, turn] = [stickOf(left), stickOf(right)];
    const sticks = { across: walk.xAxis ?? 0, back: walk.yAxis ?? 0, turn: turn.xAxis ?? 0 };
    if (origin.current) walker.step(origin.current, camera.matrixWorld, sticks, seconds);
  });
  return (
    <>
      <color attach="background" args={[DARK]} />
      <XROrigin ref={origin} />
      <gridHelper args={[6, 24, "#55666d", "#2d3a40"]} raycast={() => undefined} />
      {shown.map((one, place) => {
        const [standing, said] = [places[place], words[place]];
        return standing && said && <HeldModel key={one.object.uuid} shown={one} standing={standing} words={said} />;
      })}
    </>
  );
}

const stickOf = (controller: XrController | undefined) => controller?.gamepad["xr-standard-thumbstick"] ?? {};
