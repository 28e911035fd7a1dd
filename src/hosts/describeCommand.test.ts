import { expect, it } from "vitest";
import type { ApiRequest } from "../apimachinery/apiRequest.ts";
import type { ClusterCommand } from "../cluster/commands.ts";
import { describeCommand } from "./describeCommand.ts";

const api = (verb: ApiRequest["verb"], path: string, body: ApiRequest["body"] = null, userAgent = "orrery-page", query: ApiRequest["query"] = {}): ClusterCommand => ({
  type: "api",
  request: { id: "", verb, path, query, contentType: "", accept: "", userAgent, identity: { type: "user", name: "u", groups: [] }, body },
});

it.each<[ClusterCommand, string, string | null]>([
  [api("create", "/apis/apps/v1/namespaces/default/deployments", { kind: "Deployment", metadata: { name: "web" } }), "you: create Deployment web", "deployments.apps/default/web"],
  [api("patch", "/apis/apps/v1/namespaces/default/deployments/web", { spec: {} }, "kubectl/v1.36"), "kubectl: change Deployment web", "deployments.apps/default/web"],
  [api("update", "/apis/apps/v1/namespaces/default/deployments/web/scale", { kind: "Scale" }), "you: replace Deployment web (scale)", "deployments.apps/default/web"],
  [api("delete", "/api/v1/namespaces/default/pods/web-1"), "you: delete Pod web-1", "pods/default/web-1"],
  [api("delete", "/api/v1/nodes/node-1"), "you: delete Node node-1", "nodes//node-1"],
  [api("create", "/api/v1/namespaces", { kind: "Namespace", metadata: { name: "shop" } }, "", { dryRun: "All" }), "you: create Namespace shop (dry run)", "namespaces//shop"],
  [api("deletecollection", "/api/v1/namespaces/default/pods"), "you: delete all pods", null],
  [{ type: "setFault", fault: { id: "f", type: "node-off", target: "node-2", params: {} } }, "you: Power off: node-2", null],
  [api("delete", "/api/v1/namespaces/default/pods/web-1", { kind: "DeleteOptions" }), "you: delete Pod web-1", "pods/default/web-1"],
  [api("patch", "/apis/example.com/v1/namespaces/default/widgets/w"), "you: change widgets w", "widgets.example.com/default/w"],
  [{ type: "clearFault", id: "node-off-node-2-71000000" }, "you: end power off: node-2", null],
  [{ type: "clearFault", id: "k4" }, "you: end fault k4", null],
  [{ type: "setTraffic", source: { id: "browsers", url: "http://shop.example.com/" } as never }, "you: traffic to shop.example.com", null],
  [{ type: "setTraffic", source: { id: "browsers", url: "http://shop.example.com/", perSecond: 10, ramp: { toPerSecond: 200, seconds: 60 } } as never }, "you: traffic to shop.example.com, 10 to 200 a second", null],
  [{ type: "setComponent", process: "cp-1/kube-scheduler", part: null, state: "stopped" }, "you: stop cp-1/kube-scheduler", null],
  [{ type: "setFault" } as never, "you: a command that cannot be read", null],
])("%j is told as %s", (command, text, object) => {
  const words = describeCommand(command);
  expect([`${words.component}: ${words.text}`, words.object]).toEqual([text, object]);
});
