// Follows plugin/pkg/auth/authorizer/node/node_authorizer.go and pkg/auth/nodeidentifier/default.go.
import { goQuote } from "../../apimachinery/goFormat.ts";
import { silent, type Attributes, type Decision, type ResourceAttributes } from "./attributes.ts";
import { nodeRules } from "./policy/clusterRoles.ts";
import { Grants } from "./grants.ts";
import type { NodeGraph } from "./nodeGraph.ts";
import { parsedRules } from "./policy/ruleText.ts";

const nodesGroup = "system:nodes";
const nodePrefix = "system:node:";
const leaseNamespace = "kube-node-lease";
const allowed: Decision = { allowed: true, reason: "" };

let rules: Grants | null = null;

/** The rules of system:node, which every node holds beside what is asked of the graph. A pure value, made once. */
function staticRules(): Grants {
  rules ??= new Grants(parsedRules(nodeRules).map((rule) => ({ rule, reason: "" })));
  return rules;
}

/** What a kubelet may do: its own objects, and what its pods refer to. Null for who is no node. */
export function authorizeNode(graph: NodeGraph, { user, verb, target }: Attributes): Decision | null {
  if (!user.name.startsWith(nodePrefix) || !user.groups.includes(nodesGroup)) return null;
  const node = user.name.slice(nodePrefix.length);
  if (node === "") return because(`unknown node for user ${goQuote(user.name)}`);
  if ("path" in target) return silent;
  const check = checks[target.group === "" ? target.plural : `${target.plural}.${target.group}`];
  if (check !== undefined) return check(graph, node, verb, target);
  const resource = target.subresource === "" ? target.plural : `${target.plural}/${target.subresource}`;
  return staticRules().resource(verb, target.group, resource, target.name) === null ? silent : allowed;
}

function because(reason: string): Decision {
  return { allowed: false, reason };
}

type Check = (graph: NodeGraph, node: string, verb: string, target: ResourceAttributes) => Decision;

/** Resources to which nodes have access of a kind of their own. */
const checks: Readonly<Record<string, Check>> = Object.assign(Object.create(null) as Record<string, Check>, {
  secrets: readReferred,
  configmaps: readReferred,
  persistentvolumeclaims: (graph, node, verb, target) => (target.subresource === "status" ? updateReferredStatus(graph, node, verb, target) : getReferred(graph, node, verb, target)),
  persistentvolumes: getReferred,
  serviceaccounts: account,
  "leases.coordination.k8s.io": lease,
  "csinodes.storage.k8s.io": csiNode,
  nodes: ownNode,
  pods: ownPods,
} satisfies Record<string, Check>);

function referred(graph: NodeGraph, node: string, target: ResourceAttributes): Decision {
  if (target.name === "") return because("No Object name found");
  if (graph.refers(node, target.plural, target.namespace, target.name)) return allowed;
  return because(`no relationship found between node '${node}' and this object`);
}

function readReferred(graph: NodeGraph, node: string, verb: string, target: ResourceAttributes): Decision {
  if (!reads.has(verb)) return because("can only read resources of this type");
  if (target.subresource !== "") return because("cannot read subresource");
  if (target.namespace === "") return because("can only read namespaced object of this type");
  return referred(graph, node, target);
}

function getReferred(graph: NodeGraph, node: string, verb: string, target: ResourceAttributes): Decision {
  if (verb !== "get" || target.subresource !== "") return because("can only get individual resources of this type");
  return referred(graph, node, target);
}

function updateReferredStatus(graph: NodeGraph, node: string, verb: string, target: ResourceAttributes): Decision {
  if (verb !== "update" && verb !== "patch") return because("can only get/update/patch this type");
  return referred(graph, node, target);
}

function account(graph: NodeGraph, node: string, verb: string, target: ResourceAttributes): Decision {
  if (verb === "get" && target.subresource === "") return getReferred(graph, node, verb, target);
  if (verb !== "create" || target.name === "") return because("can only create tokens for individual service accounts");
  if (target.subresource !== "token") return because("can only create token subresource of serviceaccount");
  return referred(graph, node, target);
}

const reads = new Set(["get", "list", "watch"]);
const objectVerbs = new Set(["get", "create", "update", "patch", "delete"]);

function lease(_graph: NodeGraph, node: string, verb: string, target: ResourceAttributes): Decision {
  if (!objectVerbs.has(verb)) return because("can only get, create, update, patch, or delete a node lease");
  if (target.namespace !== leaseNamespace) return because(`can only access leases in the ${goQuote(leaseNamespace)} system namespace`);
  if (verb !== "create" && target.name !== node) return because("can only access node lease with the same name as the requesting node");
  return allowed;
}

function csiNode(_graph: NodeGraph, node: string, verb: string, target: ResourceAttributes): Decision {
  if (target.subresource !== "") return because("cannot authorize CSINode subresources");
  if (!objectVerbs.has(verb)) return because("can only get, create, update, patch, or delete a CSINode");
  if (verb !== "create" && target.name !== node) return because("can only access CSINode with the same name as the requesting node");
  return allowed;
}

/** Whose node or pod is written, admission (NodeRestriction) looks at. */
function ownNode(_graph: NodeGraph, node: string, verb: string, { subresource, name }: ResourceAttributes): Decision {
  if (subresource === "status") return verb === "update" || verb === "patch" ? allowed : silent;
  if (subresource !== "") return silent;
  if (verb === "create" || verb === "update" || verb === "patch") return allowed;
  if (!reads.has(verb)) return silent;
  if (name === node) return allowed;
  return because(name === "" ? `node '${node}' cannot read all nodes, only its own Node object` : `node '${node}' cannot read '${name}', only its own Node object`);
}

function ownPods(graph: NodeGraph, node: string, verb: string, target: ResourceAttributes): Decision {
  const { subresource, name, fieldSelector = "" } = target;
  if (subresource === "status") return verb === "update" || verb === "patch" ? allowed : silent;
  if (subresource === "eviction") return verb === "create" ? allowed : silent;
  if (subresource !== "") return silent;
  if (verb === "create" || verb === "delete") return allowed;
  if (verb === "get") return referred(graph, node, target);
  if (verb !== "list" && verb !== "watch") return silent;
  if (fieldSelector.split(",").some((term) => term === `spec.nodeName=${node}` || term === `spec.nodeName==${node}`)) return allowed;
  return name === "" ? because("can only list/watch pods with spec.nodeName field selector") : referred(graph, node, target);
}
