/** Short names for the generated API types. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type CaseDocument = Schemas["CaseDocument"];
export type Findings = Schemas["FindingsDocument"];
export type Cell = Schemas["CellDocument"];
export type ClassCount = Schemas["CountDocument"];
export type Morphometry = Schemas["MorphometryDocument"];
export type Parasitaemia = Schemas["ParasitaemiaDocument"];
export type Scale = Schemas["ScaleDocument"];
export type QualityWarning = Schemas["WarningDocument"];
export type Taxonomy = Schemas["TaxonomyDocument"];
export type CellClass = Schemas["ClassDocument"];
export type ServerSettings = Schemas["SettingsDocument"];
export type Model = Schemas["ModelDocument"];
export type ProblemDocument = Schemas["ProblemDocument"];
export type Coarse = Cell["coarse"];
export type Explanation = Schemas["ExplanationDocument"];
export type ExplainedClass = Schemas["EvidenceDocument"];
export type Classification = Schemas["ClassificationDocument"];
export type TextbookCell = Schemas["TextbookDocument"];
export type ClassifiedPicture = Schemas["NamedPictureDocument"];
