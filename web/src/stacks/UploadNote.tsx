import { Button } from "@mantine/core";
import type { ReactNode } from "react";

import { caseHref, goTo } from "../routing";
import classes from "./stacks.module.css";
import type { Upload } from "./types";
import { choicesOf, type UploadChoice } from "./uploadChoices";
import { useCreateStackOfUpload, useUpload } from "./useStack";

/** What else lies in an upload, to open in one step: other series, other label maps, or none. Also while the case waits or after it failed. */
export function UploadNote({ caseId }: { caseId: string }) {
  const upload = useUpload(caseId).data;
  const another = useCreateStackOfUpload();
  if (!upload) return null;
  const { series, labelMaps } = choicesOf(upload);
  const open = (choice: UploadChoice) =>
    another.mutate({ id: caseId, ...choice.wish }, { onSuccess: (created) => goTo(caseHref(created.id)) });
  const busy = (choice: UploadChoice) =>
    another.isPending && another.variables.number === choice.wish.number && another.variables.labelMap === choice.wish.labelMap;
  const list = (choices: readonly UploadChoice[]) => <ChoiceList choices={choices} busy={busy} onOpen={open} />;
  return (
    <>
      {series.length > 0 && (
        <Section title="Series of this upload" about={`${takenSeries(upload)} is the one of this case.`}>
          {list(series)}
        </Section>
      )}
      {labelMaps.length > 0 && (
        <Section title="Label maps of this upload" about={aboutLabels(upload)}>
          {list(labelMaps)}
        </Section>
      )}
      {another.error && <p role="alert">{another.error.message}</p>}
    </>
  );
}

function Section({ title, about, children }: { title: string; about: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <p className={classes.dim}>{about}</p>
      {children}
    </section>
  );
}

interface ListProps {
  choices: readonly UploadChoice[];
  busy: (choice: UploadChoice) => boolean;
  onOpen: (choice: UploadChoice) => void;
}

function ChoiceList({ choices, busy, onOpen }: ListProps) {
  return (
    <ul className={classes.series}>
      {choices.map((choice) => (
        <li key={`${choice.wish.number} ${choice.wish.labelMap ?? ""}`}>
          <span>
            {choice.title}
            {choice.detail && <small>{choice.detail}</small>}
          </span>
          {choice.possible && (
            <Button
              size="compact-sm"
              variant="default"
              aria-label={`Open ${choice.title}`}
              loading={busy(choice)}
              onClick={() => onOpen(choice)}
            >
              Open
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}

function takenSeries({ series: { scans, taken } }: Upload): string {
  const description = scans.find((scan) => scan.number === taken)?.description ?? "";
  return description === "" ? `Series ${taken}` : description;
}

function aboutLabels({ label_map, own_file }: Upload): string {
  if (own_file) return "This case has the label map that came as a file of its own.";
  if (label_map === "none") return "This case is without one.";
  return label_map === null ? "Each opens as a case of its own." : `This case was asked for with ${label_map}.`;
}
