import type { ServerView } from "../serverView.ts";
import type { Attributes, Decision } from "./attributes.ts";
import { authorizeNode } from "./nodeAuthorizer.ts";

export const mastersGroup = "system:masters";

const master: Decision = { allowed: true, reason: "" };

/** Asks in kubeadm's order: system:masters may everything, then Node, then RBAC. Their reasons are joined. */
export function authorize(server: ServerView, attributes: Attributes): Decision {
  if (attributes.user.groups.includes(mastersGroup)) return master;
  const node = authorizeNode(server.nodeGraph, attributes);
  if (node?.allowed === true) return node;
  const rbac = server.rbac.authorize(attributes);
  if (rbac.allowed || node === null || node.reason === "") return rbac;
  return { allowed: false, reason: rbac.reason === "" ? node.reason : `${node.reason}\n${rbac.reason}` };
}
