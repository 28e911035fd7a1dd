import { existsSync, readFileSync } from "node:fs";
import type { Json, JsonObject } from "../../base/json.ts";
import { kinds } from "../../kinds/index.ts";
import type { KindDefinition } from "../../kinds/define.ts";
import { schemas } from "../../kinds/schemaTable.ts";
import { apiVersionOf, parseApiVersion } from "../gvk.ts";

// Recorded answers of a real API server. Tests that use them are skipped where they are absent.

const folder = new URL("../../../../shared/oracles/transcripts/", import.meta.url);
export const transcriptsPresent = existsSync(folder);

export interface RecordedStep {
  readonly request: { readonly method: string; readonly path: string; readonly body?: Json; readonly contentType?: string };
  readonly response: { readonly code: number; readonly body?: JsonObject; readonly warnings?: readonly string[] };
}
export interface RecordedCase {
  readonly name: string;
  readonly steps: readonly RecordedStep[];
}

export function transcript(name: string): readonly RecordedCase[] {
  return (JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8")) as { readonly cases: readonly RecordedCase[] }).cases;
}

/** The kind that a body names, if it is served; with the schema and the defaults of the version it names. */
export function kindOfBody(body: Json | undefined): KindDefinition | null {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return null;
  const { apiVersion, kind } = body as JsonObject;
  const found = kinds.find((each) => each.gvk.kind === kind && each.versions.some((version) => apiVersionOf({ group: each.gvk.group, version }) === apiVersion)) ?? null;
  const other = found?.otherVersions?.[parseApiVersion(String(apiVersion)).version];
  return found === null || other === undefined ? found : { ...found, schema: other.schema, defaults: other.defaults };
}

/** The definition that a body names, served or not: null for custom resources. */
export function schemaOfBody(body: Json | undefined): string | null {
  const served = kindOfBody(body);
  if (served !== null) return served.schema;
  const { apiVersion, kind } = (body ?? {}) as JsonObject;
  if (typeof apiVersion !== "string") return null;
  const { group, version } = parseApiVersion(apiVersion);
  const name = `io.k8s.api.${group === "" ? "core" : (group.split(".")[0] ?? "")}.${version}.${String(kind)}`;
  return schemas.object(name) === null ? null : name;
}

export function queryOf(path: string, key: string): string | null {
  return new URL(path, "http://recorded").searchParams.get(key);
}
export function pathOf(path: string): string {
  return path.split("?")[0] ?? "";
}
