import type { Json, JsonObject } from "../../base/json.ts";
import { deepEqual } from "../../base/deepEqual.ts";
import { selectorFromLabelSelector, selectorText } from "../../apimachinery/labels.ts";
import { formatRfc3339 } from "../../base/rfc3339.ts";
import { pathOf, qualifiedPlural, resourceNamed } from "../discovery.ts";
import { parseArgs, type Flags, type FlagSpecs } from "../flags.ts";
import { KubectlError, listOf, metaOf, mustSucceed, nameOf, objectOf, textOf, type KubectlHost } from "../host.ts";
import { sendAs } from "../impersonation.ts";
import { alignTabs, describeTable } from "../output/tabWriter.ts";
import { uidOf } from "../output/printers.ts";
import type { Named } from "../selection.ts";
import { describeTemplateText } from "../describe/podTemplate.ts";
import { labelOf, objectsOf, patchNamed, strategicPatch } from "./change.ts";
import { secondsOf } from "./create.ts";
import { watchObject } from "./waiting.ts";

// Follows kubectl/pkg/cmd/rollout/*.go, polymorphichelpers/rollout_status.go, history.go, rollback.go.

const specs: FlagSpecs = {
  selector: { short: "l", type: "text" },
  filename: { short: "f", type: "list" },
  recursive: { short: "R", type: "bool" },
  revision: { type: "text" },
  "to-revision": { type: "text" },
  watch: { short: "w", type: "bool" },
  timeout: { type: "text" },
  output: { short: "o", type: "text" },
  "dry-run": { type: "optional", alone: "unchanged" },
  "field-manager": { type: "text" },
};

const revisionAnnotation = "deployment.kubernetes.io/revision";

function number(value: Json | undefined): number {
  return typeof value === "number" ? value : 0;
}

interface Progress {
  readonly text: string;
  readonly done: boolean;
}

/** What `rollout status` says of an object; throws where the rollout has failed. */
export function rolloutProgress(kind: string, object: JsonObject): Progress {
  const name = nameOf(object);
  const spec = objectOf(object["spec"]);
  const status = objectOf(object["status"]);
  const observed = number(metaOf(object)["generation"]) <= number(status["observedGeneration"]);
  if (kind === "Deployment") {
    if (!observed) return { text: "Waiting for deployment spec update to be observed...\n", done: false };
    const progressing = listOf(status["conditions"]).find((condition) => condition["type"] === "Progressing");
    if (progressing?.["reason"] === "ProgressDeadlineExceeded") throw new KubectlError(`error: deployment "${name}" exceeded its progress deadline`);
    const wanted = number(spec["replicas"]);
    const updated = number(status["updatedReplicas"]);
    const total = number(status["replicas"]);
    const available = number(status["availableReplicas"]);
    const waiting = (what: string): Progress => ({ text: `Waiting for deployment "${name}" rollout to finish: ${what}...\n`, done: false });
    if (updated < wanted) return waiting(`${updated} out of ${wanted} new replicas have been updated`);
    if (total > updated) return waiting(`${total - updated} old replicas are pending termination`);
    if (available < updated) return waiting(`${available} of ${updated} updated replicas are available`);
    return { text: `deployment "${name}" successfully rolled out\n`, done: true };
  }
  if (kind === "DaemonSet") {
    if (objectOf(spec["updateStrategy"])["type"] !== "RollingUpdate") throw new KubectlError("error: rollout status is only available for RollingUpdate strategy type");
    if (!observed) return { text: "Waiting for daemon set spec update to be observed...\n", done: false };
    const wanted = number(status["desiredNumberScheduled"]);
    const updated = number(status["updatedNumberScheduled"]);
    const available = number(status["numberAvailable"]);
    if (updated < wanted) return { text: `Waiting for daemon set "${name}" rollout to finish: ${updated} out of ${wanted} new pods have been updated...\n`, done: false };
    if (available < wanted) return { text: `Waiting for daemon set "${name}" rollout to finish: ${available} of ${wanted} updated pods are available...\n`, done: false };
    return { text: `daemon set "${name}" successfully rolled out\n`, done: true };
  }
  if (kind !== "StatefulSet") throw new KubectlError(`error: no status viewer has been implemented for ${kind}`);
  const strategy = objectOf(spec["updateStrategy"]);
  if (strategy["type"] !== "RollingUpdate") throw new KubectlError("error: rollout status is only available for RollingUpdate strategy type");
  const wanted = number(spec["replicas"]);
  if (number(status["observedGeneration"]) === 0 || !observed) return { text: "Waiting for statefulset spec update to be observed...\n", done: false };
  if (number(status["readyReplicas"]) < wanted) return { text: `Waiting for ${wanted - number(status["readyReplicas"])} pods to be ready...\n`, done: false };
  const set = objectOf(strategy["rollingUpdate"])["partition"];
  const partition = number(set);
  if (set !== undefined) {
    const updated = number(status["updatedReplicas"]);
    if (updated < wanted - partition) return { text: `Waiting for partitioned roll out to finish: ${updated} out of ${wanted - partition} new pods have been updated...\n`, done: false };
    return { text: `partitioned roll out complete: ${updated} new pods have been updated...\n`, done: true };
  }
  const revision = textOf(status["updateRevision"]);
  if (revision !== textOf(status["currentRevision"])) return { text: `waiting for statefulset rolling update to complete ${number(status["updatedReplicas"])} pods at revision ${revision}...\n`, done: false };
  return { text: `statefulset rolling update complete ${number(status["currentReplicas"])} pods at revision ${textOf(status["currentRevision"])}...\n`, done: true };
}

