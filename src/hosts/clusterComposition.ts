import { isJsonObject, type Json } from "../base/json.ts";
import { buildCluster } from "../cluster/buildCluster.ts";
import type { ClusterSpec } from "../cluster/clusterSpec.ts";
import type { ClusterCommand } from "../cluster/commands.ts";
import { CommandInterpreter } from "../cluster/interpreter.ts";
import type { Composition } from "./composition.ts";

/** The Kubernetes cluster, as coordinator and hosts run it. */
export const clusterComposition: Composition<ClusterSpec, ClusterCommand> = {
  build: (spec, seed) => buildCluster(spec, seed),
  reader: (spec) => new CommandInterpreter(spec),
  stamp: (command, id) => (command.type === "api" ? { ...command, request: { ...command.request, id } } : command),
  answers: (body: Json) => (isJsonObject(body) && body["type"] === "response" && typeof body["id"] === "string" ? body["id"] : null),
};
