import { useMemo, useReducer } from "react";

import { textbookUrl } from "../api/client";
import { capitalised } from "../cells/format";
import { ModelStage, type StagedModel } from "../models3d/ModelStage";
import { StageStatus } from "../models3d/StageStatus";
import { useModel } from "../models3d/useModel";
import { changed, SETTINGS_AT_FIRST } from "../models3d/viewSettings";
import type { Lesson } from "./atlasApi";
import classes from "./teach.module.css";

/** The textbook model of one class, or of two that turn together. */
export default function LessonStage({ lessons }: { lessons: readonly Lesson[] }) {
  const [settings, change] = useReducer(changed, SETTINGS_AT_FIRST);
  const [one, other] = lessons.filter((lesson) => lesson.model);
  const first = useModel(one?.key ?? "", one?.model ? [textbookUrl(one.model, "glb")] : []);
  const second = useModel(other?.key ?? "", other?.model ? [textbookUrl(other.model, "glb")] : []);
  const staged = useMemo(() => {
    const models: StagedModel[] = [];
    for (const [lesson, loaded] of [[one, first] as const, [other, second] as const]) {
      if (lesson && loaded.model) models.push({ model: loaded.model, title: capitalised(lesson.name), notice: capitalised(loaded.model.notice) });
    }
    return models;
  }, [one, other, first, second]);
  return (
    <div className={classes.stage}>
      <ModelStage
        staged={staged}
        status={first.status}
        estimated={false}
        settings={settings}
        onChange={change}
        onAction={() => undefined}
        hasBeside={false}
      >
        <StageStatus loaded={first} what="the textbook model" />
        {first.model && <StageStatus loaded={second} what="the textbook model" />}
      </ModelStage>
    </div>
  );
}
