/** What the atlas shows stands in its address, so that a page of it can be shared. */
import type { Lesson } from "./atlasApi";

export interface AtlasView {
  /** Key of the open page; null for the overview. */
  cell: string | null;
  /** Key of the page beside it. */
  beside: string | null;
  text: string;
  lineage: string | null;
}

export function viewOf(search: string): AtlasView {
  const query = new URLSearchParams(search);
  return {
    cell: query.get("cell"),
    beside: query.get("beside"),
    text: query.get("find") ?? "",
    lineage: query.get("line"),
  };
}

export function atlasHref(view: Partial<AtlasView>): string {
  const query = new URLSearchParams();
  if (view.cell) query.set("cell", view.cell);
  if (view.beside) query.set("beside", view.beside);
  if (view.text) query.set("find", view.text);
  if (view.lineage) query.set("line", view.lineage);
  const text = query.toString();
  return text ? `/atlas?${text}` : "/atlas";
}

type Searched = Pick<Lesson, "name" | "short" | "summary" | "lineage" | "codes" | "lineage_name">;

/** The pages that a person looks for: by name, letters, line of cells or code. */
export function found<T extends Searched>(lessons: readonly T[], { text, lineage }: Pick<AtlasView, "text" | "lineage">): T[] {
  const words = text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return lessons.filter((lesson) => {
    if (lineage && lesson.lineage !== lineage) return false;
    const codes = lesson.codes.map(({ code, display }) => `${code} ${display}`).join(" ");
    const told = `${lesson.name} ${lesson.short} ${lesson.lineage_name} ${lesson.summary} ${codes}`.toLocaleLowerCase();
    return words.every((word) => told.includes(word));
  });
}
