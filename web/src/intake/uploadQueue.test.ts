import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { ApiProblem } from "../api/client";
import type { CaseDocument } from "../api/types";
import { AT_ONCE, UploadQueue, type Picture } from "./uploadQueue";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const pictures = (...names: string[]) => names.map((name): Picture => ({ file: new File(["x"], name), said: {} }));
const none = () => null;

/** A server that answers each picture when the test says so. */
function server() {
  const asked: { name: string; answer: (outcome: Error | null) => void; signal: AbortSignal }[] = [];
  const created: [string, boolean][] = [];
  const queue = new UploadQueue(
    ({ file }, onSent, signal) =>
      new Promise((resolve, reject) => {
        onSent(0.5);
        signal.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
        asked.push({
          name: file.name,
          signal,
          answer: (outcome) => (outcome ? reject(outcome) : resolve({ id: file.name } as CaseDocument)),
        });
      }),
    (one, last) => created.push([one.id, last]),
  );
  const settle = () => vi.advanceTimersByTimeAsync(0);
  const answer = async (name: string, outcome: Error | null = null) => {
    asked.findLast((one) => one.name === name)?.answer(outcome);
    await settle();
  };
  const states = () => queue.snapshot().uploads.map(({ name, state }) => `${name} ${state}`);
  return { queue, asked, created, answer, states };
}

it("sends two at a time, and says when all are through", async () => {
  const { queue, asked, created, answer, states } = server();
  queue.add(pictures("a", "b", "c"), none);
  expect(asked).toHaveLength(AT_ONCE);
  expect(states()).toEqual(["a sending", "b sending", "c waiting"]);
  expect(queue.snapshot().uploads[0]?.share).toBe(0.5);
  await answer("b");
  expect(states()).toEqual(["a sending", "b done", "c sending"]);
  await answer("a");
  await answer("c");
  expect(created).toEqual([["b", false], ["a", false], ["c", true]]);
  queue.clear();
  expect(states()).toEqual([]);
});

it("waits for as long as a busy server says, and sends again", async () => {
  const { queue, asked, answer, states } = server();
  queue.add(pictures("a", "b", "c"), none);
  await answer("a", new ApiProblem(429, "too_many_uploads", "Too many.", 7));
  await answer("b");
  expect(states()).toEqual(["a waiting", "b done", "c waiting"]);
  expect(queue.snapshot().held).toBe(true);
  await vi.advanceTimersByTimeAsync(6900);
  expect(asked).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(200);
  expect(states()).toEqual(["a sending", "b done", "c sending"]);
  expect(queue.snapshot().held).toBe(false);
});

it("keeps what failed, with the reason, until it is sent again or taken out", async () => {
  const { queue, answer, states } = server();
  queue.add(pictures("a", "b"), (file) => (file.name === "b" ? "b is empty." : null));
  await answer("a", new ApiProblem(422, "picture_unreadable", "a is damaged."));
  expect(queue.snapshot().uploads.map(({ problem }) => problem)).toEqual(["a is damaged.", "b is empty."]);
  queue.retry(1);
  expect(states()).toEqual(["a sending", "b failed"]);
  queue.cancel(2);
  await answer("a");
  expect(states()).toEqual(["a done"]);
});

it("stops what is on its way, and goes on with the next", async () => {
  const { queue, asked, states } = server();
  queue.add(pictures("a", "b", "c"), none);
  queue.cancel(1);
  await vi.advanceTimersByTimeAsync(0);
  expect(asked[0]?.signal.aborted).toBe(true);
  expect(states()).toEqual(["b sending", "c sending"]);
  queue.cancelAll();
  await vi.advanceTimersByTimeAsync(0);
  expect(states()).toEqual([]);
});
