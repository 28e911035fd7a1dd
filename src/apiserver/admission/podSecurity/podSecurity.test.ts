import { describe, expect, test } from "vitest";
import type { Json } from "../../../base/json.ts";
import type { PodSpec } from "../../../kinds/core/pod/types.ts";
import { ApiWorld } from "../../testing/apiWorld.ts";
import { checkedPod } from "./check.ts";
import { detailText, policyOf, violations, type Level } from "./policy.ts";

const good = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] }, runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } };
const container = (more: object = {}, name = "c"): object => ({ name, image: "nginx", ...more });
const secure = (more: object = {}, name = "c"): object => container({ securityContext: { ...good, ...more } }, name);

function found(level: Level, spec: object, minor: number | null = null, annotations: Readonly<Record<string, string>> = {}): string {
  return detailText(violations({ level, minor }, checkedPod(spec as PodSpec, annotations)));
}

describe("the baseline level", () => {
  test.each<readonly [string, object, string]>([
    ["nothing set", { containers: [container()] }, ""],
    ["AppArmor", { securityContext: { appArmorProfile: { type: "Unconfined" } }, containers: [container({ securityContext: { appArmorProfile: { type: "Unconfined" } } })] }, 'forbidden AppArmor profile (pod and container "c" must not set AppArmor profile type to "Unconfined")'],
    ["capabilities", { containers: [container({ securityContext: { capabilities: { add: ["SYS_TIME", "CHOWN"] } } }), container({ securityContext: { capabilities: { add: ["NET_RAW"] } } }, "d")] }, 'non-default capabilities (containers "c", "d" must not include "NET_RAW", "SYS_TIME" in securityContext.capabilities.add)'],
    ["host namespaces", { hostIPC: true, hostNetwork: true, containers: [container()] }, "host namespaces (hostNetwork=true, hostIPC=true)"],
    ["hostPath", { containers: [container()], volumes: [{ name: "a", hostPath: { path: "/" } }, { name: "b", emptyDir: {} }, { name: "d", hostPath: { path: "/" } }] }, 'hostPath volumes (volumes "a", "d")'],
    ["host ports", { containers: [container({ ports: [{ containerPort: 1, hostPort: 90 }, { containerPort: 2, hostPort: 8080 }] }), container({}, "d")] }, 'hostPort (container "c" uses hostPorts 8080, 90)'],
    ["hosts of probes", { containers: [container({ livenessProbe: { httpGet: { host: "b", port: 1 } }, lifecycle: { preStop: { tcpSocket: { host: "a", port: 1 } } } })] }, 'probe or lifecycle host (container "c" uses probe or lifecycle hosts "a", "b")'],
    ["privileged ephemeral container", { containers: [container()], ephemeralContainers: [container({ securityContext: { privileged: true } }, "debug")] }, 'privileged (container "debug" must not set securityContext.privileged=true)'],
    ["procMount", { containers: [container({ securityContext: { procMount: "Unmasked" } })] }, 'procMount (container "c" must not set securityContext.procMount to "Unmasked")'],
    ["procMount in a user namespace", { hostUsers: false, containers: [container({ securityContext: { procMount: "Unmasked" } })] }, ""],
    ["SELinux", { securityContext: { seLinuxOptions: { type: "spc_t", role: "r" } }, containers: [container({ securityContext: { seLinuxOptions: { type: "container_engine_t", user: "u" } } })] }, 'seLinuxOptions (pod and container "c" set forbidden securityContext.seLinuxOptions: type "spc_t"; user may not be set; role may not be set)'],
    ["seccomp", { containers: [container({ securityContext: { seccompProfile: { type: "Unconfined" } } })] }, 'seccompProfile (container "c" must not set securityContext.seccompProfile.type to "Unconfined")'],
    ["sysctls", { securityContext: { sysctls: [{ name: "net.ipv4.tcp_rmem", value: "1" }, { name: "kernel.shmmax", value: "1" }, { name: "a.b", value: "1" }] }, containers: [container()] }, "forbidden sysctls (kernel.shmmax, a.b)"],
    ["Windows host process", { securityContext: { windowsOptions: { hostProcess: true } }, containers: [container({ securityContext: { windowsOptions: { hostProcess: true } } })] }, 'hostProcess (pod and container "c" must not set securityContext.windowsOptions.hostProcess=true)'],
  ])("%s", (_what, spec, text) => expect(found("baseline", spec)).toBe(text));

  test("annotations count where they are older than the fields, or still stand", () => {
    const spec = { containers: [container()] };
    expect(found("baseline", spec, null, { "container.apparmor.security.beta.kubernetes.io/c": "unconfined", "container.apparmor.security.beta.kubernetes.io/d": "runtime/default" })).toBe(
      'forbidden AppArmor profile (annotation must not set AppArmor profile type to "container.apparmor.security.beta.kubernetes.io/c="unconfined"")',
    );
    const seccomp = { "seccomp.security.alpha.kubernetes.io/pod": "unconfined", "container.seccomp.security.alpha.kubernetes.io/c": "docker/default" };
    expect(found("baseline", spec, 18, seccomp)).toBe('seccompProfile (forbidden annotation seccomp.security.alpha.kubernetes.io/pod="unconfined")');
    expect(found("baseline", spec, 19, seccomp)).toBe("");
  });
});

