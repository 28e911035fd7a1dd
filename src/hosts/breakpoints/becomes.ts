import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { Condition } from "../../cluster/breakpoints.ts";
import type { KnownObject, ObjectTable } from "../objectTable.ts";

interface StatusCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

/** The parts of objects that conditions look at. */
interface Looked {
  readonly status?: { readonly conditions?: readonly StatusCondition[]; readonly containerStatuses?: readonly Waiting[]; readonly initContainerStatuses?: readonly Waiting[] };
  readonly endpoints?: readonly { readonly conditions?: { readonly ready?: boolean } }[];
  readonly reason?: string;
  readonly involvedObject?: { readonly kind?: string; readonly name?: string; readonly uid?: string };
}

interface Waiting {
  readonly state?: { readonly waiting?: { readonly reason?: string } };
}

/** What an object became by one write: the sentence, and whom it is about. */
export interface Became {
  readonly text: string;
  readonly uid: string | null;
}

const serviceLabel = "kubernetes.io/service-name";

/** What the write from `before` to `after` (null: deleted) made true; null where the condition did not become true by it. */
export function becomes(condition: Condition, before: KnownObject | undefined, after: KnownObject | null, table: ObjectTable): Became | null {
  const known = after ?? before;
  if (known === undefined) return null;
  const { kind, object } = known;
  const old = before?.object;
  const { plural } = kind;
  const { name, namespace = "" } = object.metadata;
  if (condition.type === "endpointsGone") return plural === "endpointslices" ? lostEndpoints(condition, old, after?.object, object, table) : null;
  if (after === null) return null;
  const here = (text: string): Became => ({ text: `${kind.gvk.kind} ${name} ${text}`, uid: object.metadata.uid });
  switch (condition.type) {
    case "podNotReady":
      return plural === "pods" && picks(condition, namespace, name) && hasLabels(object, condition.labels) && isTrue(old, "Ready") && !isTrue(object, "Ready") ? here("is no longer ready") : null;
    case "podCrashLoop":
      return plural === "pods" && picks(condition, namespace, name) && hasLabels(object, condition.labels) && crashLoops(object) && !crashLoops(old) ? here("is in CrashLoopBackOff") : null;
    case "rolloutComplete":
      return plural === "deployments" && picks(condition, namespace, name) && progress(object) === "NewReplicaSetAvailable" && progress(old) !== "NewReplicaSetAvailable" ? here("is rolled out") : null;
    case "rolloutStalled":
      return plural === "deployments" && picks(condition, namespace, name) && progress(object) === "ProgressDeadlineExceeded" && progress(old) !== "ProgressDeadlineExceeded" ? here("exceeded its progress deadline") : null;
    case "nodeNotReady":
      return plural === "nodes" && picks(condition, "", name) && isTrue(old, "Ready") && !isTrue(object, "Ready") ? here("is NotReady") : null;
    case "event": {
      const { reason, involvedObject } = looked(object);
      if (plural !== "events" || kind.gvk.group !== "" || reason !== condition.reason) return null;
      const uid = involvedObject?.uid ?? "";
      return { text: `Event ${reason} about ${involvedObject?.kind ?? ""} ${involvedObject?.name ?? ""}`, uid: table.ofUid(uid) === undefined ? object.metadata.uid : uid };
    }
    case "requestFailed":
    case "time":
      return null;
  }
}

/** A service has lost its last ready endpoint once no slice of it has one. */
function lostEndpoints(condition: Extract<Condition, { type: "endpointsGone" }>, before: KubeObject | undefined, after: KubeObject | undefined, slice: KubeObject, table: ObjectTable): Became | null {
  const { namespace = "" } = slice.metadata;
  const name = slice.metadata.labels?.[serviceLabel];
  if (name === undefined || !picks(condition, namespace, name) || readyEndpoints(before) === 0 || readyEndpoints(after) > 0) return null;
  const others = table.bySelector("endpointslices", namespace, { [serviceLabel]: name }).filter(({ metadata }) => metadata.uid !== slice.metadata.uid);
  if (others.some((other) => readyEndpoints(other) > 0)) return null;
  return { text: `Service ${name} has no ready endpoints`, uid: table.byName("services", namespace, name)?.metadata.uid ?? null };
}

function picks(condition: { readonly namespace?: string; readonly name: string }, namespace: string, name: string): boolean {
  return (condition.name === "" || condition.name === name) && ((condition.namespace ?? "") === "" || condition.namespace === namespace);
}

function hasLabels({ metadata }: KubeObject, wanted: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([name, value]) => metadata.labels?.[name] === value);
}

function looked(object: KubeObject): Looked {
  return object as unknown as Looked;
}

export function isTrue(object: KubeObject | undefined, type: string): boolean {
  return object !== undefined && looked(object).status?.conditions?.some((one) => one.type === type && one.status === "True") === true;
}

/** Why a Deployment's rollout is where it is: pkg/controller/deployment/progress.go. */
function progress(object: KubeObject | undefined): string | null {
  return (object === undefined ? undefined : looked(object).status?.conditions?.find(({ type }) => type === "Progressing")?.reason) ?? null;
}

function crashLoops(object: KubeObject | undefined): boolean {
  if (object === undefined) return false;
  const { containerStatuses = [], initContainerStatuses = [] } = looked(object).status ?? {};
  return [...containerStatuses, ...initContainerStatuses].some(({ state }) => state?.waiting?.reason === "CrashLoopBackOff");
}

/** An endpoint that does not say is ready: so the API has it. */
function readyEndpoints(slice: KubeObject | undefined): number {
  return slice === undefined ? 0 : (looked(slice).endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false).length;
}
