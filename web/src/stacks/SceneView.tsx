import { useMemo, useReducer } from "react";
import { createPortal } from "react-dom";

import { capitalised } from "../cells/format";
import { ModelStage } from "../models3d/ModelStage";
import { SectionControls } from "../models3d/SectionControls";
import { StageStatus } from "../models3d/StageStatus";
import { useModel } from "../models3d/useModel";
import { changed, SETTINGS_AT_FIRST, type ViewSettings } from "../models3d/viewSettings";
import { useVr } from "../models3d/vr/useVr";
import { stackFileUrl } from "./stackApi";
import classes from "./stacks.module.css";

/** A dozen names fit beside a scene; with more, an organ tells its name when it is pointed at. */
const MOST_NAMED = 12;

interface Props {
  caseId: string;
  hiddenNames: ReadonlySet<string>;
  onPick: (name: string) => void;
  /** Where its controls go: beside it. */
  beside: HTMLElement | null;
}

/** The organs as one 3D scene. */
export default function SceneView({ caseId, hiddenNames, onPick, beside }: Props) {
  const scene = useModel(caseId, [stackFileUrl(caseId, "organs.glb")]);
  const [own, change] = useReducer(changed, SETTINGS_AT_FIRST);
  const settings: ViewSettings = useMemo(
    () => ({
      ...own,
      hidden: new Set([...own.hidden, ...hiddenNames]),
      labels: own.labels && (scene.model?.parts.length ?? 0) <= MOST_NAMED,
    }),
    [own, hiddenNames, scene.model],
  );
  const notice = capitalised(scene.model?.notice ?? "");
  // Beside the scene, not in it: in a quarter of the page the notice would lie over the scale bar.
  const staged = useMemo(() => (scene.model ? [{ model: scene.model, title: "", notice: "" }] : []), [scene.model]);
  const vr = useVr(useMemo(() => [{ title: "Organs", notice }], [notice]));
  return (
    <div className={classes.scene}>
      <ModelStage
        staged={staged}
        status={scene.status}
        estimated={false}
        settings={settings}
        onChange={change}
        onAction={() => undefined}
        onPick={(body) => onPick(body.name)}
        scene={vr.scene}
        hasBeside={false}
      >
        <StageStatus loaded={scene} what="the organs" />
      </ModelStage>
      {beside &&
        createPortal(
          <>
            {notice && <p className={classes.note}>3D: {notice}.</p>}
            <SectionControls settings={own} onChange={change} />
            {vr.entry}
          </>,
          beside,
        )}
    </div>
  );
}
