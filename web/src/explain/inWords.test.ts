import { describe, expect, it } from "vitest";

import type { ClassStyles } from "../cells/classStyles";
import { inWords } from "./inWords";

const styles: ClassStyles = new Map();
const cell = {
  label: "monocyte",
  best: "monocyte",
  confidence: 0.7,
  unidentified: false,
  unfamiliarity: 0.1,
  probabilities: { monocyte: 0.7, lymphocyte: 0.2, blast: 0.06, basophil: 0.03, eosinophil: 0.01 },
  prediction_set: ["monocyte", "lymphocyte"],
};

describe("reasons in words", () => {
  it("tell the runners-up and the set", () => {
    const [runnersUp, set] = inWords(cell, styles, 0.9);
    expect(runnersUp?.words).toBe("Most probable is monocyte (70 %); then lymphocyte (20 %), blast (6 %) and basophil (3 %).");
    expect(set?.words).toContain("Monocyte or lymphocyte: the classifier cannot tell these apart here. For 90 %");
  });
  it("tell a set of one and an empty one", () => {
    expect(inWords({ ...cell, prediction_set: ["monocyte"] }, styles, 0.9)[1]?.words).toContain("Only monocyte.");
    expect(inWords({ ...cell, prediction_set: [] }, styles, 0.9)[1]?.words).toContain("typical of none");
  });
  it("leave out what the model does not give", () => {
    expect(inWords(cell, styles, null).map((reason) => reason.term)).toEqual(["Runners-up"]);
    const sure = inWords({ ...cell, probabilities: { monocyte: 0.999 } }, styles, null);
    expect(sure[0]?.words).toContain("no other class has 1 % or more");
  });
});
