import { expect, test } from "vitest";
import type { Service, ServiceSpec } from "./types.ts";
import { serviceWarnings } from "./validate.ts";

function warningsOf(spec: object, annotations?: Readonly<Record<string, string>>): readonly string[] {
  return serviceWarnings({ metadata: { name: "s", ...(annotations === undefined ? {} : { annotations }) }, spec: spec as ServiceSpec } as Service);
}

/** From pkg/api/service/warnings_test.go, and what v1.36 added. */
test.each<readonly [string, object, readonly string[]]>([
  ["an ordinary one", { type: "ClusterIP", clusterIP: "10.0.0.1", clusterIPs: ["10.0.0.1"], sessionAffinity: "None" }, []],
  ["headless with what does nothing", { type: "ClusterIP", clusterIP: "None", clusterIPs: ["None"], loadBalancerIP: "1.1.1.1", externalIPs: ["1.1.1.1"], sessionAffinity: "ClientIP" }, [
    "spec.externalIPs is deprecated", "spec.loadBalancerIP is ignored for headless services", "spec.externalIPs is ignored for headless services", "spec.SessionAffinity is ignored for headless services",
  ]],
  ["another name with addresses", { type: "ExternalName", externalName: "a.b", externalIPs: ["0:0::1"] }, ["spec.externalIPs is deprecated", 'spec.externalIPs[0]: IPv6 address "0:0::1" should be in RFC 5952 canonical format ("::1")', 'spec.externalIPs is ignored when spec.type is "ExternalName"']],
  ["a name that is not used", { type: "NodePort", externalName: "a.b" }, ['spec.externalName is ignored when spec.type is not "ExternalName"']],
  ["ranges", { type: "LoadBalancer", loadBalancerSourceRanges: ["10.0.0.0/8", "2001:DB8::/32"] }, ['spec.loadBalancerSourceRanges[1]: IPv6 CIDR value "2001:DB8::/32" should be in RFC 5952 canonical format ("2001:db8::/32")']],
  ["an old distribution", { type: "ClusterIP", trafficDistribution: "PreferClose" }, ['spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"']],
])("%s", (_what, spec, warnings) => expect(warningsOf(spec)).toEqual(warnings));

test("an old annotation", () => {
  expect(warningsOf({ type: "ClusterIP" }, { "service.kubernetes.io/topology-aware-hints": "auto" })).toEqual(["annotation service.kubernetes.io/topology-aware-hints is deprecated, please use service.kubernetes.io/topology-mode instead"]);
});
