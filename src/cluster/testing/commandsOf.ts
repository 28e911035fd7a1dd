import type { Verb } from "../../apimachinery/apiRequest.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import { collectionPath } from "../../client/paths.ts";
import { kinds } from "../../kinds/index.ts";
import { part } from "../invariants/define.ts";
import type { ClusterCommand } from "../commands.ts";

const identity = { type: "user", name: "kubernetes-admin", groups: ["system:masters", "system:authenticated"] } as const;

function api(verb: Verb, path: string, body: Json, contentType = "application/json"): ClusterCommand {
  return { type: "api", request: { id: "", verb, path, query: {}, contentType, accept: "", userAgent: "kubectl/v1.36.2", identity, body } };
}

/** "deployments/web", "deployments/web/scale", "nodes/node-1": in namespace default where the kind has one. */
function pathOf(reference: string, namespace: string): string {
  const [plural = "", ...rest] = reference.split("/");
  const kind = kinds.find((each) => each.plural === plural && each.gvk.group !== "events.k8s.io");
  if (kind === undefined) throw new Error(`no kind has the plural ${plural}`);
  return [collectionPath(kind, kind.scope === "Namespaced" ? namespace : null), ...rest].join("/");
}

export function create(object: JsonObject): ClusterCommand {
  const kind = kinds.find((each) => each.gvk.kind === object["kind"] && (each.gvk.group === "" ? each.gvk.version : `${each.gvk.group}/${each.gvk.version}`) === object["apiVersion"]);
  if (kind === undefined) throw new Error(`no kind ${String(object["apiVersion"])} ${String(object["kind"])}`);
  return api("create", collectionPath(kind, kind.scope === "Namespaced" ? String(part(object, "metadata")["namespace"] ?? "default") : null), object);
}

export function patch(reference: string, change: JsonObject, namespace = "default"): ClusterCommand {
  return api("patch", pathOf(reference, namespace), change, "application/merge-patch+json");
}

export function remove(reference: string, propagationPolicy: "Background" | "Foreground" | "Orphan" = "Background", namespace = "default"): ClusterCommand {
  return api("delete", pathOf(reference, namespace), { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy });
}

export function fault(type: string, target: string, params: JsonObject = {}, id = type): ClusterCommand {
  return { type: "setFault", fault: { id, type, target, params } };
}
