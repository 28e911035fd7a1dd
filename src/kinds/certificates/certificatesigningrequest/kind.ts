// Follows pkg/registry/certificates/certificates/strategy.go and pkg/printers/internalversion/printers.go. Who asked, and when a condition
// came, the server fills in before the strategy runs (src/apiserver/certificates).
import type { Column, Health, KindDefinition } from "../../define.ts";
import { configGraph } from "../../graph/edges.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { humanDuration } from "../../printing/humanDuration.ts";
import { fillAbsent } from "../../sharing.ts";
import { strategy, withFieldOf } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import type { CertificateSigningRequest } from "./types.ts";
import { validateRequest, validateRequestUpdate } from "./validate.ts";

const columns: readonly Column<CertificateSigningRequest>[] = [
  nameColumn(),
  ageColumn(),
  { name: "SignerName", type: "string", description: "CertificateSigningRequestSpec.signerName", priority: 0, cell: (csr) => csr.spec.signerName || "<none>" },
  { name: "Requestor", type: "string", description: "CertificateSigningRequestSpec.request", priority: 0, cell: (csr) => csr.spec.username ?? "" },
  { name: "RequestedDuration", type: "string", description: "CertificateSigningRequestSpec.expirationSeconds", priority: 0, cell: (csr) => (csr.spec.expirationSeconds === undefined ? "<none>" : humanDuration(csr.spec.expirationSeconds * 1_000_000)) },
  { name: "Condition", type: "string", description: "CertificateSigningRequestStatus.conditions", priority: 0, cell: stateOf },
];

/** What of the cluster's own signers is other than upstream. */
const signerTexts: Readonly<Record<string, string>> = {
  "kubernetes.io/legacy-unknown": "this signer is not simulated: the request is kept and can be approved, but gets no certificate",
  "kubernetes.io/kube-apiserver-client": "the certificate is issued, but the gateway takes none of this authority, whose key follows from the seed",
};

const graph = configGraph<CertificateSigningRequest>({
  icon: "certificatesigningrequest",
  tier: "none",
  sentence: (csr) => `${stateOf(csr).replaceAll(",", ", ")}: ${csr.spec.username || "somebody"} asks ${csr.spec.signerName ?? "a signer"} for a certificate.`,
  facts: (csr) => ({ signerName: csr.spec.signerName ?? "", state: stateOf(csr) }),
});

export const certificateSigningRequestKind: KindDefinition<CertificateSigningRequest> = {
  gvk: { group: "certificates.k8s.io", version: "v1", kind: "CertificateSigningRequest" },
  versions: ["v1"],
  plural: "certificatesigningrequests",
  singular: "certificatesigningrequest",
  shortNames: ["csr"],
  categories: [],
  scope: "Cluster",
  verbs: storedVerbs,
  subresources: ["approval", "status"],
  schema: "io.k8s.api.certificates.v1.CertificateSigningRequest",
  defaults: (csr) => fillAbsent(csr, { spec: { request: "", signerName: "" }, status: {} }),
  strategy: strategy<CertificateSigningRequest>({
    prepareForCreate: (csr) => ({ ...csr, status: {} }),
    prepareForUpdate: (csr, old) => withFieldOf(withFieldOf(csr, old, "spec"), old, "status"),
    validate: validateRequest,
    validateUpdate: validateRequestUpdate("object"),
  }),
  statusStrategy: strategy<CertificateSigningRequest>({ prepareForUpdate: (csr, old) => withFieldOf(csr, old, "spec"), validateUpdate: validateRequestUpdate("status") }),
  subresourceStrategies: {
    approval: strategy<CertificateSigningRequest>({
      // Only the conditions are taken.
      prepareForUpdate: (csr, old) => ({ ...withFieldOf(csr, old, "spec"), status: { ...old.status, conditions: csr.status?.conditions ?? [] } }),
      validateUpdate: validateRequestUpdate("approval"),
    }),
  },
  selectableFields: { "spec.signerName": (csr) => csr.spec.signerName ?? "" },
  columns,
  unsimulated: ["spec.signerName"],
  unsimulatedWarnings: ({ spec }) => Object.hasOwn(signerTexts, spec.signerName ?? "") ? [`spec.signerName: ${signerTexts[spec.signerName ?? ""] ?? ""}`] : [],
  scale: null,
  graph: {
    ...graph,
    health(csr): Health {
      if (csr.metadata.deletionTimestamp !== undefined) return "terminating";
      const state = stateOf(csr);
      if (state.includes("Denied") || state.includes("Failed")) return "failed";
      return state === "Pending" ? "progressing" : "ok";
    },
  },
  template: `apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata:
  name: jane
spec:
  request: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIZ01JR0dBZ0VBTUNReERUQUxCZ05WQkFNTUJHcGhibVV4RXpBUkJnTlZCQW9NQ21SbGRtVnNiM0JsY25NdwpXVEFUQmdjcWhrak9QUUlCQmdncWhrak9QUU1CQndOQ0FBUVc0c1R3eHFFRW9rOU1mL2JCTGJMM1dKNmdvUTJLCkNjcmt6ejJxUktzSVQxbUY0bjhpQ2Jydm1ZZW9jMDVqUFVGaTF5eTFIcTB6VzlZb2FLa0czTWlLb0FBd0NnWUkKS29aSXpqMEVBd0lEU1FBd1JnSWhBS3Q0SmI1cmpML1dHTWUvcTJ4UEJ4a1hGVmlpT3NXVGdYS01RdER3ZG5DUQpBaUVBcGliZWtkclo2RksxdU9kNy9hZytXOG5idWlYOGI4M3NtbWJLTk15aUNqaz0KLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==
  signerName: kubernetes.io/kube-apiserver-client
  usages:
    - client auth
`,
};

/** "Pending", "Approved,Issued". */
function stateOf(csr: CertificateSigningRequest): string {
  const has = (type: string): boolean => (csr.status?.conditions ?? []).some((condition) => condition.type === type);
  const states = [has("Denied") ? "Denied" : has("Approved") ? "Approved" : "Pending"];
  if (has("Failed")) states.push("Failed");
  if ((csr.status?.certificate ?? "") !== "") states.push("Issued");
  return states.join(",");
}
