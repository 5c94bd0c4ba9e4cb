/** What people say of a case's cells, as the server tells it. */
import type { Cell } from "../api/types";

export type EditKind = "classify" | "confirm" | "add" | "remove" | "redraw";
export type Polygon = Cell["polygon"];

/** One thing that a reviewer asks for. */
export interface EditWish {
  kind: EditKind;
  /** Of a cell that is added a number below zero, which it goes by until the server gives it its own. */
  cell_id: number;
  label: string | null;
  polygon: Polygon | null;
}

export interface Edit {
  id: number;
  reviewer: string;
  at_utc: string;
  kind: EditKind;
  cell_id: number;
  content: { label?: string | null; polygon?: Polygon | null };
  undone: boolean;
}

export interface Review {
  edits: Edit[];
  reviewers: string[];
  can_undo: boolean;
  can_redo: boolean;
  revision: number;
}

/** Whose corrections are shown. Blind: one's own, and of the machine nothing but outlines. */
export type Reading = "everyone" | "mine" | "blind" | "machine";

/** Two reviewers, and how far they agree on the cells that both named or confirmed. */
export interface ReviewerPair {
  first: string;
  second: string;
  cells: number;
  observed: number;
  expected: number;
  /** Null where both gave all cells one class. */
  kappa: number | null;
  low: number | null;
  high: number | null;
  classes: string[];
  /** Rows: what the first said; columns: the second. */
  table: number[][];
}

export interface Agreement {
  pairs: ReviewerPair[];
}
