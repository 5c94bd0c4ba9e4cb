import { readFileSync } from "node:fs";

import { expect, it } from "vitest";

import type { Taxonomy } from "../api/types";
import { classStyles } from "../cells/classStyles";
import { classKeys, keyOf, type ClassKey } from "./classKeys";

const shipped = (key: string) =>
  JSON.parse(readFileSync(new URL(`../../../src/cytovox/domain/taxonomies/${key}.json`, import.meta.url), "utf8")) as Taxonomy;
const keysOf = (taxonomy: string) => classKeys(classStyles(shipped(taxonomy)));
const named = (keys: ClassKey[], letter: string) => keyOf(keys, letter)?.style.key;

it("gives the classes of blood the letters that one expects", () => {
  const keys = keysOf("blood");
  const expected = { N: "neutrophil", S: "neutrophil_segmented", L: "lymphocyte", M: "monocyte", E: "eosinophil", B: "basophil" };
  for (const [letter, key] of Object.entries(expected)) expect(named(keys, letter)).toBe(key);
  expect([named(keys, "p"), named(keys, "u"), named(keys, "i")]).toEqual(["platelet", "unidentified", "immature_granulocyte"]);
});

it("puts the immature forms on a second level, where the first letter again means the group", () => {
  const { finer } = keyOf(keysOf("blood"), "i") ?? { finer: [] };
  expect(named(finer, "i")).toBe("immature_granulocyte");
  expect([named(finer, "p"), named(finer, "m")].sort()).toEqual(["myelocyte", "promyelocyte"]);
  expect(finer).toHaveLength(4);
});

it.each(["blood", "marrow"])("gives every class of %s one way, never two, and leaves the page its own keys", (taxonomy) => {
  const styles = classStyles(shipped(taxonomy));
  const keys = classKeys(styles);
  for (const level of [keys, ...keys.map((key) => key.finer)]) {
    const letters = level.map((key) => key.letter);
    expect(new Set(letters).size).toBe(letters.length);
    for (const letter of letters) expect(letter).toMatch(/^[a-z1-9]$/);
  }
  expect(keys.map((key) => key.letter).filter((letter) => "ajkrz".includes(letter))).toEqual([]);
  const reached = keys.flatMap((key) => (key.finer.length > 0 ? key.finer : [key])).map((key) => key.style.key);
  expect(reached.sort()).toEqual([...styles.keys()].sort());
});
