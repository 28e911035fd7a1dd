import type { Json, JsonObject } from "../../base/json.ts";
import { canonicalJson } from "../../base/canonicalJson.ts";
import { compareText } from "../../base/compareText.ts";
import { collectionPath } from "../../client/paths.ts";
import { kinds } from "../../kinds/index.ts";
import { part } from "../invariants/define.ts";

/** Told of a run and not of what is wanted: events may be lost in a crash, leases are of the machines. */
const asideKinds = new Set(["Event", "Lease"]);
/** Of one run alone. What is bound where, and what a node has pulled for it, follows the draws of the scheduler. */
const asideKeys = new Set(["resourceVersion", "managedFields", "uid", "creationTimestamp", "containerID", "images", "nodeName", "zone", "generateName", "topology.kubernetes.io/zone", "endpoints.kubernetes.io/last-change-trigger-time"]);

const patterns: readonly (readonly [RegExp, string])[] = [
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, "<time>"],
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "<uid>"],
  // A Deployment that was found complete in between keeps the name of the ReplicaSet before, as upstream (syncRolloutStatus).
  [/ReplicaSet "[^"]*" has successfully progressed/g, "ReplicaSet <name> has successfully progressed"],
  [/\bcsi-[0-9a-f]{64}\b/g, "csi-<hash>"],
  [/\bkube-api-access-[a-z0-9]{5}\b/g, "kube-api-access-*"],
  [/\b10\.244\.\d+\.\d+\b/g, "<pod IP>"],
  [/\b10\.96\.\d+\.\d+\b/g, "<service IP>"],
  [/\b172\.18\.\d+\.\d+\b/g, "<node IP>"],
];

/** What two runs to the same end have in common of their objects: names, uids, addresses, times and revisions aside. */
export function endState(list: (path: string) => readonly JsonObject[]): readonly string[] {
  const objects = kinds.flatMap((kind) => (asideKinds.has(kind.gvk.kind) || !kind.verbs.includes("list") ? [] : list(collectionPath(kind, null)).map((object) => ({ kind: kind.gvk.kind, object }))));
  const names = generatedNames(objects.map(({ object }) => object));
  return objects.map(({ kind, object }) => `${kind} ${canonicalJson(withoutRun(object, names, generationOf(object)))}`).toSorted(compareText);
}

/** What one end has and the other lacks, in short. */
export function differences(wanted: readonly string[], found: readonly string[]): readonly string[] {
  const extra = [...without(found, wanted)];
  const told = without(wanted, found).map((text) => {
    const index = extra.findIndex((other) => titleOf(other) === titleOf(text));
    if (index < 0) return `missing: ${titleOf(text)}`;
    const [other = ""] = extra.splice(index, 1);
    let at = 0;
    while (text[at] === other[at]) at++;
    return `${titleOf(text)}: ${excerpt(text, at)}  INSTEAD  ${excerpt(other, at)}`;
  });
  return [...told, ...extra.map((text) => `too much: ${titleOf(text)}`)];
}

function excerpt(text: string, at: number): string {
  return text.slice(Math.max(0, at - 60), at + 120);
}

/** Kind and name. */
function titleOf(text: string): string {
  const { metadata } = JSON.parse(text.slice(text.indexOf(" "))) as JsonObject;
  return `${text.slice(0, text.indexOf(" "))} ${String((metadata as JsonObject)["name"])}`;
}

function without(all: readonly string[], taken: readonly string[]): readonly string[] {
  const left = new Map<string, number>();
  for (const each of taken) left.set(each, (left.get(each) ?? 0) + 1);
  return all.filter((each) => {
    const count = left.get(each) ?? 0;
    left.set(each, count - 1);
    return count <= 0;
  });
}

/** Each name that the server completed, with what it was made of; the longest first. */
function generatedNames(objects: readonly JsonObject[]): readonly (readonly [string, string])[] {
  return objects.flatMap((object): (readonly [string, string])[] => {
    const { name, generateName } = part(object, "metadata");
    return typeof generateName === "string" && generateName !== "" ? [[String(name), `${generateName}*`]] : [];
  }).toSorted(([a], [b]) => b.length - a.length || compareText(a, b));
}

function generationOf(object: JsonObject): Json {
  return part(object, "metadata")["generation"] ?? null;
}

/** A controller that was away may take fewer steps to the same spec: what counts is whether the status knows of the last. */
function withoutRun(value: Json, names: readonly (readonly [string, string])[], generation: Json): Json {
  if (typeof value === "string") return plainText(value, names);
  if (Array.isArray(value)) return (value as readonly Json[]).map((each) => withoutRun(each, names, generation)).toSorted((a, b) => compareText(canonicalJson(a), canonicalJson(b)));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, each]): (readonly [string, Json])[] => {
    if (asideKeys.has(key) || key === "generation") return [];
    if (key === "observedGeneration") return [[key, each === generation ? "last" : "behind"]];
    const rest = withoutRun(each, names, generation);
    return isEmpty(rest) ? [] : [[plainText(key, names), rest]];
  }));
}

function isEmpty(value: Json): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}

function plainText(text: string, names: readonly (readonly [string, string])[]): string {
  const short = names.reduce((said, [name, made]) => said.replaceAll(name, made), text);
  return patterns.reduce((said, [pattern, instead]) => said.replaceAll(pattern, instead), short);
}
