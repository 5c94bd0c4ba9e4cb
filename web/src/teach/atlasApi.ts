/** The pages of the atlas, and cells of the archive that show what they tell of. */
import { useQuery } from "@tanstack/react-query";

import { readJson } from "../api/client";
import type { components } from "../api/schema";

export type Lesson = components["schemas"]["LessonDocument"];
export type AtlasFigure = components["schemas"]["AtlasFigureDocument"];
export type LabelledCell = components["schemas"]["LabelledCellDocument"];

export function useLessons() {
  return useQuery({
    queryKey: ["lessons"],
    queryFn: ({ signal }) => readJson<Lesson[]>("/api/atlas/lessons", signal),
    staleTime: Infinity,
  });
}

/** Cells of the archive that are called what a page tells of; those that a person named come first. */
export function useLessonCells(key: string) {
  return useQuery({
    queryKey: ["lesson-cells", key],
    queryFn: ({ signal }) => readJson<LabelledCell[]>(`/api/atlas/lessons/${encodeURIComponent(key)}/cells`, signal),
    staleTime: 30_000,
  });
}

const PICTURES = import.meta.glob<string>("./pictures/*.webp", { eager: true, query: "?url", import: "default" });

/** A small picture of the textbook model; none of a class without one. */
export const lessonPicture = (key: string): string | undefined => PICTURES[`./pictures/${key}.webp`];
