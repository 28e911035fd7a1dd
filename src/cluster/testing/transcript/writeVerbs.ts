import { parseAllDocuments } from "yaml";
import type { Json, JsonObject } from "../../../base/json.ts";
import { applyTarget, planApply } from "../../../kubectl/apply.ts";
import { part } from "../../invariants/define.ts";
import type { TranscriptCluster } from "./transcriptCluster.ts";
import { namedIn, type Words } from "./words.ts";

const mergePatch = "application/merge-patch+json";
const strategicMergePatch = "application/strategic-merge-patch+json";

interface Target {
  readonly path: string;
  /** "deployment.apps/web" */
  readonly label: string;
  readonly rest: readonly string[];
}

function targetOf(cluster: TranscriptCluster, { args, options }: Words): Target {
  const { resource, name, rest } = namedIn(args);
  const kind = cluster.kind(resource);
  return { path: cluster.path(kind, options.get("namespace") ?? "default", name), label: `${kind.singular}${kind.gvk.group === "" ? "" : `.${kind.gvk.group}`}/${name}`, rest };
}

/** Every document of a file, as `kubectl apply -f` does it. */
export function apply(cluster: TranscriptCluster, text: string, namespace: string): readonly string[] {
  return parseAllDocuments(text).map((document) => document.toJS() as Json).filter((manifest) => manifest !== null).flatMap((manifest) => {
    const target = applyTarget(manifest, namespace);
    if ("message" in target) return [`error: ${target.message}`];
    const live = cluster.get(target.path);
    const step = planApply(target, live);
    switch (step.type) {
      case "create": return cluster.change("create", step.path, step.body, "application/json", `${target.label} created`);
      case "patch": return cluster.change("patch", step.path, step.body, step.contentType, `${target.label} configured`);
      case "unchanged": return [`${target.label} unchanged`];
    }
  });
}

/** --cascade=background|foreground|orphan, --grace-period=N. It does not wait, as kubectl with --wait=false. */
export function remove(cluster: TranscriptCluster, words: Words): readonly string[] {
  const { path, label } = targetOf(cluster, words);
  const { resource, name } = namedIn(words.args);
  const kind = cluster.kind(resource);
  const cascade = words.options.get("cascade") ?? "background";
  const grace = words.options.get("grace-period");
  const propagationPolicy = `${cascade[0]?.toUpperCase() ?? ""}${cascade.slice(1)}`;
  const body = { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy, ...(grace === undefined ? {} : { gracePeriodSeconds: Number(grace) }) };
  const what = label.slice(0, label.indexOf("/"));
  return cluster.change("delete", path, body, "application/json", `${what} "${name}" deleted${kind.scope === "Namespaced" ? ` from ${words.options.get("namespace") ?? "default"} namespace` : ""}`);
}

export function scale(cluster: TranscriptCluster, words: Words): readonly string[] {
  const { path, label } = targetOf(cluster, words);
  return cluster.change("patch", `${path}/scale`, { spec: { replicas: Number(words.options.get("replicas")) } }, mergePatch, `${label} scaled`);
}

/** set-image deployment/web web=nginx:1.27 */
export function setImage(cluster: TranscriptCluster, words: Words): readonly string[] {
  const { path, label, rest } = targetOf(cluster, words);
  const containers = rest.map((each) => ({ name: each.slice(0, each.indexOf("=")), image: each.slice(each.indexOf("=") + 1) }));
  return cluster.change("patch", path, { spec: { template: { spec: { containers } } } }, strategicMergePatch, `${label} image updated`);
}

/** patch deployment/web '{"spec": ...}', strategic where the kind knows how. */
export function patch(cluster: TranscriptCluster, words: Words): readonly string[] {
  const { path, label, rest } = targetOf(cluster, words);
  return cluster.change("patch", path, JSON.parse(rest.join(" ")) as Json, strategicMergePatch, `${label} patched`);
}

