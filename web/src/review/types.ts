/** What people say of a case's cells, as the server tells it. */
import type { components } from "../api/schema";
import type { Cell } from "../api/types";

type Schemas = components["schemas"];

export type Review = Schemas["ReviewDocument"];
export type Edit = Schemas["EditDocument"];
export type EditKind = Edit["kind"];
export type Polygon = Cell["polygon"];
/** Two reviewers, and how far they agree on the cells that both named or confirmed. */
export type ReviewerPair = Schemas["PairDocument"];
export interface Agreement {
  pairs: ReviewerPair[];
}

/** One thing that a reviewer asks for. */
export interface EditWish {
  kind: EditKind;
  /** Of a cell that is added a number below zero, which it goes by until the server gives it its own. */
  cell_id: number;
  label: string | null;
  polygon: Polygon | null;
}

/** Whose corrections are shown. Blind: one's own, and of the machine nothing but outlines. */
export type Reading = "everyone" | "mine" | "blind" | "machine";
