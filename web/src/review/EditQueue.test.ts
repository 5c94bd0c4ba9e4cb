import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { ApiProblem } from "../api/client";
import { EditQueue, type Exchange, type Shelf } from "./EditQueue";
import { afterOperations, type Operation } from "./operations";
import type { EditKind, Review } from "./types";

const EMPTY: Review = { edits: [], reviewers: [], can_undo: false, can_redo: false, revision: 0 };
const AWAY = new ApiProblem(0, "unreachable", "The server does not answer.");
const wish = (cellId: number, kind: EditKind = "classify"): Operation => ({
  by: "Ana",
  op: "edit",
  wish: { kind, cell_id: cellId, label: "monocyte", polygon: null },
});

function shelf(): Shelf {
  const kept = new Map<string, string>();
  return {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => void kept.set(name, value),
    removeItem: (name) => void kept.delete(name),
  };
}

/** A server that gives added cells numbers from 101; `answers` says how it takes each request. */
function world(answers: ("yes" | "lost" | "no" | "away")[] = []) {
  let review = EMPTY;
  let known = EMPTY;
  const heard: string[] = [];
  const exchange: Exchange = {
    send: (operation) => {
      const answer = answers.shift() ?? "yes";
      if (answer === "away") return Promise.reject(AWAY);
      if (answer === "no") return Promise.reject(new ApiProblem(422, "invalid", "No such class."));
      const numbered =
        operation.op === "edit" && operation.wish.cell_id < 0
          ? { ...operation, wish: { ...operation.wish, cell_id: 101 } }
          : operation;
      heard.push(operation.op === "edit" ? `${operation.wish.kind} ${operation.wish.cell_id}` : operation.op);
      review = { ...afterOperations(review, [numbered], operation.by), revision: review.revision + 1 };
      return answer === "lost" ? Promise.reject(AWAY) : Promise.resolve(review);
    },
    read: () => Promise.resolve(review),
    known: () => known,
    told: (told) => (known = told),
    drained: () => heard.push("drained"),
  };
  return { exchange, heard, known: () => known };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("sends in order and says when all is sent", async () => {
  const { exchange, heard, known } = world();
  const queue = new EditQueue(exchange, shelf(), "case");
  queue.add([wish(1), wish(2)]);
  queue.add([{ by: "Ana", op: "undo" }]);
  await vi.runAllTimersAsync();
  expect(heard).toEqual(["classify 1", "classify 2", "undo", "drained"]);
  expect(known().edits.map((e) => e.undone)).toEqual([false, true]);
  expect(queue.snapshot()).toMatchObject({ pending: [], waiting: null, refused: null });
});

it("keeps edits while the server is away, over a reload, and does none twice", async () => {
  const kept = shelf();
  const { exchange, heard } = world(["lost", "yes"]);
  const queue = new EditQueue(exchange, kept, "case");
  queue.add([wish(1), wish(2)]);
  await vi.advanceTimersByTimeAsync(1);
  expect(queue.snapshot().pending).toHaveLength(2);
  expect(queue.snapshot().waiting).toBe(AWAY.message);
  // The page is loaded again: the first queue is gone, and its clock with it.
  vi.clearAllTimers();
  const next = new EditQueue(exchange, kept, "case");
  next.retry();
  await vi.runAllTimersAsync();
  expect(heard).toEqual(["classify 1", "classify 2", "drained"]);
  expect(kept.getItem("case")).toBeNull();
});

it("tries again by itself, ever more slowly", async () => {
  const { exchange, heard } = world(["away", "away", "yes"]);
  const queue = new EditQueue(exchange, shelf(), "case");
  queue.add([wish(1)]);
  await vi.advanceTimersByTimeAsync(2900);
  expect(heard).toEqual([]);
  await vi.advanceTimersByTimeAsync(200);
  expect(heard).toEqual(["classify 1", "drained"]);
});

it("takes back what the server refuses, tells why, and goes on", async () => {
  const { exchange, heard } = world(["no", "yes"]);
  const queue = new EditQueue(exchange, shelf(), "case");
  queue.add([wish(-1, "add"), wish(-1), wish(2)]);
  await vi.runAllTimersAsync();
  expect(heard).toEqual(["classify 2", "drained"]);
  expect(queue.snapshot().refused).toBe("No such class.");
});

it("speaks of an added cell by the number that the server gave it", async () => {
  const { exchange, heard } = world();
  const queue = new EditQueue(exchange, shelf(), "case");
  const number = queue.nextNumber();
  queue.add([wish(number, "add"), wish(number)]);
  await vi.runAllTimersAsync();
  expect(heard).toEqual(["add -1", "classify 101", "drained"]);
  expect(queue.snapshot().numbers.get(number)).toBe(101);
  expect(queue.nextNumber()).not.toBe(number);
});
