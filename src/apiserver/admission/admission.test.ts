import { describe, expect, test } from "vitest";
import type { Json } from "../../base/json.ts";
import { ApiWorld } from "../testing/apiWorld.ts";

const base = "/api/v1/namespaces/default";

function world(): ApiWorld {
  const api = new ApiWorld();
  api.call("POST", `${base}/serviceaccounts`, { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" }, imagePullSecrets: [{ name: "registry" }] });
  return api;
}
const pod = (spec: Record<string, Json> = {}, name = "p") => ({ apiVersion: "v1", kind: "Pod", metadata: { name }, spec: { containers: [{ name: "c", image: "nginx" }], ...spec } });
const create = (api: ApiWorld, spec: Record<string, Json> = {}) => api.call("POST", `${base}/pods?dryRun=All`, pod(spec));
interface Status {
  readonly message: string;
}

describe("a new pod", () => {
  test("gets its account, its token, the account's pull secrets, a priority and five minutes on lost nodes", () => {
    const { body } = create(world());
    expect(body).toMatchObject({
      spec: {
        serviceAccountName: "default", imagePullSecrets: [{ name: "registry" }], priority: 0, preemptionPolicy: "PreemptLowerPriority",
        tolerations: [{ key: "node.kubernetes.io/not-ready", tolerationSeconds: 300 }, { key: "node.kubernetes.io/unreachable", tolerationSeconds: 300 }],
        containers: [{ volumeMounts: [{ mountPath: "/var/run/secrets/kubernetes.io/serviceaccount", readOnly: true }] }],
      },
    });
    const { volumes } = (body as unknown as { readonly spec: { readonly volumes: readonly { readonly name: string }[] } }).spec;
    expect(volumes.map((volume) => /^kube-api-access-[bcdfghjklmnpqrstvwxz2456789]{5}$/.test(volume.name))).toEqual([true]);
  });

  test("without a token where it says so, and with its own tolerations where it has them", () => {
    const { body } = create(world(), { automountServiceAccountToken: false, tolerations: [{ operator: "Exists" }] });
    expect((body as { spec: object }).spec).not.toHaveProperty("volumes");
    expect(body).toMatchObject({ spec: { tolerations: [{ operator: "Exists" }] } });
  });

  test("takes the number of its priority class, or of the default one", () => {
    const api = world();
    expect(create(api, { priorityClassName: "system-node-critical" }).body).toMatchObject({ spec: { priority: 2_000_001_000 } });
    expect((create(api, { priorityClassName: "nope" }).body as unknown as Status).message).toBe('pods "p" is forbidden: no PriorityClass with name nope was found');
    expect(create(api, { priority: 7 }).code).toBe(403);
    api.call("POST", "/apis/scheduling.k8s.io/v1/priorityclasses", { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name: "usual" }, value: 5, globalDefault: true });
    expect(create(api).body).toMatchObject({ spec: { priority: 5, priorityClassName: "usual" } });
    const second = api.call("POST", "/apis/scheduling.k8s.io/v1/priorityclasses", { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name: "other" }, value: 6, globalDefault: true });
    expect(second.code).toBe(403);
  });

  test("is refused where its account is missing", () => {
    expect((create(world(), { serviceAccountName: "nope" }).body as unknown as Status).message).toBe('pods "p" is forbidden: error looking up service account default/nope: serviceaccount "nope" not found');
  });
});

test("a new node takes no pods until it is ready", () => {
  const made = world().call("POST", "/api/v1/nodes", { apiVersion: "v1", kind: "Node", metadata: { name: "n" } });
  expect(made.body).toMatchObject({ spec: { taints: [{ key: "node.kubernetes.io/not-ready", effect: "NoSchedule" }] } });
});

test("an ingress without a class gets the newest default one", () => {
  const api = world();
  const ingress = (name: string) => api.call("POST", "/apis/networking.k8s.io/v1/namespaces/default/ingresses", { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name }, spec: { defaultBackend: { service: { name: "s", port: { number: 80 } } } } });
  expect((ingress("a").body as { spec: object }).spec).not.toHaveProperty("ingressClassName");
  for (const name of ["old", "new"]) {
    api.call("POST", "/apis/networking.k8s.io/v1/ingressclasses", { apiVersion: "networking.k8s.io/v1", kind: "IngressClass", metadata: { name, annotations: { "ingressclass.kubernetes.io/is-default-class": "true" } }, spec: { controller: "x.y/z" } });
    api.world.runFor(2_000_000);
  }
  expect(ingress("b").body).toMatchObject({ spec: { ingressClassName: "new" } });
});

test("what the server made of itself comes back when it is deleted", () => {
  const api = world();
  expect(api.call("DELETE", `${base}/services/kubernetes`).code).toBe(200);
  expect(api.call("GET", `${base}/services/kubernetes`).code).toBe(404);
  api.world.runFor(12_000_000);
  expect(api.call("GET", `${base}/services/kubernetes`).body).toMatchObject({ spec: { clusterIP: "10.96.0.1" } });
  expect(api.call("DELETE", "/api/v1/namespaces/default").code).toBe(403);
});

test.each([
  ["over three megabytes", 3.2 * 1024 * 1024, 413],
  ["too large for etcd", 1.6 * 1024 * 1024, 500],
] as const)("a body %s is refused", (_what, size, code) => {
  const annotations = { big: "x".repeat(size) };
  const answer = world().call("POST", `${base}/endpoints`, { apiVersion: "v1", kind: "Endpoints", metadata: { name: "e", ...(code === 500 ? {} : { annotations }) }, subsets: code === 500 ? Array.from({ length: 16_000 }, (_, at) => ({ addresses: [{ ip: `10.${at >> 8}.${at & 255}.1`, hostname: "h".repeat(60) }], ports: [{ port: 80, protocol: "TCP" }] })) : [] });
  expect(answer.code).toBe(code);
});