describe("the restricted level", () => {
  test.each<readonly [string, object, number | null, string]>([
    ["all good", { containers: [secure()] }, null, ""],
    ["volumes", { containers: [secure()], volumes: [{ name: "h", hostPath: { path: "/" } }, { name: "n", nfs: {} }, { name: "i", image: {} }, { name: "x" }] }, null, 'restricted volume types (volumes "h", "n", "x" use restricted volume types "hostPath", "nfs", "unknown")'],
    ["capabilities", { containers: [secure({ capabilities: { add: ["CHOWN", "NET_BIND_SERVICE"], drop: ["KILL"] } })] }, null, 'unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]; container "c" must not include "CHOWN" in securityContext.capabilities.add)'],
    ["root said so", { securityContext: { runAsNonRoot: false }, containers: [secure({ runAsNonRoot: false }), secure({}, "d")] }, null, 'runAsNonRoot != true (pod and container "c" must not set securityContext.runAsNonRoot=false)'],
    ["user 0", { securityContext: { runAsUser: 0 }, containers: [secure({ runAsUser: 0 })] }, null, 'runAsUser=0 (pod and container "c" must not set runAsUser=0)'],
    ["user 0 in a user namespace", { hostUsers: false, containers: [secure({ runAsUser: 0, runAsNonRoot: false })] }, null, ""],
    ["user 0 in a user namespace, before that counted", { hostUsers: false, containers: [secure({ runAsUser: 0 })] }, 34, 'runAsUser=0 (container "c" must not set runAsUser=0)'],
    ["user 0 before it was asked", { containers: [secure({ runAsUser: 0 })] }, 22, ""],
    ["Windows", { os: { name: "windows" }, containers: [container({ securityContext: { runAsNonRoot: true } })] }, null, ""],
    ["the oldest version", { containers: [container()] }, 0, 'runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true)'],
    ["a pod's profile for all", { securityContext: { seccompProfile: { type: "Localhost" }, runAsNonRoot: true }, containers: [container({ securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } } })] }, null, ""],
    ["baseline capabilities of old versions", { containers: [secure({ capabilities: { add: ["SYS_TIME"] } })] }, 21, 'non-default capabilities (container "c" must not include "SYS_TIME" in securityContext.capabilities.add)'],
  ])("%s", (_what, spec, minor, text) => expect(found("restricted", spec, minor)).toBe(text));
});

