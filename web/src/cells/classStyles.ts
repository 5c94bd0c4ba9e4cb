/** How each class is drawn. Hue alone never tells classes apart: line style and short label do as well. */
import type { Coarse, ExplainedClass, Taxonomy } from "../api/types";

export interface ClassStyle {
  key: string;
  name: string;
  short: string;
  colour: string;
  coarse: Coarse;
  /** The class that its cells are counted under: a band neutrophil's is the neutrophil; of most classes, itself. */
  group: string;
  /** Line width in screen pixels. */
  width: number;
  /** Dash pattern in screen pixels; empty for a solid line. */
  dash: readonly number[];
  /** Whether the short label stands beside the outline. */
  labelled: boolean;
}

export type ClassStyles = ReadonlyMap<string, ClassStyle>;

const BY_COARSE: Record<Coarse, Pick<ClassStyle, "width" | "dash" | "labelled">> = {
  red_cell: { width: 1.5, dash: [], labelled: false },
  white_cell: { width: 3, dash: [], labelled: true },
  platelet: { width: 2, dash: [4, 3], labelled: false },
  unidentified: { width: 2, dash: [2, 4], labelled: true },
};
const OF_ITS_OWN: Partial<Record<string, Pick<ClassStyle, "width" | "dash" | "labelled">>> = {
  infected_red_cell: { width: 2.5, dash: [9, 3], labelled: true },
  platelet_clump: { width: 2.5, dash: [4, 3], labelled: true },
};

export function classStyles(taxonomy: Taxonomy): ClassStyles {
  const parents = new Map(taxonomy.classes.map((c) => [c.key, c.parent]));
  return new Map(
    taxonomy.classes.map((c) => {
      const coarse = coarseOf(c.key, parents);
      const drawn = OF_ITS_OWN[c.key] ?? BY_COARSE[coarse];
      return [c.key, { key: c.key, name: c.name, short: c.short, colour: c.colour, coarse, group: groupOf(c.key, parents), ...drawn }];
    }),
  );
}

function coarseOf(key: string, parents: ReadonlyMap<string, string | null>): Coarse {
  let coarse = key;
  for (let parent = parents.get(coarse); parent; parent = parents.get(coarse)) coarse = parent;
  return coarse in BY_COARSE ? (coarse as Coarse) : "unidentified";
}

/** Styles of classes that no shipped taxonomy has. */
export function evidenceStyles(classes: readonly Pick<ExplainedClass, "key" | "name" | "colour">[]): ClassStyles {
  const none: ClassStyles = new Map();
  return new Map(classes.map(({ key, name, colour }) => [key, { ...styleOf(none, key), name, colour }]));
}

/** The uppermost class above a class that is finer than red cell, white cell or platelet. */
function groupOf(key: string, parents: ReadonlyMap<string, string | null>): string {
  let group = key;
  for (let parent = parents.get(group); parent && !(parent in BY_COARSE); parent = parents.get(group)) group = parent;
  return group;
}

/** Style of a class; of one that the taxonomy does not know, a neutral one. */
export function styleOf(styles: ClassStyles, key: string): ClassStyle {
  return (
    styles.get(key) ?? {
      key,
      name: key.replaceAll("_", " "),
      short: key.slice(0, 4).toUpperCase(),
      colour: "#ffffff",
      coarse: "unidentified",
      group: key,
      ...BY_COARSE.unidentified,
    }
  );
}
