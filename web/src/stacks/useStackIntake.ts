import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";

import { ApiProblem } from "../api/client";
import { useSettings } from "../api/hooks";
import { formatBytes } from "../cells/format";
import { caseHref, goTo } from "../routing";
import { nameOfParts } from "./droppedParts";
import { spacingMm, type Told } from "./reading";
import { createSampleStack, createStack } from "./stackApi";
import { TooLargeForZip, zipFiles, type StackPart } from "./zipFiles";

export interface StackIntake {
  /** What is being done, and how much of it is. */
  sending: { step: string; share: number } | null;
  problem: string | null;
  send: (parts: readonly StackPart[], told: Told) => void;
  /** Opens the phantom that comes with Cytovox. */
  openSample: () => void;
  clearProblem: () => void;
}

/** Uploads a stack and opens its case. */
export function useStackIntake(): StackIntake {
  const client = useQueryClient();
  const limit = useSettings().data?.stack_limit_bytes;
  const [sending, setSending] = useState<StackIntake["sending"]>(null);
  const [problem, setProblem] = useState<string | null>(null);

  const send = useCallback<StackIntake["send"]>(
    (parts, { labels, names, reading }) => {
      void (async () => {
        setProblem(null);
        const bytes = parts.reduce((sum, part) => sum + part.file.size, labels?.size ?? 0);
        if (limit !== undefined && bytes > limit) {
          setProblem(`The stack has ${formatBytes(bytes)}; at most ${formatBytes(limit)} can be uploaded. Choose one series.`);
          return;
        }
        const [only] = parts;
        try {
          const stack =
            only && parts.length === 1
              ? only.file
              : await zipFiles(parts, (share) => setSending({ step: "Gathering the slices", share }));
          const spacing = spacingMm(reading.spacing);
          const fresh = {
            stack,
            name: nameOfParts(parts),
            labels: labels ?? undefined,
            labelNames: names ?? undefined,
            modality: reading.modality ?? undefined,
            spacingMm: spacing === null || spacing === "incomplete" ? undefined : spacing,
          };
          const created = await createStack(fresh, (share) =>
            setSending({ step: share < 1 ? `Sending ${fresh.name}` : "Reading the headers", share }),
          );
          client.setQueryData(["cases", created.id], created);
          goTo(caseHref(created.id));
        } catch (error) {
          const told = error instanceof ApiProblem || error instanceof TooLargeForZip;
          setProblem(told ? error.message : "The files could not be read.");
        }
        setSending(null);
        await client.invalidateQueries({ queryKey: ["cases"], exact: true });
      })();
    },
    [client, limit],
  );
  const openSample = useCallback(() => {
    setProblem(null);
    setSending({ step: "Making the sample stack", share: 1 });
    createSampleStack()
      .then((created) => {
        client.setQueryData(["cases", created.id], created);
        goTo(caseHref(created.id));
      })
      .catch((error: unknown) => setProblem(error instanceof ApiProblem ? error.message : "The sample could not be opened."))
      .finally(() => setSending(null));
  }, [client]);
  return { sending, problem, send, openSample, clearProblem: () => setProblem(null) };
}