describe("labels of a namespace", () => {
  const prefix = "pod-security.kubernetes.io/";
  test("who is held to a level is warned of it, unless he says otherwise", () => {
    expect(policyOf({ [`${prefix}enforce`]: "baseline", [`${prefix}enforce-version`]: "v1.30" })).toMatchObject({ enforce: { level: "baseline", minor: 30 }, warn: { level: "baseline", minor: 30 }, audit: { level: "privileged" } });
    expect(policyOf({ [`${prefix}enforce`]: "baseline", [`${prefix}warn-version`]: "v1.2" }).warn).toEqual({ level: "baseline", minor: 2 });
    expect(policyOf({ [`${prefix}enforce`]: "baseline", [`${prefix}warn`]: "privileged" }).warn.level).toBe("privileged");
  });

  test("bad ones are refused where they are new, each with its reason", () => {
    const api = new ApiWorld();
    const labels = { [`${prefix}enforce`]: "strict", [`${prefix}enforce-version`]: "1.2", [`${prefix}warn`]: "" };
    const made = api.call("POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "n", labels } });
    expect(made.code).toBe(422);
    expect((made.body as { readonly message: string }).message).toBe(
      `Namespace "n" is invalid: [metadata.labels[${prefix}enforce]: Invalid value: "strict": must be one of privileged, baseline, restricted, metadata.labels[${prefix}enforce-version]: Invalid value: "1.2": must be "latest" or "v1.x", metadata.labels[${prefix}warn]: Invalid value: "": must be one of privileged, baseline, restricted]`,
    );
  });
});

describe("in a cluster", () => {
  const base = "/api/v1/namespaces/n";
  const pod = (name: string, spec: object = {}): Json => ({ apiVersion: "v1", kind: "Pod", metadata: { name }, spec: { automountServiceAccountToken: false, containers: [container()], ...spec } }) as Json;
  function cluster(labels: Readonly<Record<string, string>>): ApiWorld {
    const api = new ApiWorld();
    api.call("POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "n", labels } });
    api.call("POST", `${base}/serviceaccounts`, { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } });
    return api;
  }

  test("pods that break the level are refused, a change of their labels is not", () => {
    const api = cluster({});
    expect(api.call("POST", `${base}/pods`, pod("p", { hostPID: true })).code).toBe(201);
    const raised = api.call("PATCH", "/api/v1/namespaces/n", { metadata: { labels: { "pod-security.kubernetes.io/enforce": "baseline", "pod-security.kubernetes.io/enforce-version": "v1.36" } } }, { contentType: "application/merge-patch+json" });
    expect(raised.warnings).toEqual(['existing pods in namespace "n" violate the new PodSecurity enforce level "baseline:v1.36"', "p: host namespaces"]);
    expect(api.call("POST", `${base}/pods`, pod("q", { hostPID: true })).body).toMatchObject({ code: 403, message: 'pods "q" is forbidden: violates PodSecurity "baseline:v1.36": host namespaces (hostPID=true)' });
    const patch = (body: Json): number => api.call("PATCH", `${base}/pods/p`, body, { contentType: "application/strategic-merge-patch+json" }).code;
    expect(patch({ metadata: { labels: { a: "b" } } })).toBe(200);
    expect(patch({ spec: { containers: [{ name: "c", image: "nginx:2" }] } })).toBe(403);
  });

  test("several pods with one fault are one warning", () => {
    const api = cluster({});
    for (const name of ["b", "a", "d"]) api.call("POST", `${base}/pods`, pod(name, { hostPID: true }));
    api.call("POST", `${base}/pods`, pod("c", { hostIPC: true, containers: [container({ securityContext: { privileged: true } })] }));
    const raised = api.call("PATCH", "/api/v1/namespaces/n", { metadata: { labels: { "pod-security.kubernetes.io/enforce": "baseline" } } }, { contentType: "application/merge-patch+json" });
    expect(raised.warnings).toEqual(['existing pods in namespace "n" violate the new PodSecurity enforce level "baseline:latest"', "a (and 2 other pods): host namespaces", "c: host namespaces, privileged"]);
  });

  test("templates are warned of, never refused", () => {
    const api = cluster({ "pod-security.kubernetes.io/enforce": "baseline" });
    const template = { metadata: { labels: { a: "b" } }, spec: { hostNetwork: true, containers: [container()] } };
    const made = api.call("POST", "/apis/apps/v1/namespaces/n/deployments", { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "d" }, spec: { selector: { matchLabels: { a: "b" } }, template } } as Json);
    expect([made.code, made.warnings]).toEqual([201, ['would violate PodSecurity "baseline:latest": host namespaces (hostNetwork=true)']]);
  });

  test("what audit finds is a verdict of the request, of templates too", () => {
    const api = cluster({ "pod-security.kubernetes.io/enforce": "baseline", "pod-security.kubernetes.io/audit": "restricted", "pod-security.kubernetes.io/warn": "privileged" });
    const verdicts = (): readonly (readonly [string, string])[] => {
      const last = api.world.trace.findLast(({ body }) => (body as { readonly type?: string }).type === "request");
      const { stages } = (last?.body ?? { stages: [] }) as unknown as { readonly stages: readonly (readonly [string, string])[] };
      return stages.filter(([name]) => name.startsWith("pod-security"));
    };
    const violation = ["pod-security.kubernetes.io/audit-violations", expect.stringMatching(/^would violate PodSecurity "restricted:latest": allowPrivilegeEscalation != false/)];
    expect(api.call("POST", `${base}/pods`, pod("p", {})).warnings).toEqual([]);
    expect(verdicts()).toEqual([["pod-security.kubernetes.io/enforce-policy", "baseline:latest"], violation]);
    const template = { metadata: { labels: { a: "b" } }, spec: { containers: [container()] } };
    api.call("POST", "/apis/apps/v1/namespaces/n/deployments", { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "d" }, spec: { selector: { matchLabels: { a: "b" } }, template } } as Json);
    expect(verdicts()).toEqual([violation]);
  });
});
