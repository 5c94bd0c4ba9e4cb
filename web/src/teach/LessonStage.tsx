import { useMemo, useReducer } from "react";

import { textbookUrl } from "../api/client";
import { capitalised } from "../cells/format";
import { ModelStage, type StagedModel } from "../models3d/ModelStage";
import { StageStatus } from "../models3d/StageStatus";
import { useModel, type LoadedModel } from "../models3d/useModel";
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
    const add = (lesson: Lesson | undefined, { model }: LoadedModel) => {
      // Both have the same notice: it is told once.
      const notice = models.length === 0 ? capitalised(model?.notice ?? "") : "";
      if (lesson && model) models.push({ model, title: capitalised(lesson.name), notice });
    };
    add(one, first);
    add(other, second);
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
