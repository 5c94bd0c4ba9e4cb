/** A reviewer at work: what each key and button does to the chosen cells, and what is said of it. */
import { useState, type RefObject } from "react";

import type { Cell, Findings } from "../api/types";
import type { ClassStyles } from "../cells/classStyles";
import { describeCell, isNamed } from "../cells/predictions";
import type { ViewerHandle } from "../viewer/SmearViewer";
import { all, NOTHING, only, type Choice } from "./choice";
import type { ClassKey } from "./classKeys";
import { goOnWith } from "./gallery";
import type { Tool } from "./ReviewCommands";
import type { ReviewAction } from "./reviewKeys";
import { disc, handDrawn, usualDiameter } from "./shapes";
import type { Polygon, Reading, Review } from "./types";
import { useChoice, type Held } from "./useChoice";
import { useEdits } from "./useEdits";
import type { ShownReview } from "./useReview";
import { useGalleryList, useShownCells } from "./useShownCells";

interface Job {
  found: Findings;
  shown: ShownReview & { review: Review };
  styles: ClassStyles;
  me: string;
  mayEdit: boolean;
  viewer: RefObject<ViewerHandle | null>;
}

const READ_ONLY = "These are the machine's findings as they were found. Choose another reading to correct them";
const NOT_ALLOWED = "Your account may look, but not correct";
const NO_LABEL = "Blind: there is no label to confirm. Name the cell";
const NOTHING_DRAWN = "That line encloses nothing: draw round the cell";

export function useReviewWork({ found, shown, styles, me, mayEdit, viewer }: Job) {
  const [reading, setReading] = useState<Reading>("everyone");
  const [tool, setTool] = useState<Tool | null>(null);
  const [opened, setOpened] = useState<ClassKey | null>(null);
  const [said, say] = useState("");
  const cells = useShownCells(found, shown.review, reading, me, styles);
  const list = useGalleryList(cells, styles);
  const picked = useChoice(cells, list, shown.queued.numbers);
  const { chosen, current, byId, setChoice } = picked;
  const edits = useEdits(shown, me, styles);
  const editable = mayEdit && reading !== "machine";

  const choose = (next: Choice, spoken = "") => {
    setChoice(next);
    setOpened(null);
    const cell = next.current === null ? undefined : byId.get(next.current);
    if (cell) viewer.current?.reveal(cell);
    const where = cell ? `Cell ${cell.id}: ${describeCell(cell, styles)}` : "";
    say([spoken, next.ids.size > 1 ? `${next.ids.size} cells chosen` : where].filter(Boolean).join(". "));
  };
  const goOn = (done: readonly Cell[], spoken: string) => {
    const next = goOnWith(list.cells, new Set(done.map((cell) => cell.id)));
    choose(next ? only(next.id) : NOTHING, spoken);
  };
  /** Does it where this person may and some cells are chosen; else says why not. */
  const withCells = (some: readonly Cell[], change: (cells: readonly Cell[]) => void) => {
    if (!editable) say(mayEdit ? READ_ONLY : NOT_ALLOWED);
    else if (some.length > 0) change(some);
  };

  const name = (key: ClassKey) =>
    withCells(chosen, (those) => {
      if (key.finer.length === 0) goOn(those, edits.classify(those, key.style));
      else {
        setOpened(key);
        say(`${key.style.name}: which kind?`);
      }
    });
  const confirm = (some: readonly Cell[]) =>
    withCells(some, (those) => {
      const known = reading === "blind" ? those.filter(isNamed) : those;
      if (known.length === 0) say(NO_LABEL);
      else goOn(known, edits.confirm(known));
    });
  const remove = () => withCells(chosen, (those) => goOn(those, edits.remove(those)));
  const step = (way: "undo" | "redo") => {
    const stepped = editable ? edits[way]() : null;
    if (stepped) setChoice(all(stepped.ids));
    say(stepped?.said ?? `Nothing to ${way}`);
  };
  const take = (wanted: Tool) => {
    if (!editable || (wanted === "redraw" && chosen.length !== 1)) return;
    setTool((held) => (held === wanted ? null : wanted));
    setOpened(null);
  };

  const draw = (line: Polygon) => {
    const [place] = line;
    const isPoint = line.length < 3;
    if (!place || (tool === "redraw" && isPoint)) return;
    const outline = isPoint ? disc(...place, usualDiameter(cells, found), found) : handDrawn(line, found);
    if (outline.length < 3) {
      say(NOTHING_DRAWN);
      return;
    }
    if (tool === "redraw" && current) say(edits.redraw(current, outline));
    else {
      const added = edits.add(outline);
      setChoice(only(added.id));
      say(added.said);
    }
    setTool(null);
  };
  const enter = () => {
    const middle = tool === "add" && viewer.current?.middle();
    // With a group open it means the group itself, of a kind not told.
    const [itself] = opened?.finer ?? [];
    if (middle) draw([middle]);
    else if (itself) name(itself);
    else if (!tool) confirm(chosen);
  };
  const leave = () => {
    if (opened) setOpened(null);
    else if (tool) setTool(null);
    else choose(NOTHING);
  };
  const move = (by: 1 | -1, how: { row: boolean; extend: boolean }) => {
    const next = picked.stepped(by, how);
    if (next) choose(next);
  };

  /** Everything that a key may ask for but the list of keys. */
  const act = (action: Exclude<ReviewAction, { kind: "help" }>) => {
    const { kind } = action;
    if (kind === "move" || kind === "row") move(action.by, { row: kind === "row", extend: action.extend });
    else if (kind === "class") name(action.key);
    else if (kind === "add" || kind === "redraw") take(kind);
    else if (kind === "undo" || kind === "redo") step(kind);
    else if (kind === "confirm") enter();
    else if (kind === "remove") remove();
    else if (kind === "all") choose(picked.ofClass());
    else if (kind === "leave") leave();
    else viewer.current?.act(action);
  };
  const read = (next: Reading) => {
    setReading(next);
    setTool(null);
    setOpened(null);
  };
  const pick = (cell: Cell | null, held: Held) => choose(picked.pressed(cell, held));
  return { reading, read, cells, list, ...picked, opened, editable, tool, said, choose, pick, confirm, draw, act };
}
