import type { JsonObject } from "../../base/json.ts";
import { pathOf } from "../discovery.ts";
import { parseArgs, type FlagSpecs } from "../flags.ts";
import { failureMessage, KubectlError, listOf, nameOf, objectOf, ok, textOf, type KubectlHost } from "../host.ts";
import { sendAs } from "../impersonation.ts";
import { manifestsOf } from "../manifests.ts";
import { eventLines, eventsOf } from "../describe/events.ts";
import * as others from "../describe/others.ts";
import * as policies from "../describe/policies.ts";
import * as workloads from "../describe/workloads.ts";
import { DescribeWriter } from "../describe/writer.ts";
import { namespaceOf, selectionOf, selectorFlags, type Named } from "../selection.ts";

// Follows kubectl/pkg/cmd/describe/describe.go.

const specs: FlagSpecs = { ...selectorFlags, filename: { short: "f", type: "list" }, recursive: { short: "R", type: "bool" }, "show-events": { type: "bool" }, "chunk-size": { type: "text" } };

const describers: Readonly<Record<string, workloads.Describer>> = {
  Pod: workloads.pod, Deployment: workloads.deployment, ReplicaSet: workloads.replicaSet, ReplicationController: workloads.replicaSet, StatefulSet: workloads.statefulSet, DaemonSet: workloads.daemonSet, Job: workloads.job, CronJob: workloads.cronJob,
  Service: others.service, Ingress: others.ingress, ConfigMap: others.configMap, Secret: others.secret, PersistentVolumeClaim: others.claim, PersistentVolume: others.volume, Namespace: others.namespace, ServiceAccount: others.serviceAccount,
  Role: others.role, ClusterRole: others.role, RoleBinding: others.binding, ClusterRoleBinding: others.binding, Node: others.node,
  StorageClass: policies.storageClass, PriorityClass: policies.priorityClass, IngressClass: policies.ingressClass, PodDisruptionBudget: policies.disruptionBudget, ResourceQuota: policies.resourceQuota, LimitRange: policies.limitRange, HorizontalPodAutoscaler: policies.autoscaler,
};

/** Kinds whose events upstream does not list. */
const withoutEvents: ReadonlySet<string> = new Set(["Secret", "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding", "Namespace", "ResourceQuota", "LimitRange"]);

/** The text of `kubectl describe` for one object. */
export async function describeObject(host: KubectlHost, object: JsonObject, showEvents: boolean): Promise<string> {
  const w = new DescribeWriter();
  const kind = textOf(object["kind"]);
  await (describers[kind] ?? others.generic)(w, object, host);
  if (showEvents && !withoutEvents.has(kind)) eventLines(w, await eventsOf(host, object, kind !== "Pod"), host.nowUs());
  return w.text();
}

export async function describe(host: KubectlHost, words: readonly string[]): Promise<void> {
  const { flags, args } = parseArgs(words, specs, "describe");
  const namespace = namespaceOf(host, flags);
  const everywhere = flags.bool("all-namespaces");
  const found: JsonObject[] = [];
  const problems: string[] = [];
  const take = async ({ resource, namespace: at, name }: Named): Promise<void> => {
    const response = await sendAs(host, flags, { verb: "get", path: pathOf(resource, at, name) });
    if (ok(response)) {
      found.push(objectOf(response.body));
      return;
    }
    // A name that is none may be the beginning of some.
    const listed = response.code === 404 ? await sendAs(host, flags, { verb: "list", path: pathOf(resource, at) }) : response;
    const alike = ok(listed) ? listOf(objectOf(listed.body)["items"]).filter((item) => nameOf(item).startsWith(name)) : [];
    if (alike.length === 0) problems.push(failureMessage(response));
    found.push(...alike.map((item) => ({ apiVersion: textOf(objectOf(listed.body)["apiVersion"]), kind: resource.kind, ...item })));
  };
  if (flags.has("filename")) for (const manifest of await manifestsOf(host, flags.list("filename"), namespace, flags.has("namespace"))) await take(manifest);
  else {
    const selection = await selectionOf(host, args, namespace);
    if (selection === null) throw new KubectlError('You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.');
    if (selection.type === "names") for (const item of selection.items) await take(item);
    else {
      for (const resource of selection.resources) {
        const listed = await sendAs(host, flags, { verb: "list", path: pathOf(resource, everywhere ? "" : namespace), query: { ...(flags.has("selector") ? { labelSelector: flags.text("selector") } : {}), limit: "500" } });
        if (!ok(listed)) problems.push(failureMessage(listed));
        else found.push(...listOf(objectOf(listed.body)["items"]).map((item) => ({ apiVersion: textOf(objectOf(listed.body)["apiVersion"]), kind: resource.kind, ...item })));
      }
      if (found.length === 0 && problems.length === 0) {
        host.err(everywhere ? "No resources found\n" : `No resources found in ${namespace} namespace.\n`);
        return;
      }
    }
  }
  for (const [at, object] of found.entries()) host.out(`${at === 0 ? "" : "\n\n"}${await describeObject(host, object, flags.bool("show-events", true))}`);
  if (problems.length > 0) throw new KubectlError(problems.join("\n"));
}

