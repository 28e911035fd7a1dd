import { expect, test } from "vitest";
import type { PodSpec } from "../core/pod/types.ts";
import { podSpecWarnings } from "./warnings.ts";

const container = (more: object = {}, name = "c"): object => ({ name, image: "nginx", ...more });
const ports = (...list: readonly object[]): object => ({ containers: [container({ ports: list })] });
const items = (...paths: readonly string[]): object => ({ items: paths.map((path) => ({ key: "k", path })) });
const volume = (source: object): object => ({ containers: [container()], volumes: [{ name: "v", ...source }] });
const nothing = "a null labelSelector results in matching no pod";
const seccomp = 'non-functional in v1.27+; use the "seccompProfile" field instead';
const label = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`;

/** From pkg/api/pod/warnings_test.go, and their neighbours. */
test.each<readonly [string, object, readonly string[]]>([
  ["nothing", { containers: [container()], nodeSelector: { constructor: "x" } }, []],
  ["old volumes", volume({ storageos: {}, photonPersistentDisk: {}, cephfs: {} }), ["spec.volumes[0].photonPersistentDisk: deprecated in v1.11, non-functional in v1.16+", "spec.volumes[0].storageOS: deprecated in v1.22, non-functional in v1.25+", "spec.volumes[0].cephfs: deprecated in v1.28, non-functional in v1.31+"]],
  ["a fraction of a byte", volume({ ephemeral: { volumeClaimTemplate: { spec: { resources: { requests: { storage: "200.5" } } } } } }), ['spec.volumes[0].ephemeral.volumeClaimTemplate.spec.resources.requests[storage]: fractional byte value "200500m" is invalid, must be an integer']],
  ["fractions in a container", { containers: [container({ resources: { limits: { memory: "1.5", cpu: "1.5" }, requests: { memory: "1", "ephemeral-storage": "100m" } } })], overhead: { memory: "1m" } }, [
    'spec.overhead[memory]: fractional byte value "1m" is invalid, must be an integer',
    'spec.containers[0].resources.limits[memory]: fractional byte value "1500m" is invalid, must be an integer',
    'spec.containers[0].resources.requests[ephemeral-storage]: fractional byte value "100m" is invalid, must be an integer',
  ]],
  ["names twice", { containers: [container()], hostAliases: [{ ip: "1.1.1.1" }, { ip: "1.1.1.1" }], imagePullSecrets: [{ name: "" }, { name: "a" }, { name: "a" }, {}] }, [
    'spec.hostAliases[1].ip: duplicate ip "1.1.1.1"', 'spec.imagePullSecrets[2].name: duplicate name "a"', 'spec.imagePullSecrets[3].name: duplicate name ""', 'spec.imagePullSecrets[0].name: invalid empty name ""', 'spec.imagePullSecrets[3].name: invalid empty name ""',
  ]],
  ["variables that hide others", { containers: [container({ env: [{ name: "a", value: "1" }, { name: "a", value: "$(a)2" }, { name: "a", value: "$(a)" }, { name: "b", value: "" }, { name: "b", valueFrom: {} }] })] }, [
    'spec.containers[0].env[2]: hides previous definition of "a", which may be dropped when using apply', 'spec.containers[0].env[4]: hides previous definition of "b", which may be dropped when using apply',
  ]],
  ["a host address without a port", ports({ containerPort: 80, protocol: "UDP", hostIP: "10.0.0.1" }), ["spec.containers[0].ports[0]: hostIP set without hostPort: {Name: HostPort:0 ContainerPort:80 Protocol:UDP HostIP:10.0.0.1}"]],
  ["ports that clash", ports({ containerPort: 80, protocol: "TCP", hostPort: 80 }, { containerPort: 80, protocol: "TCP" }, { containerPort: 80, protocol: "TCP", hostPort: 80, hostIP: "1.1.1.1" }, { containerPort: 80, protocol: "UDP" }), [
    "spec.containers[0].ports[1]: overlapping port definition with spec.containers[0].ports[0]",
    "spec.containers[0].ports[2]: dangerously ambiguous port definition with spec.containers[0].ports[0]",
    "spec.containers[0].ports[2]: overlapping port definition with spec.containers[0].ports[1]",
  ]],
  ["ports of several containers", { initContainers: [container({ ports: [{ containerPort: 80, protocol: "TCP", name: "web" }] }, "i")], containers: [container({ ports: [{ containerPort: 80, protocol: "TCP", name: "web" }] })] }, [
    "spec.containers[0].ports[0]: duplicate port definition with spec.initContainers[0].ports[0]",
    'spec.containers[0].ports[0]: duplicate port name "web" with spec.initContainers[0].ports[0], services and probes that select ports by name will use spec.initContainers[0].ports[0]',
  ]],
  ["affinity to nothing", { containers: [container()], affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: "a" }] }, podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: { topologyKey: "a" } }] } } }, [
    `spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector: ${nothing}`, `spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.labelSelector: ${nothing}`,
  ]],
  ["a value that no label has", { containers: [container()], affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 10, preference: { matchExpressions: [{ key: "foo", operator: "In", values: ["-1"] }] } }] } } }, [`spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchExpressions[0].values[0]: -1 is invalid, ${label}`]],
  ["unusual addresses", { containers: [container()], dnsConfig: { nameservers: ["1.2.3.4", "2001:DB8:0::1"] }, hostAliases: [{ ip: "0:0::1" }] }, ['spec.dnsConfig.nameservers[1]: IPv6 address "2001:DB8:0::1" should be in RFC 5952 canonical format ("2001:db8::1")', 'spec.hostAliases[0].ip: IPv6 address "0:0::1" should be in RFC 5952 canonical format ("::1")']],
  ["files on one another", volume({ configMap: { name: "m", ...items("a", "a/b", "ab") } }), ['volume "v" (ConfigMap "m"): overlapping paths: "a/b" with "a"']],
  ["files of one secret", volume({ secret: { secretName: "s", ...items("a/", "a") } }), ['volume "v" (Secret "s"): overlapping paths: "a" with "a"']],
  ["projected files", volume({ projected: { sources: [{ configMap: { name: "m", ...items("t") } }, {}, { serviceAccountToken: { path: "t/file" } }] } }), ['volume "v" (Projected) has no sources provided', 'volume "v" (Projected): overlapping paths: "t/file" (ServiceAccountToken) with "t" (ConfigMap "m")']],
  ["a negative grace", { containers: [container()], terminationGracePeriodSeconds: -1 }, ["spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1"]],
])("%s", (_what, spec, warnings) => expect(podSpecWarnings(spec as PodSpec, undefined, "")).toEqual(warnings));

test("annotations count where the field is not there", () => {
  const annotations = {
    "security.alpha.kubernetes.io/sysctls": "", "seccomp.security.alpha.kubernetes.io/pod": "x", "container.seccomp.security.alpha.kubernetes.io/c": "x", "container.seccomp.security.alpha.kubernetes.io/other": "x",
    "container.apparmor.security.beta.kubernetes.io/c": "unconfined",
  };
  const spec = { containers: [container()] } as unknown as PodSpec;
  const appArmor = 'template.metadata.annotations[container.apparmor.security.beta.kubernetes.io/c]: deprecated since v1.30; use the "appArmorProfile" field instead';
  expect(podSpecWarnings(spec, annotations, "template")).toEqual([
    'template.metadata.annotations[security.alpha.kubernetes.io/sysctls]: non-functional in v1.11+; use the "sysctls" field instead', `template.metadata.annotations[seccomp.security.alpha.kubernetes.io/pod]: ${seccomp}`,
    `template.metadata.annotations[container.seccomp.security.alpha.kubernetes.io/c]: ${seccomp}`, appArmor,
  ]);
  const profile = { type: "RuntimeDefault" };
  expect(podSpecWarnings({ ...spec, securityContext: { seccompProfile: profile, appArmorProfile: profile } }, annotations, "template").length).toBe(2);
  expect(podSpecWarnings(spec, annotations, "")).not.toContain(appArmor.replace("template.", ""));
});
