import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { ServerView } from "../serverView.ts";

/** Name, the process it stands for, and where upstream asks for its health. */
const components = [["scheduler", "kube-scheduler", 10259], ["controller-manager", "kube-controller-manager", 10257]] as const;

/**
 * How the parts of the control plane are. Follows pkg/registry/core/componentstatus/rest.go.
 * Differs: upstream asks each for its health; here a part that holds a watch is there, and the database is, or nobody would be answered.
 */
export function componentStatuses(server: ServerView): readonly KubeObject[] {
  const connected = new Set(server.metrics.openWatches().map(({ connection }) => processOf(connection)));
  const others = components.map(([name, process, port]) => {
    const message = `Get "https://127.0.0.1:${port}/healthz": dial tcp 127.0.0.1:${port}: connect: connection refused`;
    return status(name, connected.has(process) ? null : message);
  });
  return [...others, status("etcd-0", null)];
}

/** "kube-scheduler" of "cp-1/kube-scheduler>2". */
function processOf(connection: string): string {
  return connection.slice(connection.indexOf("/") + 1, connection.lastIndexOf(">"));
}

function status(name: string, fault: string | null): KubeObject {
  const condition = fault === null ? { type: "Healthy", status: "True", message: "ok" } : { type: "Healthy", status: "False", message: fault };
  return { apiVersion: "v1", kind: "ComponentStatus", metadata: { name }, conditions: [condition] } as unknown as KubeObject;
}
