import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import type { ClusterRecording } from "../cluster/commands.ts";

/** A value of the same length that says nothing; base64 stays base64. */
function placeholder(value: string, base64: boolean): string {
  return base64 ? "QUFB".repeat(Math.ceil(value.length / 4)).slice(0, value.length - (value.endsWith("==") ? 2 : value.endsWith("=") ? 1 : 0)) + (value.endsWith("==") ? "==" : value.endsWith("=") ? "=" : "") : "x".repeat(value.length);
}

function coverMap(map: Json | undefined, base64: boolean): Json | undefined {
  if (!isJsonObject(map)) return map;
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, typeof value === "string" ? placeholder(value, base64) : value]));
}

function coverSecret(secret: JsonObject): JsonObject {
  const covered: Record<string, Json> = { ...secret };
  const data = coverMap(secret["data"], true);
  const stringData = coverMap(secret["stringData"], false);
  if (data !== undefined) covered["data"] = data;
  if (stringData !== undefined) covered["stringData"] = stringData;
  // kubectl keeps the whole manifest, values and all, in this annotation.
  const metadata = secret["metadata"];
  const annotations = isJsonObject(metadata) ? metadata["annotations"] : undefined;
  if (isJsonObject(metadata) && isJsonObject(annotations)) {
    const { "kubectl.kubernetes.io/last-applied-configuration": _, ...rest } = annotations;
    covered["metadata"] = { ...metadata, annotations: rest };
  }
  return covered;
}

/** Whether a request's path is about Secrets. */
function aboutSecrets(path: string): boolean {
  return /^\/api\/v1\/(namespaces\/[^/]+\/)?secrets(\/|$)/.test(path);
}

/** How many commands of a recording carry Secret data. */
export function secretCount(recording: ClusterRecording): number {
  return recording.journal.filter(({ command }) => command.type === "api" && aboutSecrets(command.request.path) && isJsonObject(command.request.body)).length;
}

/** The recording with every Secret's values replaced by placeholders of the same length. Checkpoints go: they were of the other run. */
export function withoutSecrets(recording: ClusterRecording): ClusterRecording {
  if (secretCount(recording) === 0) return recording;
  const journal = recording.journal.map((entry) => {
    const { command } = entry;
    if (command.type !== "api" || !aboutSecrets(command.request.path) || !isJsonObject(command.request.body)) return entry;
    return { ...entry, command: { ...command, request: { ...command.request, body: coverSecret(command.request.body) } } };
  });
  return { ...recording, journal, checkpoints: [] };
}
