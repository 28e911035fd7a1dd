import { deepEqual } from "../../base/deepEqual.ts";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { planApply } from "../../kubectl/apply.ts";
import type { EngineClient } from "../engine/engineClient.ts";
import { succeeded } from "../engine/failureText.ts";
import { t } from "../language/text.ts";
import type { Problem } from "../stores/editorStore.ts";
import { checkText } from "./checkText.ts";
import { locate } from "./manifestDocs.ts";

/** How many differences of one object are told. */
const most = 6;

interface Difference {
  readonly path: readonly (string | number)[];
  readonly live: Json | undefined;
}

/** The leaves of a patch, each as the path in the manifest and what the cluster has there. Lists are told as a whole, or by the item that the patch names. */
export function differences(patch: JsonObject, manifest: Json | undefined, live: Json | undefined): readonly Difference[] {
  const found: Difference[] = [];
  const walk = (change: Json, own: Json | undefined, there: Json | undefined, path: readonly (string | number)[]): void => {
    if (isJsonObject(change)) {
      for (const [key, value] of Object.entries(change)) if (!key.startsWith("$") && key !== "stringData") walk(value, isJsonObject(own) ? own[key] : undefined, isJsonObject(there) ? there[key] : undefined, [...path, key]);
      return;
    }
    if (Array.isArray(change) && Array.isArray(own) && change.every(isJsonObject)) {
      for (const item of change) {
        const key = ["name", "containerPort", "port", "mountPath", "ip", "key"].find((one) => item[one] !== undefined);
        const index = key === undefined ? -1 : (own as readonly Json[]).findIndex((one) => isJsonObject(one) && one[key] === item[key]);
        if (key === undefined || index < 0) continue;
        const match = Array.isArray(there) ? (there as readonly Json[]).find((one) => isJsonObject(one) && one[key] === item[key]) : undefined;
        const { [key]: _, ...rest } = item;
        walk(rest, (own as readonly Json[])[index], match, [...path, index]);
      }
      return;
    }
    // The last-applied annotation is kubectl's own.
    if (!deepEqual(change, there) && path.at(-1) !== "kubectl.kubernetes.io/last-applied-configuration") found.push({ path, live: there });
  };
  walk(patch, manifest, live, []);
  return found;
}

function shown(value: Json | undefined): string {
  if (value === undefined || value === null) return t`nothing there`;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** Where the cluster is no longer as an applied file says: changed by somebody else, or gone. */
export async function driftProblems(client: EngineClient, file: string, text: string): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const { doc, target } of checkText(file, text).docs) {
    if (target === null) continue;
    const live = await client.read({ verb: "get", path: target.path });
    const say = (path: readonly (string | number)[], message: string) => void problems.push({ file, ...locate(doc, path), severity: "info", message, by: "drift" });
    if (live.code === 404) say(["metadata", "name"], t`${target.label} is not in the cluster any more`);
    if (!succeeded(live) || !isJsonObject(live.body)) continue;
    const step = planApply(target, live.body);
    if (step.type !== "patch") continue;
    for (const { path, live: there } of differences(step.body, doc.value, live.body).slice(0, most)) say(path, t`${path.map(String).join(".")}: the cluster has ${shown(there)}`);
  }
  return problems;
}
