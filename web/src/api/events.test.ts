import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { caseEvents, followCases, withCase } from "./events";
import type { CaseDocument } from "./types";

class StreamOfTest extends EventTarget {
  static opened: StreamOfTest[] = [];
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  closed = false;
  constructor(readonly url: string) {
    super();
    StreamOfTest.opened.push(this);
  }
  close() {
    this.closed = true;
  }
  tell(name: string, value: unknown) {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(value) }));
  }
}

const example = (id: string, state: CaseDocument["state"] = "queued") => ({ id, state }) as CaseDocument;

beforeEach(() => {
  StreamOfTest.opened = [];
  vi.stubGlobal("EventSource", StreamOfTest);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

it("hands on what the stream tells until it is ended", () => {
  const heard: unknown[] = [];
  const end = followCases(caseEvents("a/b"), {
    onOpen: () => heard.push("open"),
    onCase: (changed) => heard.push(changed),
    onDeleted: (id) => heard.push(id),
    onLost: () => heard.push("lost"),
  });
  const [stream] = StreamOfTest.opened;
  expect(stream?.url).toBe("/api/cases/a%2Fb/events");
  stream?.onopen?.();
  stream?.tell("case", example("1", "running"));
  stream?.onerror?.();
  stream?.tell("deleted", { id: "1" });
  expect(heard).toEqual(["open", example("1", "running"), "lost", "1"]);
  expect(stream?.closed).toBe(false);
  end();
  expect(stream?.closed).toBe(true);
});

it("a changed case keeps its place in the list, a new one comes first", () => {
  const list = [example("2"), example("1")];
  expect(withCase(list, example("1", "done"))).toEqual([example("2"), example("1", "done")]);
  expect(withCase(list, example("3"))).toEqual([example("3"), example("2"), example("1")]);
});
