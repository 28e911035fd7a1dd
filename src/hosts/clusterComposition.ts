import type { DocumentShelf } from "../apiserver/clientDocuments.ts";
import { isJsonObject, type Json } from "../base/json.ts";
import { buildCluster } from "../cluster/buildCluster.ts";
import type { ClusterSpec } from "../cluster/clusterSpec.ts";
import type { ClusterCommand } from "../cluster/commands.ts";
import { machineGroup } from "../cluster/machines.ts";
import { CommandInterpreter } from "../cluster/interpreter.ts";
import type { Composition } from "./composition.ts";

export const apiServer = "cp-1/apiserver";

/** What the hosts simulate in the product: a Kubernetes cluster. */
export const clusterComposition: Composition<ClusterSpec, ClusterCommand, CommandInterpreter> = {
  build: (spec, seed) => buildCluster(spec, seed),
  makeGroup: machineGroup,
  reader: (spec) => new CommandInterpreter(spec),
  stamp: (command, id) => (command.type === "api" ? { ...command, request: { ...command.request, id } } : command),
  answers: (body: Json) => (isJsonObject(body) && body["type"] === "response" && typeof body["id"] === "string" ? body["id"] : null),
};

/** The same cluster with the same history, whose answers to the outside have their documents as soon as they are on the shelf. */
export function documentedComposition(documents: DocumentShelf): typeof clusterComposition {
  return { ...clusterComposition, build: (spec, seed) => buildCluster(spec, seed, documents) };
}

/** The components that reconcile: everything but the API server and its database. */
export function isReconcile(process: string): boolean {
  return !process.endsWith("/etcd") && !process.endsWith("/apiserver");
}