/** rollout pause|resume|undo|restart deployment/web. Follows kubectl/pkg/polymorphichelpers. */
export function rollout(cluster: TranscriptCluster, words: Words): readonly string[] {
  const [what = "", ...args] = words.args;
  const { path, label } = targetOf(cluster, { ...words, args });
  if (what === "pause" || what === "resume") return cluster.change("patch", path, { spec: { paused: what === "pause" ? true : null } }, strategicMergePatch, `${label} ${what}d`);
  if (what === "restart") {
    const at = new Date((cluster.world.epochUs + cluster.world.now) / 1_000).toISOString();
    return cluster.change("patch", path, { spec: { template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": at } } } } }, strategicMergePatch, `${label} restarted`);
  }
  if (what !== "undo") throw new Error(`rollout ${what}: not a verb of these transcripts`);
  return undo(cluster, path, label, words.options.get("to-revision") ?? null);
}

const revisionAnnotation = "deployment.kubernetes.io/revision";

function undo(cluster: TranscriptCluster, path: string, label: string, to: string | null): readonly string[] {
  const deployment = cluster.fetch(path);
  const { uid, namespace } = part(deployment, "metadata");
  const revisionOf = (object: JsonObject): number => Number(part(part(object, "metadata"), "annotations")[revisionAnnotation]);
  const sets = cluster.list(`/apis/apps/v1/namespaces/${String(namespace)}/replicasets`)
    .filter((set) => ((part(set, "metadata")["ownerReferences"] ?? []) as readonly JsonObject[]).some((owner) => owner["uid"] === uid))
    .sort((a, b) => revisionOf(b) - revisionOf(a));
  const chosen = to === null ? sets[1] : sets.find((set) => revisionOf(set) === Number(to));
  if (chosen === undefined) return [to === null ? `error: no rollout history found for deployment "${label.split("/")[1] ?? ""}"` : `error: unable to find specified revision ${to} in history`];
  const template = part(part(chosen, "spec"), "template");
  const { "pod-template-hash": _hash, ...labels } = part(part(template, "metadata"), "labels");
  const body = [{ op: "replace", path: "/spec/template", value: { ...template, metadata: { ...part(template, "metadata"), labels } } }];
  return cluster.change("patch", path, body as unknown as Json, "application/json-patch+json", `${label} rolled back`);
}

export function cordon(cluster: TranscriptCluster, { verb, args: [name = ""] }: Words): readonly string[] {
  return cluster.change("patch", `/api/v1/nodes/${name}`, { spec: { unschedulable: verb === "cordon" ? true : null } }, strategicMergePatch, `node/${name} ${verb}ed`);
}

/** evict pod/web: what `kubectl drain` does to each pod. */
export function evict(cluster: TranscriptCluster, words: Words): readonly string[] {
  const { path, label } = targetOf(cluster, words);
  const { name } = namedIn(words.args);
  const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: cluster.aliases.find(name) } };
  return cluster.change("create", `${path}/eviction`, body, "application/json", `${label} evicted`);
}

/** approve csr/alice, as `kubectl certificate approve`. */
export function approve(cluster: TranscriptCluster, words: Words): readonly string[] {
  const { path, label } = targetOf(cluster, words);
  const request = cluster.fetch(path);
  const condition = { type: "Approved", status: "True", reason: "KubectlApprove", message: "This CSR was approved by kubectl certificate approve." };
  return cluster.change("update", `${path}/approval`, { ...request, status: { ...part(request, "status"), conditions: [condition] } }, "application/json", `${label} approved`);
}

/** status volumeattachment/x '{"attached":true}': what a driver would write. */
export function setStatus(cluster: TranscriptCluster, words: Words): readonly string[] {
  const { path, label, rest } = targetOf(cluster, words);
  return cluster.change("patch", `${path}/status`, { status: JSON.parse(rest.join(" ")) as Json }, mergePatch, `${label} has a new status`);
}
