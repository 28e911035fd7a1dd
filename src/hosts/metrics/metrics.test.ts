import { afterEach, expect, it } from "vitest";
import type { ApiRequest } from "../../apimachinery/apiRequest.ts";
import { defaultClusterSpec } from "../../cluster/clusterSpec.ts";
import { clusterComposition } from "../clusterComposition.ts";
import { ClusterEngine } from "../clusterEngine.ts";
import type { MetricsAnswer } from "../protocol.ts";
import { InlineHost } from "../transports/inline.ts";
import { realClock } from "../wallClock.ts";

const admin = { type: "user", name: "kubernetes-admin", groups: ["system:masters"] } as const;
const nobody = { type: "user", name: "jane", groups: ["system:authenticated"] } as const;
const request = (path: string, verb: ApiRequest["verb"] = "get", body: ApiRequest["body"] = null, identity: ApiRequest["identity"] = admin): ApiRequest => ({ id: "t", verb, path, query: {}, contentType: "", accept: "", identity, body });
const pod = {
  apiVersion: "v1", kind: "Pod", metadata: { name: "web", labels: { app: "web" } },
  spec: { nodeName: "node-1", containers: [{ name: "web", image: "nginx:1.29", resources: { requests: { cpu: "100m", memory: "64Mi" }, limits: { cpu: "200m", memory: "128Mi" } } }] },
};
const service = { apiVersion: "v1", kind: "Service", metadata: { name: "web" }, spec: { type: "NodePort", selector: { app: "web" }, ports: [{ port: 80, nodePort: 30080 }] } };

/** No sample takes any time, so that none has to rest after it. */
const untimed = { nowMs: () => 0, wait: realClock.wait };

const engines: ClusterEngine[] = [];
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.stop();
});

async function open(looks: boolean): Promise<ClusterEngine> {
  const engine = new ClusterEngine({
    recording: { format: 1, engine: "", seed: 1, spec: defaultClusterSpec, journal: [], checkpoints: [] }, clock: untimed, openHost: () => new InlineHost(clusterComposition), hosts: 1, speed: 0,
    listener: { frame: looks ? () => undefined : null, notice: () => undefined, failed: (message) => { throw new Error(message); } },
  });
  engines.push(engine);
  await engine.start();
  await engine.write(request("/api/v1/namespaces/default/pods", "create", pod));
  await engine.write(request("/api/v1/namespaces/default/services", "create", service));
  await engine.advance(20);
  return engine;
}

const textOf = async (engine: ClusterEngine, path: string): Promise<string> => String((await engine.read(request(path))).body);

it("kubelets answer through the proxy of their node, to those who may", async () => {
  const engine = await open(false);
  const proxy = "/api/v1/nodes/node-1/proxy";
  const cadvisor = await textOf(engine, `${proxy}/metrics/cadvisor`);
  expect(cadvisor).toMatch(/^# HELP container_cpu_cfs_throttled_seconds_total /);
  expect(cadvisor).toMatch(/\ncontainer_spec_cpu_quota\{container="web",id="\/kubepods\/burstable\/pod[^"]+\/[0-9a-f]{64}",image="[^"]*nginx:1.29",name="[0-9a-f]{64}",namespace="default",pod="web"\} 20000\n/);
  expect(cadvisor).toMatch(/\ncontainer_memory_working_set_bytes\{container="",id="\/",image="",name="",namespace="",pod=""\} [1-9]/);
  expect(await textOf(engine, `${proxy}/metrics`)).toMatch(/\nkubelet_running_containers\{container_state="running"\} [1-9]/);
  expect(await textOf(engine, `${proxy}/metrics/resource`)).toContain('container_memory_working_set_bytes{container="web",namespace="default",pod="web"}');
  expect((await engine.read(request(`${proxy}/stats/summary`))).body).toMatchObject({ node: { nodeName: "node-1" } });
  const codes = await Promise.all([`${proxy}/configz`, `${proxy}/nothing`, "/api/v1/nodes/none/proxy/metrics"].map(async (path) => (await engine.read(request(path))).code));
  expect(codes).toEqual([501, 404, 404]);
  expect(await engine.read(request(`${proxy}/metrics`, "get", null, nobody))).toMatchObject({ code: 403, body: { message: 'nodes "node-1" is forbidden: User "jane" cannot get resource "nodes/proxy" in API group "" at the cluster scope' } });
  expect(engine.command({ type: "setFault", fault: { id: "f", type: "kubelet-stopped", target: "node-1", params: {} } as never })).toBeNull();
  await engine.advance(1);
  expect(await engine.read(request(`${proxy}/metrics`))).toMatchObject({ code: 503, body: { message: expect.stringMatching(/^error trying to reach service: dial tcp [0-9.]+:10250: connect: connection refused$/) as string } });
});

it("what is sampled can be asked for, and no history knows of it", async () => {
  const [engine, unseen] = await Promise.all([open(true), open(false)]);
  for (const each of [engine, unseen]) {
    expect(each.command({ type: "setTraffic", source: { id: "t", from: "internet", url: "http://172.18.0.2:30080/", method: "GET", perSecond: 4, clients: 2, keepAlive: false } })).toBeNull();
    for (let seconds = 0; seconds < 120; seconds += 10) {
      await each.advance(10);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
  const last = async (query: string): Promise<readonly (readonly [string, number])[]> => {
    const { series, error } = (await engine.ask({ type: "metrics", query, seconds: 60, steps: 4 })) as unknown as MetricsAnswer;
    expect(error).toBeNull();
    return series.map(({ labels, points }) => [labels.map((pair) => pair.join("=")).join(","), points.at(-1)?.[1] ?? NaN] as const);
  };
  expect(await last('sum(container_memory_working_set_bytes{pod="web",container!=""})')).toEqual([["", expect.any(Number)]]);
  expect(await last('kube_pod_container_resource_limits{pod="web",resource="memory"} / 1024 / 1024')).toMatchObject([[expect.stringContaining("container=web"), 128]]);
  expect(await last("count(up == 1) - count(up)")).toEqual([["", 0]]);
  expect((await last('sum by (name) (workqueue_adds_total{name="deployment"})'))[0]?.[1]).toBeGreaterThan(0);
  expect((await last('scheduler_schedule_attempts_total{result="scheduled"}'))[0]?.[1]).toBeGreaterThan(0);
  expect((await last("sum(rate(apiserver_request_total[1m]))"))[0]?.[1]).toBeGreaterThan(0.1);
  expect((await last("histogram_quantile(0.9, sum by (le) (rate(etcd_request_duration_seconds_bucket[1m])))"))[0]?.[1]).toBeLessThan(0.1);
  expect(await engine.ask({ type: "componentMetrics", component: "kube-scheduler" })).toMatch(/\n# TYPE scheduler_pending_pods gauge\nscheduler_pending_pods\{queue="active"\} 0\n/);
  expect([await engine.ask({ type: "componentMetrics", component: "kubelet" }), String(await engine.ask({ type: "componentMetrics", component: "etcd" })).includes("etcd_server_has_leader 1\n")]).toEqual([null, true]);
  const requests = await last('sum by (service, code) (rate(orrery_requests_total{service="web"}[1m]))');
  expect(requests).toEqual([["code=200,service=web", expect.closeTo(4, 0)]]);
  expect(await engine.ask({ type: "metrics", query: "sum(rate(up))", seconds: 60, steps: 4 })).toMatchObject({ series: [], error: { message: 'expected type range vector in call to function "rate", got instant vector', column: 10 } });
  expect(await engine.ask({ type: "digest" })).toEqual(await unseen.ask({ type: "digest" }));
});
