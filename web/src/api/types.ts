/** Short names for the generated API types. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type CaseDocument = Schemas["CaseDocument"];
export type Findings = Schemas["FindingsDocument"];
export type Cell = Schemas["CellDocument"];
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
export type DifferentialCount = Schemas["DifferentialDocument"];
export type DifferentialRow = Schemas["DifferentialRowDocument"];
export type Flag = Schemas["FlagDocument"];
export type ReferenceRange = Schemas["ReferenceRangeDocument"];
export type ReferenceRanges = Schemas["ReferenceRangesDocument"];
export type ReferenceRangesChange = Schemas["ReferenceRangesChange"];
export type SpecimenCount = Schemas["SpecimenCountDocument"];
export type SpecimenPicture = Schemas["SpecimenPictureDocument"];
export type SubjectTrend = Schemas["SubjectTrendDocument"];
export type TrendSmear = Schemas["TrendPointDocument"];
export type Signature = Schemas["SignatureDocument"];
export type NewSignature = Schemas["SignatureRequest"];
