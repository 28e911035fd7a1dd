import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { Container, Pod } from "../core/pod/types.ts";
import type { ResourceQuota, ScopeRequirement } from "../core/resourcequota/types.ts";
import { listOf } from "./amounts.ts";
import { evaluatorOf, inScope, usageOf, type Evaluator } from "./evaluators.ts";

const nowUs = 1_767_225_600_000_000;
const pods = evaluatorOf("pods") as Evaluator;
const services = evaluatorOf("services") as Evaluator;
const claims = evaluatorOf("persistentvolumeclaims") as Evaluator;
const meta = { name: "x", namespace: "n", uid: "u", creationTimestamp: "2026-01-01T00:00:00Z" };
const container = (requests: Record<string, string>, more: object = {}): Container => ({ name: "c", image: "i", resources: { requests }, ...more });
const pod = (spec: object, more: object = {}): Pod => ({ apiVersion: "v1", kind: "Pod", metadata: meta, spec: { containers: [container({ cpu: "1" })], ...spec }, ...more }) as unknown as Pod;
const object = (spec: object, more: object = {}): KubeObject => ({ apiVersion: "v1", kind: "X", metadata: meta, spec, ...more }) as unknown as KubeObject;
const quota = (spec: object): ResourceQuota => ({ apiVersion: "v1", kind: "ResourceQuota", metadata: meta, spec }) as unknown as ResourceQuota;

describe("a pod uses", () => {
  it("its containers, sidecars beside them, or its largest moment of initialization", () => {
    const spec = { containers: [container({ cpu: "300m" }), container({ cpu: "200m", memory: "64Mi" })], initContainers: [container({ cpu: "100m" }, { restartPolicy: "Always" }), container({ cpu: "700m", memory: "1Gi" })] };
    expect(listOf(pods.usage(pod(spec), nowUs))).toEqual({ "count/pods": "1", cpu: "800m", memory: "1Gi", pods: "1", "requests.cpu": "800m", "requests.memory": "1Gi" });
  });

  it("what it says as a whole, its overhead, huge pages and devices", () => {
    const spec = { containers: [container({ cpu: "1", "hugepages-2Mi": "4Mi", "a.io/gpu": "2" })], resources: { requests: { cpu: "2" }, limits: { memory: "1Gi" } }, overhead: { cpu: "250m", memory: "10Mi" } };
    expect(listOf(pods.usage(pod(spec), nowUs))).toEqual({
      "count/pods": "1", cpu: "2250m", "hugepages-2Mi": "4Mi", "limits.memory": "1034Mi", memory: "10Mi", pods: "1", "requests.a.io/gpu": "2", "requests.cpu": "2250m", "requests.hugepages-2Mi": "4Mi", "requests.memory": "10Mi",
    });
  });

  it("what a container still has while it is made smaller", () => {
    const status = { containerStatuses: [{ name: "c", resources: { requests: { cpu: "2" } }, allocatedResources: { cpu: "1500m" } }] };
    expect(listOf(pods.usage(pod({}, { status }), nowUs))).toMatchObject({ "requests.cpu": "2" });
  });

  it("nothing but its name once it has ended, or should long be gone", () => {
    const gone = { ...meta, deletionTimestamp: "2025-12-31T23:59:00Z", deletionGracePeriodSeconds: 30 };
    for (const more of [{ status: { phase: "Succeeded" } }, { metadata: gone }]) expect(listOf(pods.usage(pod({}, more), nowUs))).toEqual({ "count/pods": "1" });
    expect(listOf(pods.usage(pod({}, { metadata: { ...gone, deletionGracePeriodSeconds: 90 } }), nowUs))).toMatchObject({ pods: "1" });
  });

  it("must say what is counted of each container, first ones too", () => {
    const spec = { containers: [container({ cpu: "1" }), { ...container({}), name: "b" }], initContainers: [{ ...container({}), name: "a" }] };
    expect(pods.missing(["requests.memory", "requests.cpu", "pods", "requests.ephemeral-storage"], pod(spec))).toBe("must specify requests.cpu for: a,b; requests.memory for: a,b,c");
    expect(pods.missing(["pods"], pod(spec))).toBeNull();
  });
});

it.each([
  ["Terminating", {}, pod({ activeDeadlineSeconds: 0 }), true],
  ["NotTerminating", {}, pod({ activeDeadlineSeconds: 5 }), false],
  ["BestEffort", {}, pod({ containers: [container({})] }), true],
  ["NotBestEffort", {}, pod({ containers: [container({})] }), false],
  ["PriorityClass", { operator: "NotIn", values: ["a"] }, pod({}), true],
  ["PriorityClass", { operator: "NotIn", values: ["a"] }, pod({ priorityClassName: "a" }), false],
  ["PriorityClass", { operator: "DoesNotExist" }, pod({ priorityClassName: "a" }), false],
  ["CrossNamespacePodAffinity", {}, pod({ affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: { topologyKey: "k", namespaceSelector: {} } }] } } }), true],
  ["CrossNamespacePodAffinity", {}, pod({ affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: "k" }] } } }), false],
  ["VolumeAttributesClass", {}, pod({}), false],
] as readonly [string, Partial<ScopeRequirement>, Pod, boolean][])("scope %s %j", (scopeName, requirement, target, expected) => {
  expect(inScope(pods, quota({ scopeSelector: { matchExpressions: [{ scopeName, operator: "Exists", ...requirement }] } }), target as unknown as KubeObject)).toBe(expected);
});

it("services use node ports and load balancers", () => {
  const ports = [{ port: 80 }, { port: 81, nodePort: 30000 }];
  const used = (spec: object): readonly unknown[] => ["services.nodeports", "services.loadbalancers"].map((name) => listOf(services.usage(object({ ports, ...spec }), nowUs))[name]);
  expect([used({ type: "ClusterIP" }), used({ type: "NodePort" }), used({ type: "LoadBalancer" }), used({ type: "LoadBalancer", allocateLoadBalancerNodePorts: false })]).toEqual([["0", "0"], ["2", "0"], ["2", "1"], ["1", "1"]]);
});

it("claims use storage, also by its class, in whole bytes", () => {
  const claim = object({ storageClassName: "gold", resources: { requests: { storage: "1Gi" } } }, { status: { allocatedResources: { storage: "2Gi" } } });
  expect(listOf(claims.usage(claim, nowUs))).toEqual({
    "count/persistentvolumeclaims": "1", "gold.storageclass.storage.k8s.io/persistentvolumeclaims": "1", "gold.storageclass.storage.k8s.io/requests.storage": "2Gi", persistentvolumeclaims: "1", "requests.storage": "2Gi",
  });
  expect(claims.tracks("gold.storageclass.storage.k8s.io/requests.storage")).toBe(true);
});

it("a quota's usage is what its scopes let count, zero where there is nothing, and nothing of what nobody counts", () => {
  const spec = { hard: { pods: "5", "requests.cpu": "4", "count/secrets": "1", "count/widgets.example.com": "1" }, scopes: ["NotBestEffort"] };
  const objects: Readonly<Record<string, readonly KubeObject[]>> = { pods: [pod({}), pod({ containers: [container({})] }), pod({})] as unknown as readonly KubeObject[], secrets: [object({})] };
  expect(listOf(usageOf(quota(spec), [pods, evaluatorOf("secrets") as Evaluator], (resource) => objects[resource] ?? [], nowUs))).toEqual({ "count/secrets": "0", pods: "2", "requests.cpu": "2" });
  expect(evaluatorOf("events")).toBeNull();
});