async function status(host: KubectlHost, flags: Flags, named: Named): Promise<void> {
  let problem: unknown = null;
  let told = "";
  const how = await watchObject(host, named, flags.has("timeout") ? secondsOf(flags.text("timeout")) : 0, (seen) => {
    if (seen === null) {
      problem = new KubectlError("error: object has been deleted");
      return true;
    }
    try {
      const { text, done } = rolloutProgress(named.resource.kind, seen);
      if (text !== told) host.out(text);
      told = text;
      return done || (flags.has("watch") && !flags.bool("watch"));
    } catch (error) {
      problem = error;
      return true;
    }
  });
  if (problem !== null) throw problem instanceof Error ? problem : new Error(String(problem));
  if (how === "timedOut") throw new KubectlError("error: timed out waiting for the condition");
}

interface Revision {
  readonly number: number;
  readonly cause: string;
  readonly template: JsonObject;
  readonly object: JsonObject;
}

/** What is kept of a workload's earlier templates, oldest first. */
async function revisionsOf(host: KubectlHost, flags: Flags, { resource, namespace }: Named, object: JsonObject): Promise<readonly Revision[]> {
  const deployment = resource.kind === "Deployment";
  if (!deployment && resource.kind !== "StatefulSet" && resource.kind !== "DaemonSet") throw new KubectlError(`error: no history viewer has been implemented for ${resource.kind}`);
  const kept = await resourceNamed(host, deployment ? "replicasets.apps" : "controllerrevisions.apps");
  const selector = selectorText(selectorFromLabelSelector(objectOf(objectOf(object["spec"])["selector"]) as never));
  const list = mustSucceed(await sendAs(host, flags, { verb: "list", path: pathOf(kept, namespace), query: { labelSelector: selector } }));
  return listOf(list["items"])
    .filter((item) => listOf(metaOf(item)["ownerReferences"]).some((owner) => owner["uid"] === uidOf(object)))
    .map((item): Revision => {
      const annotations = objectOf(metaOf(item)["annotations"]);
      const template = deployment ? objectOf(objectOf(item["spec"])["template"]) : objectOf(objectOf(objectOf(item["data"])["spec"])["template"]);
      return { number: deployment ? Number(annotations[revisionAnnotation] ?? 0) : number(item["revision"]), cause: textOf(annotations["kubernetes.io/change-cause"]), template, object: item };
    })
    .filter((revision) => revision.number > 0)
    .sort((a, b) => a.number - b.number);
}

async function history(host: KubectlHost, flags: Flags, named: Named, object: JsonObject): Promise<void> {
  const revisions = await revisionsOf(host, flags, named, object);
  if (!flags.has("revision") || flags.number("revision", 0) === 0) {
    const lines = ["REVISION\tCHANGE-CAUSE", ...revisions.map((revision) => `${revision.number}\t${revision.cause === "" ? "<none>" : revision.cause}`)];
    host.out(`${labelOf(named)} \n${alignTabs(lines.join("\n"), describeTable)}\n\n`);
    return;
  }
  const wanted = flags.number("revision", 0);
  const found = revisions.find((revision) => revision.number === wanted);
  if (found === undefined) throw new KubectlError(`error: unable to find the specified revision`);
  host.out(`${labelOf(named)} with revision #${wanted}\n${describeTemplateText(found.template, found.cause)}\n`);
}

function withoutHash(template: JsonObject): JsonObject {
  const meta = metaOf(template);
  const { "pod-template-hash": _, ...labels } = objectOf(meta["labels"]);
  return { ...template, metadata: { ...meta, labels } };
}

