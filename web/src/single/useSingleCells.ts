import { useCallback, useState } from "react";

import { ApiProblem, classifyPicture } from "../api/client";
import { useSettings } from "../api/hooks";
import type { Classification } from "../api/types";
import { objectionTo } from "../intake/checkPicture";

/** A picture of one cell on its way to a name. */
export interface SingleCell {
  id: number;
  name: string;
  /** Where the browser holds the picture itself. */
  url: string;
  state: "waiting" | "working" | "done" | "failed";
  answer: Classification | null;
  problem: string | null;
}

export type NamingOptions = Parameters<typeof classifyPicture>[1];

export interface SingleCells {
  cells: readonly SingleCell[];
  busy: boolean;
  take: (files: readonly File[], options: NamingOptions) => void;
  clear: () => void;
}

let lastId = 0;

/** Names pictures of single cells one after the other, so that each shows its answer as soon as it is there. */
export function useSingleCells(): SingleCells {
  const limits = useSettings().data;
  const [cells, setCells] = useState<readonly SingleCell[]>([]);

  const take = useCallback(
    (files: readonly File[], options: NamingOptions) => {
      const added = files.map((file) => ({ file, cell: newCell(file, objectionTo(file, limits)) }));
      setCells((before) => [...added.map((a) => a.cell), ...before]);
      const change = (id: number, to: Partial<SingleCell>) =>
        setCells((before) => before.map((c) => (c.id === id ? { ...c, ...to } : c)));
      const nameAll = async () => {
        for (const { file, cell } of added) {
          if (cell.state === "failed") continue;
          change(cell.id, { state: "working" });
          change(cell.id, await outcome(file, options));
        }
      };
      void nameAll();
    },
    [limits],
  );
  const clear = useCallback(() => {
    setCells((before) => {
      for (const cell of before) URL.revokeObjectURL(cell.url);
      return [];
    });
  }, []);
  const busy = cells.some((c) => c.state === "waiting" || c.state === "working");
  return { cells, busy, take, clear };
}

function newCell(file: File, objection: string | null): SingleCell {
  return {
    id: ++lastId,
    name: file.name,
    url: URL.createObjectURL(file),
    state: objection ? "failed" : "waiting",
    answer: null,
    problem: objection,
  };
}

async function outcome(file: File, options: NamingOptions): Promise<Partial<SingleCell>> {
  try {
    return { state: "done", answer: await classifyPicture(file, options) };
  } catch (error) {
    return { state: "failed", problem: error instanceof ApiProblem ? error.message : "The picture could not be sent." };
  }
}
