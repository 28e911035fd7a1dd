import { describe, expect, it } from "vitest";
import { endpointChain, serviceChain } from "./chainNames.ts";

describe("chain names are those of a real node", () => {
  it.each([
    ["default/kubernetes:https", "TCP", "KUBE-SVC-NPX46M4PTMTKRN6Y"],
    ["kube-system/kube-dns:dns", "UDP", "KUBE-SVC-TCOU7JCQXEZGVUNU"],
    ["kube-system/kube-dns:dns-tcp", "TCP", "KUBE-SVC-ERIFXISQEP7F7OF4"],
    ["kube-system/kube-dns:metrics", "TCP", "KUBE-SVC-JD5MR3NA4I4DYORP"],
  ] as const)("%s %s", (port, protocol, chain) => expect(serviceChain(port, protocol)).toBe(chain));

  it("an endpoint's name depends on its address", () => {
    expect(endpointChain("default/web", "TCP", "10.244.1.2:80")).not.toBe(endpointChain("default/web", "TCP", "10.244.1.3:80"));
  });
});
