import { describe, expect, it } from "vitest";

import { quizHref, quizOf } from "./quizAddress";
import type { Solution } from "./quizApi";
import { begun, mistakes, nextOpen, restored, score, wrongOnes, type Progress } from "./quizProgress";

const solution = (id: string, truth: string, chosen: string): Solution => ({
  id,
  truth,
  chosen,
  right: truth === chosen,
  basis: "machine",
  cell: null,
});
const after: Progress = {
  round: ["a", "b", "c", "d"],
  solutions: [
    solution("a", "monocyte", "lymphocyte"),
    solution("b", "lymphocyte", "lymphocyte"),
    solution("c", "monocyte", "lymphocyte"),
    solution("d", "basophil", ""),
  ],
};

describe("a quiz's progress", () => {
  it("asks one after the other", () => {
    expect(nextOpen(begun(["a", "b"]))).toBe("a");
    expect(nextOpen({ round: ["a", "b"], solutions: after.solutions.slice(0, 1) })).toBe("b");
    expect(nextOpen(after)).toBeNull();
  });
  it("counts and repeats the wrong ones", () => {
    expect(score(after)).toBe(1);
    expect(wrongOnes(after)?.round).toEqual(["a", "c", "d"]);
    expect(wrongOnes({ round: ["b"], solutions: [solution("b", "blast", "blast")] })).toBeNull();
  });
  it("tells what was mistaken for what, most frequent first", () => {
    expect(mistakes(after)).toEqual([
      { truth: "monocyte", chosen: "lymphocyte", times: 2 },
      { truth: "basophil", chosen: "", times: 1 },
    ]);
  });
  it("is kept over a reload and begins anew where the quiz is another", () => {
    const ids = ["a", "b", "c", "d"];
    expect(restored(JSON.stringify(after), ids)).toEqual(after);
    expect(restored(JSON.stringify(after), ["x", "y"])).toEqual(begun(["x", "y"]));
    expect(restored("{", ids)).toEqual(begun(ids));
    expect(restored(null, ids)).toEqual(begun(ids));
  });
});

describe("a quiz's address", () => {
  const now = new Date("2026-05-01T10:00:00Z");
  it("is read back as it was written", () => {
    const address = { set: "malaria", count: 20, seed: 77, asOf: "2026-01-01T00:00:00Z", choices: 0, seconds: 20 };
    expect(quizOf(quizHref(address).replace("/quiz", ""), now)).toEqual(address);
  });
  it("falls back where it is cut or wrong", () => {
    expect(quizOf("", now)).toBeNull();
    const mended = quizOf("?set=malaria&count=many&seed=-4", now);
    expect(mended).toMatchObject({ count: 10, seed: 1, choices: 4, seconds: 0, asOf: now.toISOString() });
  });
});