async function undo(host: KubectlHost, flags: Flags, named: Named, object: JsonObject): Promise<void> {
  const revisions = await revisionsOf(host, flags, named, object);
  const to = flags.number("to-revision", 0);
  const deployment = named.resource.kind === "Deployment";
  if (deployment && objectOf(object["spec"])["paused"] === true) throw new KubectlError(`error: you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume deployment/${named.name}' and try again`);
  const target = to > 0 ? revisions.find((revision) => revision.number === to) : revisions.at(-2);
  if (target === undefined) throw new KubectlError(to > 0 ? `error: unable to find specified revision ${to} in history` : deployment ? `error: no rollout history found for deployment "${named.name}"` : "error: no last revision to roll back to");
  const current = objectOf(objectOf(object["spec"])["template"]);
  if (deployment) {
    const template = withoutHash(target.template);
    if (deepEqual(template, withoutHash(current))) {
      host.out(`${labelOf(named)} skipped rollback (current template already matches revision ${target.number})\n`);
      return;
    }
    // Annotations of the replica set that are the deployment's own go back too.
    const skipped = [revisionAnnotation, "deployment.kubernetes.io/revision-history", "deployment.kubernetes.io/desired-replicas", "deployment.kubernetes.io/max-replicas", "deprecated.deployment.rollback.to", "kubectl.kubernetes.io/last-applied-configuration"];
    const kept = Object.entries(objectOf(metaOf(object)["annotations"])).filter(([key]) => skipped.includes(key));
    const back = Object.entries(objectOf(metaOf(target.object)["annotations"])).filter(([key]) => !skipped.includes(key));
    const body: Json = [{ op: "replace", path: "/spec/template", value: template }, { op: "replace", path: "/metadata/annotations", value: Object.fromEntries([...kept, ...back]) }];
    await patchNamed(host, flags, named, { contentType: "application/json-patch+json", body, manager: "kubectl-rollout" }, "rolled back");
    return;
  }
  if (deepEqual(target.template, current)) {
    host.out(`${labelOf(named)} skipped rollback (current template already matches revision ${target.number})\n`);
    return;
  }
  await patchNamed(host, flags, named, { contentType: strategicPatch, body: { spec: { template: { ...target.template, $patch: "replace" } } }, manager: "kubectl-rollout" }, "rolled back");
}

async function restart(host: KubectlHost, flags: Flags, named: Named, object: JsonObject): Promise<void> {
  if (!["Deployment", "StatefulSet", "DaemonSet"].includes(named.resource.kind)) throw new KubectlError(`error: ${qualifiedPlural(named.resource)} "${named.name}" restarting is not supported`);
  if (objectOf(object["spec"])["paused"] === true) throw new KubectlError(`error: ${qualifiedPlural(named.resource)} "${named.name}" can't restart paused deployment (run rollout resume first)`);
  const at = formatRfc3339(Math.floor(host.nowUs() / 1_000_000) * 1_000_000);
  await patchNamed(host, flags, named, { contentType: strategicPatch, body: { spec: { template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": at } } } } }, manager: "kubectl-rollout" }, "restarted");
}

async function hold(host: KubectlHost, flags: Flags, named: Named, object: JsonObject, paused: boolean): Promise<void> {
  if (named.resource.kind !== "Deployment") throw new KubectlError(`error: ${qualifiedPlural(named.resource)} "${named.name}" ${paused ? "pausing" : "resuming"} is not supported`);
  const now = objectOf(object["spec"])["paused"] === true;
  if (now === paused) throw new KubectlError(`error: ${qualifiedPlural(named.resource)} "${named.name}" is ${paused ? "already" : "not"} paused`);
  await patchNamed(host, flags, named, { contentType: strategicPatch, body: { spec: { paused: paused ? true : null } }, manager: "kubectl-rollout" }, paused ? "paused" : "resumed");
}

export async function rollout(host: KubectlHost, words: readonly string[]): Promise<void> {
  const [verb = ""] = words;
  if (!["status", "history", "undo", "restart", "pause", "resume"].includes(verb)) throw new KubectlError(verb === "" ? "error: must specify one of: history, pause, restart, resume, status, undo" : `error: unknown command "${verb}"\nSee 'kubectl rollout -h' for help and examples`);
  const { flags, args } = parseArgs(words.slice(1), specs, `rollout ${verb}`);
  for (const { named, object } of await objectsOf(host, flags, args, "required resource not specified")) {
    if (verb === "status") await status(host, flags, named);
    else if (verb === "history") await history(host, flags, named, object);
    else if (verb === "undo") await undo(host, flags, named, object);
    else if (verb === "restart") await restart(host, flags, named, object);
    else await hold(host, flags, named, object, verb === "pause");
  }
}
