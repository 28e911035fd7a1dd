import { describe, expect, it } from "vitest";
import type { Json } from "../../base/json.ts";
import type { KindDefinition } from "../define.ts";
import { kindByPlural } from "../index.ts";
import { faultsOf, made } from "../testing/faults.ts";
import type { Pod } from "../core/pod/types.ts";

const pods = kindByPlural("", "pods") as KindDefinition;
const deployments = kindByPlural("apps", "deployments") as KindDefinition;
const seccomp = "container.seccomp.security.alpha.kubernetes.io/";
const apparmor = "container.apparmor.security.beta.kubernetes.io/";
const pod = (annotations: Record<string, string>, container: Json = {}, spec: Json = {}): Json => ({ apiVersion: "v1", kind: "Pod", metadata: { name: "p", annotations }, spec: { containers: [{ name: "c", image: "i", ...(container as object) }], ...(spec as object) } } as unknown as Json);
const localhost = { type: "Localhost", localhostProfile: "a" };

describe("annotations of seccomp and AppArmor", () => {
  it.each([
    ["name profiles that there are", { "seccomp.security.alpha.kubernetes.io/pod": "x", [`${seccomp}c`]: "localhost/../a" }, [
      "metadata.annotations.container.seccomp.security.alpha.kubernetes.io/c: Invalid value: \"../a\": must not contain '..'", 'metadata.annotations.seccomp.security.alpha.kubernetes.io/pod: Invalid value: "x": must be a valid seccomp profile',
    ]],
    ["name containers that there are", { [`${apparmor}other`]: "y" }, [
      `metadata.annotations[${apparmor}other]: Invalid value: "other": container not found`, `metadata.annotations[${apparmor}other]: Invalid value: "y": invalid AppArmor profile name: "y"`,
    ]],
    ["are well as the old ones were", { "seccomp.security.alpha.kubernetes.io/pod": "docker/default", [`${seccomp}c`]: "localhost/a", [`${apparmor}c`]: "unconfined" }, []],
  ] as readonly [string, Record<string, string>, readonly string[]][])("%s", (_what, annotations, expected) => {
    expect(faultsOf(pods, pod(annotations))).toEqual(expected);
  });

  it("say what the fields say", () => {
    const of = (kind: "seccompProfile" | "appArmorProfile", text: string, profile: Json): readonly string[] => faultsOf(pods, pod({ [`${kind === "seccompProfile" ? seccomp : apparmor}c`]: text }, { securityContext: { [kind]: profile } }));
    const at = "spec.containers[0].securityContext";
    expect(of("seccompProfile", "runtime/default", { type: "RuntimeDefault" })).toEqual([]);
    expect(of("seccompProfile", "docker/default", { type: "RuntimeDefault" })).toEqual([]);
    expect(of("seccompProfile", "unconfined", { type: "RuntimeDefault" })).toEqual([`${at}.seccompProfile.type: Forbidden: seccomp type in annotation and field must match`]);
    expect(of("seccompProfile", "localhost/b", localhost)).toEqual([`${at}.seccompProfile.localhostProfile: Forbidden: seccomp profile in annotation and field must match`]);
    expect(of("appArmorProfile", "localhost/a", localhost)).toEqual([]);
    expect(of("appArmorProfile", "runtime/default", { type: "Unconfined" })).toEqual([`${at}.appArmorProfile.type: Forbidden: apparmor type in annotation and field must match`]);
  });

  it("of AppArmor are held to the pod's field where the container has none, but on Windows", () => {
    const spec = { securityContext: { appArmorProfile: { type: "Unconfined" } } };
    const template = (more: object): Json => ({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "d" }, spec: { selector: { matchLabels: { a: "b" } }, template: { metadata: { labels: { a: "b" }, annotations: { [`${apparmor}c`]: "runtime/default" } }, spec: { containers: [{ name: "c", image: "i" }], ...more } } } } as unknown as Json);
    expect(faultsOf(deployments, template(spec))).toEqual(["spec.template.spec.containers[0].securityContext.appArmorProfile.type: Forbidden: apparmor type in annotation and field must match"]);
    expect(faultsOf(deployments, template({ os: { name: "windows" } }))).toEqual([]);
  });
});

it("pod-level limits of huge pages are those of the containers together", () => {
  const huge = (amount: string): Json => ({ resources: { limits: { "hugepages-2Mi": amount, cpu: "1", memory: "1Gi" } } });
  const made_ = made<Pod>(pods, pod({}, huge("4Mi"), { resources: { limits: { cpu: "2" } }, initContainers: [{ name: "i", image: "i", ...(huge("2Mi") as object) }] } as unknown as Json));
  expect(made_.spec.resources).toEqual({ limits: { cpu: "2", "hugepages-2Mi": "4Mi" }, requests: { cpu: "1", memory: "1Gi", "hugepages-2Mi": "4Mi" } });
});
