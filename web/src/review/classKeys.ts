/** Which key names which class. */
import type { ClassStyle, ClassStyles } from "../cells/classStyles";
import { classRank } from "./classRank";

export interface ClassKey {
  style: ClassStyle;
  /** Small letter or digit. */
  letter: string;
  /** Classes reached by a second key; the letter pressed twice means the group itself. */
  finer: ClassKey[];
}

/** A group of this many finer classes gets a second level of keys; fewer stand beside it. */
const SECOND_LEVEL_FROM = 3;
/** These take their letters before the others, so that they are the same for blood and marrow. */
const FIRST = ["unidentified", "neutrophil", "neutrophil_segmented", "lymphocyte", "monocyte", "eosinophil", "basophil", "platelet", "red_cell"];
/** Keys of the page's own: add, forward, back, redraw, undo. */
const TAKEN = ["a", "j", "k", "r", "z"];
const SPARE = Array.from("bcdefghilmnopqstuvwxy123456789");

/** A key for each class of a taxonomy, white cells first; groups of immature forms have a second level. */
export function classKeys(styles: ClassStyles): ClassKey[] {
  const all = inPaletteOrder([...styles.values()]);
  const membersOf = (group: ClassStyle) => all.filter((s) => s.group === group.key && s.key !== group.key);
  const folded = new Set(
    all.map(membersOf).filter((members) => members.length >= SECOND_LEVEL_FROM).flatMap((members) => members.map((m) => m.key)),
  );
  const shown = all.filter((style) => !folded.has(style.key));
  const letters = lettersFor(shown, TAKEN);
  return shown.map((style) => {
    const letter = letters.get(style.key) ?? "";
    const members = membersOf(style).filter((member) => folded.has(member.key));
    return { style, letter, finer: members.length > 0 ? secondLevel(style, letter, members) : [] };
  });
}

/** The class that a letter means; "finer" where a second key must follow. */
export const keyOf = (keys: readonly ClassKey[], letter: string) => keys.find((key) => key.letter === letter.toLowerCase()) ?? null;

/** White cells, with each group its finer classes; then what is none. */
function inPaletteOrder(all: readonly ClassStyle[]): ClassStyle[] {
  const places = new Map(all.map((style, place) => [style.key, place]));
  const placeOf = (style: ClassStyle) => places.get(style.group) ?? places.get(style.key) ?? 0;
  return [...all].sort((a, b) => classRank(a) - classRank(b) || placeOf(a) - placeOf(b));
}

function secondLevel(group: ClassStyle, letter: string, members: ClassStyle[]): ClassKey[] {
  const letters = lettersFor(members, [letter]);
  const finer = members.map((style) => ({ style, letter: letters.get(style.key) ?? "", finer: [] }));
  return [{ style: group, letter, finer: [] }, ...finer];
}

/** The first letter of a name where it is free, else of another of its words, else any of its letters, else any. */
function lettersFor(styles: readonly ClassStyle[], taken: readonly string[]): Map<string, string> {
  const rank = (style: ClassStyle) => (FIRST.includes(style.key) ? FIRST.indexOf(style.key) : FIRST.length);
  const claimants = [...styles].sort((a, b) => rank(a) - rank(b));
  const letters = new Map<string, string>();
  const used = new Set(taken);
  const wishes: ((name: string) => readonly string[])[] = [
    (name) => [name.charAt(0)],
    (name) => name.split(" ").map((word) => word.charAt(0)),
    (name) => Array.from(name),
    () => SPARE,
  ];
  for (const wish of wishes) {
    for (const { key, name } of claimants) {
      if (letters.has(key)) continue;
      const letter = wish(name.toLowerCase()).find((candidate) => SPARE.includes(candidate) && !used.has(candidate));
      if (letter === undefined) continue;
      letters.set(key, letter);
      used.add(letter);
    }
  }
  return letters;
}
