import { Alert } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";

import { useMay } from "../accounts/useSession";
import { useCreateSampleCase, useModels, useRecentCases, useSettings } from "../api/hooks";
import { useDeleteCases } from "../archive/useCaseChanges";
import { Footer } from "../frame/Footer";
import { Header } from "../frame/Header";
import type { Said } from "../intake/uploadQueue";
import type { Intake } from "../intake/usePictureIntake";
import { WindowDrop } from "../intake/WindowDrop";
import { caseHref, goTo, type Purpose } from "../routing";
import { SingleCellList } from "../single/SingleCellList";
import type { SingleCells } from "../single/useSingleCells";
import { chosenParts, droppedParts } from "../stacks/droppedParts";
import { StackDropZone } from "../stacks/StackDropZone";
import { useStackIntake } from "../stacks/useStackIntake";
import type { StackPart } from "../stacks/zipFiles";
import { DropZone } from "../start/DropZone";
import { LookOnly } from "../start/LookOnly";
import { RecentCases } from "../start/RecentCases";
import classes from "../start/start.module.css";

// What is typed and chosen is wanted after the first view, if at all.
const ClassifierField = lazy(() => import("../start/ClassifierField"));
const PictureFields = lazy(() => import("../intake/PictureFields"));
const PixelSizeField = lazy(() => import("../start/PixelSizeField"));

interface Props {
  purpose: Purpose;
  intake: Intake;
  single: SingleCells;
}

const USUAL_CLASSIFIER = "blood";

/** Where a picture comes in, and where earlier ones are found again. */
export function StartPage({ purpose, intake, single }: Props) {
  const stacks = useStackIntake();
  // Naming single cells keeps nothing, so everybody may.
  const mayAdd = useMay("review") || purpose === "cells";
  const [parts, setParts] = useState<StackPart[]>([]);
  const limits = useSettings().data;
  const cases = useRecentCases();
  const sample = useCreateSampleCase();
  const removal = useDeleteCases();
  const classifiers = useModels().data?.filter((m) => m.task === "classify_cells") ?? [];
  const [said, setSaid] = useState<Said>({});
  const [isTelling, setTelling] = useState(false);
  const [classifier, setClassifier] = useState(USUAL_CLASSIFIER);
  const take = (files: File[]) =>
    purpose === "cells" ? single.take(files, { model: classifier, mppUm: said.mppUm }) : intake.take(files, said);
  const problem = stacks.problem ?? intake.problem ?? sample.error?.message;
  return (
    <>
      <Header />
      <main className={classes.page}>
        <div className={classes.dark}>
          {!mayAdd ? (
            <LookOnly purpose={purpose} />
          ) : purpose === "stacks" ? (
            <StackDropZone limits={limits} intake={stacks} parts={parts} onParts={setParts} />
          ) : (
            <DropZone
              purpose={purpose}
              limits={limits}
              sending={intake.sending}
              sampleLoading={sample.isPending}
              onFiles={take}
              onFolder={(files) => intake.offer(chosenParts(files), said)}
              onSample={() => sample.mutate(undefined, { onSuccess: (created) => goTo(caseHref(created.id)) })}
            >
              {purpose === "cells" && (
                <div className={classes.field}>
                  <Suspense fallback={<FieldsSoon many={1} />}>
                    <ClassifierField classifiers={classifiers} value={classifier} onChange={setClassifier} />
                  </Suspense>
                </div>
              )}
              <details className={classes.more} onToggle={() => setTelling(true)}>
                <summary>{purpose === "cells" ? "I know the pixel size" : "Material, specimen, pixel size"}</summary>
                {isTelling && (
                  <div className={classes.field}>
                    <Suspense fallback={<FieldsSoon many={purpose === "cells" ? 1 : 4} />}>
                      {purpose === "cells" ? (
                        <PixelSizeField value={said.mppUm} onChange={(mppUm) => setSaid({ ...said, mppUm })} />
                      ) : (
                        <PictureFields said={said} onChange={setSaid} />
                      )}
                    </Suspense>
                  </div>
                )}
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
      {!mayAdd ? null : purpose === "stacks" ? (
        <WindowDrop
          onFiles={(files) => setParts(chosenParts(files))}
          onDrop={(dropped) => void droppedParts(dropped).then(setParts)}
        />
      ) : (
        <WindowDrop onFiles={take} {...(purpose === "smear" && { onDrop: (dropped) => intake.drop(dropped, said) })} />
      )}
    </>
  );
}

/** The places of fields that are still to come. */
const FieldsSoon = ({ many }: { many: number }) =>
  Array.from({ length: many }, (_, place) => <div key={place} className={classes.fieldSoon} aria-busy="true" />);
