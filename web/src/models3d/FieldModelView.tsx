import { useMemo, useReducer, useRef } from "react";

import { sceneUrl } from "../api/client";
import type { CaseDocument, Findings } from "../api/types";
import { capitalised } from "../cells/format";
import pages from "../pages/pages.module.css";
import { goTo, modelHref } from "../routing";
import { ModelDownloads } from "./ModelDownloads";
import classes from "./models3d.module.css";
import { ModelStage, type StageHandle } from "./ModelStage";
import { PartsList } from "./PartsList";
import { SectionControls } from "./SectionControls";
import { cellIdOf } from "./SolidModel";
import { StageStatus } from "./StageStatus";
import { useModel } from "./useModel";
import { changed, SETTINGS_AT_FIRST } from "./viewSettings";
import { useVr } from "./vr/useVr";

/** Too many parts to name each beside it: a body tells its name when it is pointed at. */
const FIELD_SETTINGS = { ...SETTINGS_AT_FIRST, labels: false };

/** All cells of a picture on their slide. */
export function FieldModelView({ shownCase, findings }: { shownCase: CaseDocument; findings: Findings }) {
  const stage = useRef<StageHandle>(null);
  const [settings, change] = useReducer(changed, FIELD_SETTINGS);
  const field = useModel(shownCase.id, [sceneUrl(shownCase.id)]);
  const staged = useMemo(
    () =>
      field.model
        ? [{ model: field.model, title: "Whole field", notice: capitalised(field.model.notice) }]
        : [],
    [field.model],
  );
  const vr = useVr(staged);
  return (
    <main className={pages.layout}>
      <div className={pages.stageColumn}>
        <ModelStage
          ref={stage}
          staged={staged}
          status={field.status}
          estimated={findings.scale.origin === "estimated"}
          settings={settings}
          onChange={change}
          onAction={() => undefined}
          onPick={(body) => goTo(modelHref(shownCase.id, cellIdOf(body)))}
          scene={vr.scene}
          hasBeside={false}
        >
          <StageStatus loaded={field} what="the field" />
        </ModelStage>
      </div>
      <aside className={pages.panel} aria-label="Model">
        <p className={classes.dim}>Point at a cell to see its name. Click it to hold it alone.</p>
        {field.model && <PartsList models={[field.model]} settings={settings} onChange={change} />}
        <SectionControls settings={settings} onChange={change} />
        {vr.entry}
        <ModelDownloads
          stage={stage}
          stem={`${shownCase.name.replace(/\.[^.]+$/, "")}-scene`}
          urlOf={() => sceneUrl(shownCase.id)}
          forms={["glb"]}
        />
      </aside>
    </main>
  );
}
