import { invalid } from "../../apimachinery/fieldError.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { badRequest, invalidStatus, serviceUnavailable } from "../../apimachinery/statusErrors.ts";
import { answer } from "../answers.ts";
import { refuse, type Outcome, type RequestContext, type Target } from "../requestContext.ts";
import type { SubresourceHandler } from "./define.ts";

interface PodParts {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: { readonly nodeName?: string; readonly containers: readonly Named[]; readonly initContainers?: readonly Named[]; readonly ephemeralContainers?: readonly Named[] };
}
interface Named {
  readonly name: string;
}

/** Which container is meant; 400 where that is not clear. Follows pkg/registry/core/pod/strategy.go. */
function containerOf(rc: RequestContext, pod: PodParts, podName: string): string {
  const all = [...pod.spec.containers, ...(pod.spec.initContainers ?? []), ...(pod.spec.ephemeralContainers ?? [])].map((container) => container.name);
  const asked = rc.request.query["container"] ?? "";
  const only = pod.spec.containers.length === 1 ? pod.spec.containers[0]?.name : pod.metadata.annotations?.["kubectl.kubernetes.io/default-container"];
  const container = asked === "" ? only : asked;
  if (container === undefined) refuse(badRequest(`a container name must be specified for pod ${podName}, choose one of: [${all.join(" ")}]`));
  if (!all.includes(container)) refuse(badRequest(`container ${container} is not valid for pod ${podName}`));
  return container;
}

/** Differs: the lines lie on the node. The host that answers reads from outside fetches them there; the server only judges the request. */
function readLog(rc: RequestContext, target: Target, object: KubeObject): Outcome {
  const pod = object as unknown as PodParts;
  for (const key of ["tailLines", "limitBytes", "sinceSeconds"]) {
    const value = Number(rc.request.query[key] ?? "1");
    const least = key === "tailLines" ? 0 : 1;
    if (value < least) refuse(invalidStatus({ group: "", kind: "PodLogOptions" }, target.name, [invalid(key, value, least === 0 ? "must be greater than or equal to 0" : "must be greater than 0")]));
  }
  containerOf(rc, pod, target.name);
  if ((pod.spec.nodeName ?? "") === "") return { type: "answer", response: answer(204, "") };
  return refuse(serviceUnavailable("the log lies on the node"));
}

/** exec, attach and port-forward are streams: whoever speaks for the outside opens them at the node. */
function openStream(rc: RequestContext, target: Target, object: KubeObject): Outcome {
  const pod = object as unknown as PodParts;
  if (target.subresource !== "portforward") containerOf(rc, pod, target.name);
  if ((pod.spec.nodeName ?? "") === "") refuse(badRequest(`pod ${target.name} does not have a host assigned`));
  return refuse(badRequest("Upgrade request required"));
}

function connecting(name: string, read: (rc: RequestContext, target: Target, object: KubeObject) => Outcome): SubresourceHandler {
  return {
    name, methods: ["get", "create"], read,
    merge: (_rc, _target, old) => old,
    create: (rc, target, object) => (object === null ? null : read(rc, target, object)),
    strategy: () => null,
  };
}

export const logSubresource: SubresourceHandler = { ...connecting("log", readLog), methods: ["get"] };
export const execSubresource = connecting("exec", openStream);
export const attachSubresource = connecting("attach", openStream);
export const portforwardSubresource = connecting("portforward", openStream);
/** Differs, as with logs: whoever speaks for the outside asks the pod or the node's kubelet; the server judges who may. */
export const proxySubresource = connecting("proxy", () => refuse(serviceUnavailable("error trying to reach service: proxying is not implemented")));

/** Their POST is a connection too. */
export const connectingSubresources: ReadonlySet<string> = new Set(["exec", "attach", "portforward", "proxy"]);
