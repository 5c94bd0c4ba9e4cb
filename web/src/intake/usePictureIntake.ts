import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from "react";

import { ApiProblem, createCase } from "../api/client";
import { useSettings } from "../api/hooks";
import { putCase, readListsAgain } from "../archive/useCaseChanges";
import { caseHref, goTo } from "../routing";
import type { DroppedFile } from "../stacks/droppedParts";
import { objectionTo } from "./checkPicture";
import { droppedPictures } from "./droppedPictures";
import { folderOf, picturesAmong } from "./folders";
import { isUnfinished, UploadQueue, type Picture, type Said } from "./uploadQueue";

/** A folder that was chosen or dropped; how its pictures are to be taken is still to be said. */
export interface Offer {
  pictures: readonly DroppedFile[];
  /** Files beside them that are no pictures. */
  others: number;
  said: Said;
}

export interface Intake {
  /** Name and share sent of the one file on its way that is to be opened. */
  sending: { name: string; share: number } | null;
  problem: string | null;
  /** Uploads pictures; a single one is opened at once. */
  take: (files: readonly File[], said?: Said) => void;
  /** The same of files in folders, for which more is asked first. */
  offer: (parts: readonly DroppedFile[], said?: Said) => void;
  /** Either, as the drop has it. */
  drop: (dropped: DataTransfer | null, said?: Said) => void;
  offered: Offer | null;
  /** Uploads what was offered, or lets it go where there is nothing to send. */
  accept: (pictures: readonly Picture[]) => void;
  queue: UploadQueue;
  clearProblem: () => void;
}

/** Takes pictures in. Uploads go on while one looks at other pages. */
export function usePictureIntake(): Intake {
  const client = useQueryClient();
  const limits = useSettings().data;
  const [sending, setSending] = useState<Intake["sending"]>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [offered, setOffered] = useState<Offer | null>(null);
  const [queue] = useState(
    () =>
      new UploadQueue(createCase, (created, last) => {
        putCase(client, created);
        if (last) readListsAgain(client);
      }),
  );
  useWarningBeforeLeaving(queue);

  const open = useCallback(
    async (picture: Picture) => {
      const { name } = picture.file;
      const objection = objectionTo(picture.file, limits);
      setProblem(objection);
      if (objection) return;
      setSending({ name, share: 0 });
      try {
        const created = await createCase(picture, (share) => setSending({ name, share }));
        putCase(client, created);
        goTo(caseHref(created.id));
      } catch (error) {
        setProblem(error instanceof ApiProblem ? error.message : "The upload failed.");
      }
      setSending(null);
      readListsAgain(client);
    },
    [client, limits],
  );

  const ways = useMemo(() => {
    const accept = (pictures: readonly Picture[]) => {
      setOffered(null);
      queue.add(pictures, (file) => objectionTo(file, limits));
    };
    const take = (files: readonly File[], said: Said = {}) => {
      const [only] = files;
      if (only && files.length === 1) void open({ file: only, said });
      else accept(files.map((file) => ({ file, said })));
    };
    const offer = (parts: readonly DroppedFile[], said: Said = {}) => {
      const pictures = picturesAmong(parts, limits);
      if (pictures.length === 0) setProblem("There is no picture in this folder that Cytovox reads.");
      else setOffered({ pictures, others: parts.length - pictures.length, said });
    };
    const drop = (dropped: DataTransfer | null, said: Said = {}) =>
      void droppedPictures(dropped).then((parts) => {
        if (parts.some(({ path }) => folderOf(path) !== null)) offer(parts, said);
        else take(parts.map(({ file }) => file), said);
      });
    return { accept, take, offer, drop };
  }, [queue, limits, open]);
  return { sending, problem, offered, queue, clearProblem: () => setProblem(null), ...ways };
}

export const useUploads = (queue: UploadQueue) => useSyncExternalStore(queue.subscribe, queue.snapshot);

/** A page that is closed takes its uploads with it. */
function useWarningBeforeLeaving(queue: UploadQueue) {
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (queue.snapshot().uploads.some(isUnfinished)) event.preventDefault();
    };
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [queue]);
}
