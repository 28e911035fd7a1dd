import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { KnownObject, ObjectTable } from "../objectTable.ts";
import type { Condition } from "../../cluster/breakpoints.ts";
import { becomes, isTrue, type Became } from "./becomes.ts";

/** What breakpoints wait for, of any object: it is of interest too. */
const anyObject = { namespace: "", name: "" } as const;
const breaking: readonly Condition[] = [
  { type: "endpointsGone", ...anyObject }, { type: "podNotReady", ...anyObject, labels: {} }, { type: "podCrashLoop", ...anyObject, labels: {} },
  { type: "rolloutComplete", ...anyObject }, { type: "rolloutStalled", ...anyObject }, { type: "nodeNotReady", name: "" },
];

/** Renewed or rewritten all the time, or by what is told anyway. */
const quiet: ReadonlySet<string> = new Set(["leases", "endpoints", "endpointslices", "controllerrevisions", "csinodes", "volumeattachments"]);

interface Looked {
  readonly type?: string;
  readonly reason?: string;
  readonly count?: number;
  readonly series?: { readonly count?: number };
  readonly involvedObject?: { readonly kind?: string; readonly name?: string };
  readonly spec?: { readonly nodeName?: string; readonly unschedulable?: boolean };
  readonly status?: { readonly phase?: string; readonly containerStatuses?: readonly { readonly restartCount?: number }[] };
}

/** What one would want to look at in a write from `before` to `after` (null: deleted), in a few words; null where it is routine. */
export function interestOf(before: KnownObject | undefined, after: KnownObject | null, table: ObjectTable): Became | null {
  for (const condition of breaking) {
    const became = becomes(condition, before, after, table);
    if (became !== null) return became;
  }
  const known = after ?? before;
  if (known === undefined || quiet.has(known.kind.plural)) return null;
  const { kind, object } = known;
  const here = (text: string): Became => ({ text: `${kind.gvk.kind} ${object.metadata.name} ${text}`, uid: object.metadata.uid });
  if (kind.plural === "events") return after === null ? null : warning(before?.object, after.object);
  if (after === null) return here("is gone");
  if (before === undefined) return here("is made");
  const told = kind.plural === "pods" ? podBecame(before.object, object) : kind.plural === "nodes" ? nodeBecame(before.object, object) : otherBecame(before.object, object);
  if (told !== null) return here(told);
  if (object.metadata.deletionTimestamp !== undefined && before.object.metadata.deletionTimestamp === undefined) return here("is being deleted");
  // Of specs only: a status says of itself what is of interest.
  return object.metadata.generation !== undefined && object.metadata.generation !== before.object.metadata.generation ? here("was changed") : null;
}

function looked(object: KubeObject): Looked {
  return object as unknown as Looked;
}

function warning(before: KubeObject | undefined, event: KubeObject): Became | null {
  const { type, reason = "", involvedObject = {} } = looked(event);
  if (type !== "Warning" || (before !== undefined && timesOf(before) === timesOf(event))) return null;
  return { text: `Event ${reason} about ${involvedObject.kind ?? ""} ${involvedObject.name ?? ""}`, uid: event.metadata.uid };
}

function timesOf(event: KubeObject): number {
  const { count = 1, series } = looked(event);
  return series?.count ?? count;
}

function podBecame(before: KubeObject, after: KubeObject): string | null {
  const [old, now] = [looked(before), looked(after)];
  if (old.spec?.nodeName === undefined && now.spec?.nodeName !== undefined) return `goes to ${now.spec.nodeName}`;
  if (isTrue(after, "Ready") && !isTrue(before, "Ready")) return "is ready";
  if (restarts(old) < restarts(now)) return "was restarted";
  const phase = now.status?.phase;
  return phase !== old.status?.phase && (phase === "Succeeded" || phase === "Failed") ? `has ${phase.toLowerCase()}` : null;
}

function restarts({ status }: Looked): number {
  return (status?.containerStatuses ?? []).reduce((sum, { restartCount = 0 }) => sum + restartCount, 0);
}

function nodeBecame(before: KubeObject, after: KubeObject): string | null {
  if (isTrue(after, "Ready") && !isTrue(before, "Ready")) return "is Ready";
  const [was, is] = [looked(before), looked(after)].map(({ spec }) => spec?.unschedulable === true);
  return was === is ? null : is === true ? "is cordoned" : "is uncordoned";
}

/** What controllers report of the rest: Jobs, claims. */
function otherBecame(before: KubeObject, after: KubeObject): string | null {
  for (const [type, words] of [["Complete", "is complete"], ["Failed", "has failed"]] as const) if (isTrue(after, type) && !isTrue(before, type)) return words;
  const phase = looked(after).status?.phase;
  return phase !== undefined && phase !== looked(before).status?.phase ? `is ${phase}` : null;
}
