import { useXRControllerLocomotion, XROrigin } from "@react-three/xr";
import { useMemo, useRef } from "react";
import type { Group } from "three";

import type { ModelOnShow } from "../ModelOnShow";
import type { ViewWords } from "../StageOverlay";
import { HeldModel } from "./HeldModel";
import { standings } from "./standing";

const DARK = "#1b2429";
const WALK_M_PER_S = 1.2;

/** A quiet room with the models in it, to walk about in. */
export function VrRoom({ shown, words }: { shown: readonly ModelOnShow[]; words: readonly ViewWords[] }) {
  const origin = useRef<Group>(null);
  const places = useMemo(() => standings(shown.map(({ model }) => model.halves)), [shown]);
  useXRControllerLocomotion(origin, { speed: WALK_M_PER_S }, { type: "snap", degrees: 30 });
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
