import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";

import { ApiProblem, createCase } from "../api/client";
import { useSettings } from "../api/hooks";
import { caseHref, goTo } from "../routing";
import { objectionTo } from "./checkPicture";

export interface Intake {
  /** Name and share sent of the file on its way. */
  sending: { name: string; share: number } | null;
  problem: string | null;
  take: (files: readonly File[], mppUm?: number) => void;
  clearProblem: () => void;
}

/** Uploads pictures one after the other; a single one is opened at once. */
export function usePictureIntake(): Intake {
  const client = useQueryClient();
  const limits = useSettings().data;
  const [sending, setSending] = useState<Intake["sending"]>(null);
  const [problem, setProblem] = useState<string | null>(null);

  const send = useCallback(
    async (files: readonly File[], mppUm: number | undefined) => {
      const objections: string[] = [];
      for (const file of files) {
        const objection = objectionTo(file, limits);
        if (objection) {
          objections.push(objection);
          continue;
        }
        setSending({ name: file.name, share: 0 });
        try {
          const created = await createCase(file, {
            mppUm,
            onSent: (share) => setSending({ name: file.name, share }),
          });
          client.setQueryData(["cases", created.id], created);
          if (files.length === 1) goTo(caseHref(created.id));
        } catch (error) {
          objections.push(error instanceof ApiProblem ? error.message : "The upload failed.");
        }
      }
      setSending(null);
      setProblem(objections.length > 0 ? objections.join(" ") : null);
      await client.invalidateQueries({ queryKey: ["cases"], exact: true });
    },
    [client, limits],
  );

  const take = useCallback(
    (files: readonly File[], mppUm?: number) => {
      if (files.length > 0) {
        setProblem(null);
        void send(files, mppUm);
      }
    },
    [send],
  );
  return { sending, problem, take, clearProblem: () => setProblem(null) };
}
