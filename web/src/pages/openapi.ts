/** The parts of an OpenAPI document that the reference page shows. */

interface Schema {
  type?: string;
  $ref?: string;
  anyOf?: Schema[];
  items?: Schema;
  enum?: unknown[];
  description?: string;
  properties?: Record<string, Schema>;
}

interface RawOperation {
  description?: string;
  summary?: string;
  responses?: Record<string, { description?: string }>;
}

export interface OpenApi {
  paths: Record<string, Record<string, RawOperation>>;
  components?: { schemas?: Record<string, Schema> };
}

export interface Operation {
  method: string;
  path: string;
  text: string;
  answers: { status: string; text: string }[];
}

export interface SchemaEntry {
  name: string;
  text: string;
  fields: { name: string; type: string; text: string }[];
}

export function listOperations(document: OpenApi): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      text: operation.description ?? operation.summary ?? "",
      answers: Object.entries(operation.responses ?? {}).map(([status, answer]) => ({
        status,
        text: answer.description ?? "",
      })),
    })),
  );
}

export function listSchemas(document: OpenApi): SchemaEntry[] {
  return Object.entries(document.components?.schemas ?? {})
    .filter(([, schema]) => schema.properties)
    .map(([name, schema]) => ({
      name,
      text: schema.description ?? "",
      fields: Object.entries(schema.properties ?? {}).map(([field, type]) => ({
        name: field,
        type: typeName(type),
        text: type.description ?? "",
      })),
    }));
}

export function typeName(schema: Schema): string {
  if (schema.$ref) return schema.$ref.split("/").at(-1) ?? "";
  if (schema.anyOf) return schema.anyOf.map(typeName).join(" | ");
  if (schema.enum) return schema.enum.map((v) => JSON.stringify(v)).join(" | ");
  if (schema.type === "array") return schema.items ? `${typeName(schema.items)}[]` : "array";
  return schema.type ?? "any";
}
