import { Alert } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import { useState } from "react";

import { useCases, useCreateSampleCase, useDeleteCase, useSettings } from "../api/hooks";
import { Footer } from "../frame/Footer";
import { Header } from "../frame/Header";
import type { Intake } from "../intake/usePictureIntake";
import { WindowDrop } from "../intake/WindowDrop";
import { caseHref, goTo } from "../routing";
import { DropZone } from "../start/DropZone";
import { PixelSizeField } from "../start/PixelSizeField";
import { RecentCases } from "../start/RecentCases";
import classes from "../start/start.module.css";

/** Where a picture comes in, and where earlier ones are found again. */
export function StartPage({ intake }: { intake: Intake }) {
  const limits = useSettings().data;
  const cases = useCases();
  const sample = useCreateSampleCase();
  const removal = useDeleteCase();
  const [mppUm, setMppUm] = useState<number>();
  const take = (files: File[]) => intake.take(files, mppUm);
  const problem = intake.problem ?? sample.error?.message ?? removal.error?.message;
  return (
    <>
      <Header />
      <main className={classes.page}>
        <div className={classes.dark}>
          <DropZone
            limits={limits}
            sending={intake.sending}
            sampleLoading={sample.isPending}
            onFiles={take}
            onSample={() => sample.mutate(undefined, { onSuccess: (created) => goTo(caseHref(created.id)) })}
          >
            <details className={classes.pixelSize}>
              <summary>I know the pixel size</summary>
              <div>
                <PixelSizeField value={mppUm} onChange={setMppUm} />
              </div>
            </details>
          </DropZone>
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
                sample.reset();
                removal.reset();
              }}
            >
              {problem}
            </Alert>
          )}
          <RecentCases cases={cases.data} failed={cases.isError} onDelete={(id) => removal.mutate(id)} />
        </div>
      </main>
      <Footer />
      <WindowDrop onFiles={take} />
    </>
  );
}
