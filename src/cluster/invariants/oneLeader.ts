import { isA, part, type Invariant } from "./define.ts";

/** Components have their leases in kube-system, and one clock, as they run on one machine. */
export const oneLeader: Invariant = {
  id: "S41",
  says: "a lease that components lead by changes hands only when its holder has let it run out",
  check: (change) => {
    if (!isA(change, "leases.coordination.k8s.io") || !change.key.includes("/kube-system/") || change.type !== "MODIFIED") return null;
    const before = part(change.prev, "spec");
    const after = part(change.value, "spec");
    const holder = String(before["holderIdentity"] ?? "");
    if (holder === after["holderIdentity"]) return after["leaseTransitions"] === before["leaseTransitions"] ? null : `${holder} counts ${String(after["leaseTransitions"])} transitions of its own lease`;
    const unrenewedSeconds = (Date.parse(String(after["renewTime"])) - Date.parse(String(before["renewTime"]))) / 1_000;
    if (holder !== "" && unrenewedSeconds < Number(before["leaseDurationSeconds"])) return `${String(after["holderIdentity"])} took it ${unrenewedSeconds} s after ${holder} had renewed it`;
    return after["leaseTransitions"] === Number(before["leaseTransitions"] ?? 0) + 1 ? null : `${String(after["leaseTransitions"])} transitions after ${String(before["leaseTransitions"])}`;
  },
};
