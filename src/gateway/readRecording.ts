import { readFileSync } from "node:fs";
import { defaultClusterSpec } from "../cluster/clusterSpec.ts";
import type { ClusterRecording } from "../cluster/commands.ts";
import { ArgsError } from "./args.ts";

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTime(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** The first thing that is wrong with it, or null. What a single command says is the interpreter's to judge. */
function wrongIn(value: unknown): string | null {
  if (!isObject(value)) return "it holds no recording";
  if (value["format"] !== 1) return `format ${JSON.stringify(value["format"] ?? null)}: only 1 is known`;
  if (!Number.isSafeInteger(value["seed"])) return "seed: must be a whole number";
  const { spec, journal, checkpoints } = value;
  if (!isObject(spec)) return "spec: missing";
  const missing = Object.keys(defaultClusterSpec).find((key) => spec[key] === undefined);
  if (missing !== undefined) return `spec.${missing}: missing`;
  if (!Array.isArray(spec["nodes"])) return "spec.nodes: must be a list";
  if (!Array.isArray(journal)) return "journal: must be a list";
  if (!Array.isArray(checkpoints)) return "checkpoints: must be a list";
  let last = 0;
  for (const [index, entry] of journal.entries()) {
    if (!isObject(entry) || !isTime(entry["at"]) || !isObject(entry["command"])) return `journal[${index}]: must have a time and a command`;
    if ((entry["at"] as number) < last) return `journal[${index}]: its time is before the one before it`;
    last = entry["at"] as number;
  }
  last = 0;
  for (const [index, checkpoint] of checkpoints.entries()) {
    if (!isObject(checkpoint) || !isTime(checkpoint["at"]) || typeof checkpoint["digest"] !== "string") return `checkpoints[${index}]: must have a time and a digest`;
    if ((checkpoint["at"] as number) < last) return `checkpoints[${index}]: its time is before the one before it`;
    last = checkpoint["at"] as number;
  }
  return null;
}

/** A recording from a file. Throws ArgsError, in one line that names the file. */
export function readRecording(path: string): ClusterRecording {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new ArgsError(`--recording ${path}: ${error instanceof SyntaxError ? "it is no JSON" : error instanceof Error ? error.message : "unreadable"}`);
  }
  const wrong = wrongIn(value);
  if (wrong !== null) throw new ArgsError(`--recording ${path}: ${wrong}`);
  return value as ClusterRecording;
}
