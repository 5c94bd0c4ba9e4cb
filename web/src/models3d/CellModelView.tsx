import { SegmentedControl, Select } from "@mantine/core";
import { useMemo, useReducer, useRef, useState } from "react";

import { cellModelUrl, textbookUrl, type Pose } from "../api/client";
import { useTextbookCells } from "../api/hooks";
import type { CaseDocument, Cell, Findings } from "../api/types";
import { styleOf, type ClassStyles } from "../cells/classStyles";
import { capitalised } from "../cells/format";
import { neighbour, readingOrder } from "../cells/readingOrder";
import pages from "../pages/pages.module.css";
import { StepButtons } from "../panels/StepButtons";
import { VerdictLine } from "../panels/Verdict";
import { goTo, modelHref } from "../routing";
import { ModelDownloads } from "./ModelDownloads";
import classes from "./models3d.module.css";
import { ModelStage, type StagedModel, type StageHandle } from "./ModelStage";
import { PartsList } from "./PartsList";
import { SectionControls } from "./SectionControls";
import type { StageAction } from "./stageKeys";
import { StageStatus } from "./StageStatus";
import { textbookOf } from "./textbookOf";
import { useModel } from "./useModel";
import { changed, SETTINGS_AT_FIRST } from "./viewSettings";
import { useVr } from "./vr/useVr";

interface Props {
  shownCase: CaseDocument;
  cell: Cell;
  findings: Findings;
  styles: ClassStyles;
}

const POSES: { value: Pose; label: string }[] = [
  { value: "slide", label: "As on the slide" },
  { value: "suspension", label: "In suspension" },
];
const NONE = "none";

/** One cell in the hand, beside the textbook model of its class. */
export function CellModelView({ shownCase, cell, findings, styles }: Props) {
  const stage = useRef<StageHandle>(null);
  const [settings, change] = useReducer(changed, SETTINGS_AT_FIRST);
  const [pose, setPose] = useState<Pose>("slide");
  const [beside, setBeside] = useState<string | null>(null); // null: that of the cell's own class
  const atlas = useTextbookCells().data;
  const { material } = shownCase;
  const textbook = useMemo(
    () => textbookOf(atlas ?? [], material, cell.best, styles),
    [atlas, material, cell.best, styles],
  );
  const chosen = beside === NONE ? null : (atlas?.find((entry) => keyOf(entry) === beside) ?? textbook);

  const own = useModel(`${shownCase.id} ${cell.id}`, [
    cellModelUrl(shownCase.id, cell.id, "glb", { pose, coarse: true }),
    cellModelUrl(shownCase.id, cell.id, "glb", { pose }),
  ]);
  const drawn = useModel(chosen ? keyOf(chosen) : "", chosen ? [textbookUrl(chosen, "glb")] : []);
  const name = capitalised(styleOf(styles, cell.label).name);
  const staged = useMemo(() => {
    const models: StagedModel[] = [];
    if (own.model) models.push({ model: own.model, title: "This cell", notice: capitalised(own.model.notice) });
    if (own.model && drawn.model && chosen) {
      models.push({ model: drawn.model, title: `Textbook: ${chosen.name}`, notice: capitalised(drawn.model.notice) });
    }
    return models;
  }, [own.model, drawn.model, chosen]);

  const vr = useVr(staged);

  const step = (by: 1 | -1) => {
    const next = neighbour(readingOrder(findings.cells), cell.id, by);
    if (next) goTo(modelHref(shownCase.id, next.id));
  };
  const act = (action: StageAction) => {
    if (action.kind === "step") step(action.by);
    if (action.kind === "beside") setBeside((now) => (now === NONE ? null : NONE));
  };
  return (
    <main className={pages.layout}>
      <div className={pages.stageColumn}>
        <ModelStage
          ref={stage}
          staged={staged}
          status={own.status}
          estimated={findings.scale.origin === "estimated"}
          settings={settings}
          onChange={change}
          onAction={act}
          scene={vr.scene}
          hasBeside={textbook !== null || beside !== null}
        >
          <StageStatus loaded={own} what="this cell" />
          {own.model && <StageStatus loaded={drawn} what="the textbook model" />}
        </ModelStage>
      </div>
      <aside className={pages.panel} aria-label="Model">
        <section className={classes.verdict} aria-labelledby="cell-title">
          <div className={classes.steps}>
            <p>Cell {cell.id}</p>
            <StepButtons onStep={step} />
          </div>
          <h2 id="cell-title">{name}</h2>
          <VerdictLine cell={cell} styles={styles} />
        </section>
        <section aria-labelledby="pose-title">
          <h2 id="pose-title">Pose</h2>
          <SegmentedControl
            fullWidth
            data={POSES}
            value={pose}
            onChange={setPose}
            aria-labelledby="pose-title"
            disabled={cell.coarse === "red_cell"}
          />
          {cell.coarse === "red_cell" && <p className={classes.dim}>The thickness of red cells is measured: they keep their pose.</p>}
        </section>
        {own.model && <PartsList models={staged.map((one) => one.model)} settings={settings} onChange={change} />}
        <SectionControls settings={settings} onChange={change} />
        {atlas && atlas.length > 0 && (
          <Select
            label="Beside it"
            data={[{ value: NONE, label: "Nothing" }, ...atlasOptions(atlas)]}
            value={chosen ? keyOf(chosen) : NONE}
            allowDeselect={false}
            searchable
            onChange={(value) => setBeside(value)}
          />
        )}
        {vr.entry}
        <ModelDownloads
          stage={stage}
          stem={`${shownCase.name.replace(/\.[^.]+$/, "")}-cell-${String(cell.id).padStart(3, "0")}`}
          urlOf={(form) => cellModelUrl(shownCase.id, cell.id, form, { pose })}
        />
      </aside>
    </main>
  );
}

const keyOf = ({ taxonomy, label }: { taxonomy: string; label: string }) => `${taxonomy}/${label}`;

function atlasOptions(atlas: readonly { taxonomy: string; label: string; name: string }[]) {
  return [...new Set(atlas.map((entry) => entry.taxonomy))].map((taxonomy) => ({
    group: capitalised(taxonomy),
    items: atlas.filter((e) => e.taxonomy === taxonomy).map((e) => ({ value: keyOf(e), label: capitalised(e.name) })),
  }));
}
