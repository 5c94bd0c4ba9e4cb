import { useEffect, useState } from "react";

import { ApiProblem, getModel } from "../api/client";
import { readGlb } from "./readGlb";
import type { SolidModel } from "./SolidModel";

export interface LoadedModel {
  status: "loading" | "coarse" | "ready" | "failed";
  model: SolidModel | null;
  problem: string | null;
}

interface Loaded extends LoadedModel {
  subject: string;
  wanted: string;
}

const NOTHING: LoadedModel = { status: "loading", model: null, problem: null };
const NOT_ASKED: LoadedModel = { status: "ready", model: null, problem: null };

/**
 * A model from the server, in several steps of detail. Whoever shows it disposes of it: nothing of it is on the GPU
 * before it is drawn.
 * @param subject What is shown: its model stays while another detail or pose of the same loads.
 * @param urls Of GLB files, the quickest first; none for no model.
 */
export function useModel(subject: string, urls: readonly string[]): LoadedModel {
  const wanted = urls.join(" ");
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  useEffect(() => {
    if (!wanted) return;
    const abort = new AbortController();
    const key = { subject, wanted };
    void (async () => {
      try {
        for (const [place, url] of wanted.split(" ").entries()) {
          const model = await readGlb(await getModel(url, abort.signal));
          if (abort.signal.aborted) return;
          const status = place + 1 < wanted.split(" ").length ? "coarse" : "ready";
          setLoaded({ ...key, status, model, problem: null });
        }
      } catch (error) {
        if (abort.signal.aborted) return;
        const problem = error instanceof ApiProblem ? error.message : "The model could not be read.";
        setLoaded((before) => ({ ...key, status: "failed", model: before?.subject === subject ? before.model : null, problem }));
      }
    })();
    return () => abort.abort();
  }, [subject, wanted]);

  if (!wanted) return NOT_ASKED;
  if (loaded?.subject !== subject) return NOTHING;
  return loaded.wanted === wanted ? loaded : { status: "loading", model: loaded.model, problem: null };
}
