/** What a person has set about the models on the stage. */

/** Across a model, from its left to its right; through its height; from its back to its front. */
export type SectionAxis = "x" | "y" | "z";

export interface Section {
  on: boolean;
  axis: SectionAxis;
  /** 0 to 1 of the model's extent along the axis; what lies beyond is cut away. */
  place: number;
}

export interface ViewSettings {
  hidden: ReadonlySet<string>;
  /** Opacities that differ from those of the file, by name of the part. */
  opacity: ReadonlyMap<string, number>;
  section: Section;
  labels: boolean;
}

export type ViewChange =
  | { kind: "togglePart"; name: string }
  | { kind: "setOpacity"; name: string; opacity: number }
  | { kind: "toggleSection" }
  | { kind: "setSection"; section: Partial<Section> }
  | { kind: "moveSection"; by: number }
  | { kind: "toggleLabels" }
  | { kind: "reset" };

export const SETTINGS_AT_FIRST: ViewSettings = {
  hidden: new Set(),
  opacity: new Map(),
  section: { on: false, axis: "z", place: 0.5 },
  labels: true,
};

export const SECTION_STEP = 0.02;

export function changed(settings: ViewSettings, change: ViewChange): ViewSettings {
  switch (change.kind) {
    case "togglePart": {
      const hidden = new Set(settings.hidden);
      if (!hidden.delete(change.name)) hidden.add(change.name);
      return { ...settings, hidden };
    }
    case "setOpacity":
      return { ...settings, opacity: new Map(settings.opacity).set(change.name, change.opacity) };
    case "toggleSection":
      return withSection(settings, { on: !settings.section.on });
    case "setSection":
      return withSection(settings, change.section);
    case "moveSection":
      // Whoever moves the plane wants to see it.
      return withSection(settings, { on: true, place: settings.section.place + change.by });
    case "toggleLabels":
      return { ...settings, labels: !settings.labels };
    case "reset":
      return SETTINGS_AT_FIRST;
  }
}

function withSection(settings: ViewSettings, section: Partial<Section>): ViewSettings {
  const next = { ...settings.section, ...section };
  // Half a per cent short of the ends: there is always something to see, and something cut.
  return { ...settings, section: { ...next, place: Math.min(0.995, Math.max(0.005, next.place)) } };
}
