/** Quizzes as the server makes and judges them. */
import { useQuery } from "@tanstack/react-query";

import { readJson, request } from "../api/client";
import type { components } from "../api/schema";
import type { QuizAddress } from "./quizAddress";

type Schemas = components["schemas"];
export type Quiz = Schemas["QuizDocument"];
export type QuizSet = Schemas["QuizSetDocument"];
export type QuizQuestion = Schemas["QuestionDocument"];
export type Solution = Schemas["SolutionDocument"];

export function useQuizSets() {
  return useQuery({
    queryKey: ["quiz-sets"],
    queryFn: ({ signal }) => readJson<QuizSet[]>("/api/quiz/sets", signal),
    staleTime: Infinity,
  });
}

function queryOf({ set, count, seed, asOf }: QuizAddress): URLSearchParams {
  return new URLSearchParams({ set, count: String(count), seed: String(seed), as_of: asOf });
}

export function useQuiz(address: QuizAddress) {
  const query = queryOf(address);
  query.set("choices", String(address.choices));
  return useQuery({
    queryKey: ["quiz", query.toString()],
    queryFn: ({ signal }) => readJson<Quiz>(`/api/quiz?${query}`, signal),
    // A quiz under way must not change.
    staleTime: Infinity,
  });
}

/** The cell of a question. */
export function questionUrl(address: QuizAddress, id: string, sizePx: number): string {
  const query = queryOf(address);
  query.set("size", String(sizePx));
  return `/api/quiz/cells/${id}.png?${query}`;
}

export async function judged(address: QuizAddress, id: string, chosen: string): Promise<Solution> {
  const { set, count, seed, asOf } = address;
  const answer = await request("/api/quiz/answers", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ set, count, seed, as_of: asOf, answers: [{ id, chosen }] }),
  });
  const [solution] = (await answer.json()) as Solution[];
  if (!solution) throw new Error("The server gave no answer.");
  return solution;
}
