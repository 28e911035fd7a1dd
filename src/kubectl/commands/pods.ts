import { selectorFromLabelSelector, selectorFromMap, selectorText } from "../../apimachinery/labels.ts";
import type { JsonObject } from "../../base/json.ts";
import { pathOf, resourceNamed } from "../discovery.ts";
import type { Flags } from "../flags.ts";
import { KubectlError, listOf, metaOf, mustSucceed, nameOf, objectOf, textOf, type KubectlHost } from "../host.ts";
import { sendAs } from "../impersonation.ts";
import { namespaceOf } from "../selection.ts";

// Follows kubectl/pkg/polymorphichelpers: how commands about pods find theirs.

export async function podNamed(host: KubectlHost, flags: Flags, name: string): Promise<JsonObject> {
  return mustSucceed(await sendAs(host, flags, { verb: "get", path: `/api/v1/namespaces/${namespaceOf(host, flags)}/pods/${encodeURIComponent(name)}` }));
}

export async function podsBySelector(host: KubectlHost, flags: Flags, selector: string): Promise<readonly JsonObject[]> {
  const list = mustSucceed(await sendAs(host, flags, { verb: "list", path: `/api/v1/namespaces/${namespaceOf(host, flags)}/pods`, query: { labelSelector: selector } }));
  return listOf(list["items"]);
}

/** The selector of whatever has one: a Service, a Deployment, a ReplicationController. */
export function selectorOf(kind: string, object: JsonObject): string | null {
  const selector = objectOf(object["spec"])["selector"];
  if (selector === undefined || selector === null) return null;
  if (kind === "Service" || kind === "ReplicationController") return selectorText(selectorFromMap(objectOf(selector) as Readonly<Record<string, string>>));
  return selectorText(selectorFromLabelSelector(objectOf(selector) as never));
}

function isReady(pod: JsonObject): boolean {
  return listOf(objectOf(pod["status"])["conditions"]).some((condition) => condition["type"] === "Ready" && condition["status"] === "True");
}

function readySince(pod: JsonObject): string {
  return textOf(listOf(objectOf(pod["status"])["conditions"]).find((condition) => condition["type"] === "Ready" && condition["status"] === "True")?.["lastTransitionTime"]);
}

function restarts(pod: JsonObject): number {
  return Math.max(0, ...listOf(objectOf(pod["status"])["containerStatuses"]).map((status) => Number(status["restartCount"] ?? 0)));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Which pod's log, of several: assigned, running, ready for longest, restarted most, youngest. Follows podutils.ByLogging. */
export function byLogging(a: JsonObject, b: JsonObject): number {
  return preferred(a, b) || restarts(b) - restarts(a) || compare(textOf(metaOf(b)["creationTimestamp"]), textOf(metaOf(a)["creationTimestamp"]));
}

/** Which pod to go into: as above, but restarted least, oldest. Follows podutils.ActivePods, reversed. */
function byActivity(a: JsonObject, b: JsonObject): number {
  return preferred(a, b) || restarts(a) - restarts(b) || compare(textOf(metaOf(a)["creationTimestamp"]), textOf(metaOf(b)["creationTimestamp"]));
}

function preferred(a: JsonObject, b: JsonObject): number {
  const phase = (pod: JsonObject) => ({ Pending: 0, Unknown: 1, Running: 2 })[textOf(objectOf(pod["status"])["phase"])] ?? 2;
  const assigned = (pod: JsonObject) => (textOf(objectOf(pod["spec"])["nodeName"]) === "" ? 1 : 0);
  return assigned(a) - assigned(b) || phase(b) - phase(a) || Number(isReady(b)) - Number(isReady(a)) || compare(readySince(a), readySince(b));
}

/** The pod that "POD", "pod/NAME" or "TYPE/NAME" means: of several the first that is good to look at. */
export async function attachablePod(host: KubectlHost, flags: Flags, word: string): Promise<JsonObject> {
  if (!word.includes("/")) return podNamed(host, flags, word);
  const [type = "", name = ""] = word.split("/");
  const resource = await resourceNamed(host, type);
  if (resource.kind === "Pod") return podNamed(host, flags, name);
  const object = mustSucceed(await sendAs(host, flags, { verb: "get", path: pathOf(resource, resource.namespaced ? namespaceOf(host, flags) : "", name) }));
  const selector = selectorOf(resource.kind, object);
  if (selector === null) throw new KubectlError(`error: cannot attach to *unstructured.Unstructured: selector for ${resource.kind} not implemented`);
  const pods = [...(await podsBySelector(host, flags, selector))].sort(byActivity);
  const [first] = pods;
  if (first === undefined) throw new KubectlError(`error: timed out waiting for the condition`);
  return first;
}

export function containersOf(pod: JsonObject): readonly string[] {
  return listOf(objectOf(pod["spec"])["containers"]).map((container) => textOf(container["name"]));
}

/** All containers as messages list them: init containers are told apart. */
function containerList(pod: JsonObject): string {
  const init = listOf(objectOf(pod["spec"])["initContainers"]).map((container) => `${textOf(container["name"])} (init)`);
  const ephemeral = listOf(objectOf(pod["spec"])["ephemeralContainers"]).map((container) => `${textOf(container["name"])} (ephem)`);
  return [...containersOf(pod), ...ephemeral, ...init].join(", ");
}

/** The container that is meant where none is named, said on stderr where there was a choice. */
export function defaultContainer(host: KubectlHost, pod: JsonObject, quiet = false): string {
  const annotated = textOf(objectOf(metaOf(pod)["annotations"])["kubectl.kubernetes.io/default-container"]);
  const all = containersOf(pod);
  if (annotated !== "" && all.includes(annotated)) return annotated;
  const [first = ""] = all;
  const others = all.length > 1 || listOf(objectOf(pod["spec"])["initContainers"]).length > 0;
  if (others && !quiet) host.err(`Defaulted container "${first}" out of: ${containerList(pod)}\n`);
  return first;
}

export function nameAndNamespace(pod: JsonObject): { readonly name: string; readonly namespace: string } {
  return { name: nameOf(pod), namespace: textOf(metaOf(pod)["namespace"]) };
}
