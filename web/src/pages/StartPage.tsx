import { Alert } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import { useState } from "react";

import { useCreateSampleCase, useModels, useRecentCases, useSettings } from "../api/hooks";
import { useDeleteCases } from "../archive/useCaseChanges";
import { Footer } from "../frame/Footer";
import { Header } from "../frame/Header";
import type { Intake } from "../intake/usePictureIntake";
import { WindowDrop } from "../intake/WindowDrop";
import { caseHref, goTo, type Purpose } from "../routing";
import { SingleCellList } from "../single/SingleCellList";
import type { SingleCells } from "../single/useSingleCells";
import { chosenParts, droppedParts } from "../stacks/droppedParts";
import { StackDropZone } from "../stacks/StackDropZone";
import { useStackIntake } from "../stacks/useStackIntake";
import type { StackPart } from "../stacks/zipFiles";
import { ClassifierField } from "../start/ClassifierField";
import { DropZone } from "../start/DropZone";
import { PixelSizeField } from "../start/PixelSizeField";
import { RecentCases } from "../start/RecentCases";
import classes from "../start/start.module.css";

interface Props {
  purpose: Purpose;
  intake: Intake;
  single: SingleCells;
}

const USUAL_CLASSIFIER = "blood";

/** Where a picture comes in, and where earlier ones are found again. */
export function StartPage({ purpose, intake, single }: Props) {
  const stacks = useStackIntake();
  const [parts, setParts] = useState<StackPart[]>([]);
  const limits = useSettings().data;
  const cases = useRecentCases();
  const sample = useCreateSampleCase();
  const removal = useDeleteCases();
  const classifiers = useModels().data?.filter((m) => m.task === "classify_cells") ?? [];
  const [mppUm, setMppUm] = useState<number>();
  const [classifier, setClassifier] = useState(USUAL_CLASSIFIER);
  const take = (files: File[]) =>
    purpose === "cells" ? single.take(files, { model: classifier, mppUm }) : intake.take(files, mppUm);
  const problem = stacks.problem ?? intake.problem ?? sample.error?.message;
  return (
    <>
      <Header />
      <main className={classes.page}>
        <div className={classes.dark}>
          {purpose === "stacks" ? (
            <StackDropZone limits={limits} intake={stacks} parts={parts} onParts={setParts} />
          ) : (
          <DropZone
            purpose={purpose}
            limits={limits}
            sending={intake.sending}
            sampleLoading={sample.isPending}
            onFiles={take}
            onSample={() => sample.mutate(undefined, { onSuccess: (created) => goTo(caseHref(created.id)) })}
          >
            {purpose === "cells" && (
              <div className={classes.field}>
                <ClassifierField classifiers={classifiers} value={classifier} onChange={setClassifier} />
              </div>
            )}
            <details className={classes.pixelSize}>
              <summary>I know the pixel size</summary>
              <div className={classes.field}>
                <PixelSizeField value={mppUm} onChange={setMppUm} />
              </div>
            </details>
          </DropZone>
          )}
        </div>
        <div className={classes.below}>
          {problem && (
            <Alert
              color="red"
              role="alert"
              icon={<IconAlertCircle />}
              withCloseButton
              closeButtonLabel="Close"
              onClose={() => {
                intake.clearProblem();
                stacks.clearProblem();
                sample.reset();
              }}
            >
              {problem}
            </Alert>
          )}
          {purpose === "cells" ? (
            <SingleCellList single={single} />
          ) : (
            <RecentCases cases={cases.data} failed={cases.isError} onDelete={(id) => removal.mutate([id])} />
          )}
        </div>
      </main>
      <Footer />
      {purpose === "stacks" ? (
        <WindowDrop
          onFiles={(files) => setParts(chosenParts(files))}
          onDrop={(dropped) => void droppedParts(dropped).then(setParts)}
        />
      ) : (
        <WindowDrop onFiles={take} />
      )}
    </>
  );
}
