// Follows pkg/registry/core/endpoint/strategy.go, pkg/apis/core/validation/validation.go and pkg/printers/internalversion/printers.go.
import { index, invalid, notSupported, required } from "../../../apimachinery/fieldError.ts";
import { inclusiveRangeError, isDns1123Label, isDns1123Subdomain, isQualifiedName } from "../../../apimachinery/names.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import type { KindDefinition } from "../../define.ts";
import { configGraph, plural } from "../../graph/edges.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "../../metadata/validate.ts";
import { addressFaults, addressWarnings, specialAddressFaults } from "../../networkAddress.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { hostPort, shortList } from "../../printing/lists.ts";
import { changeItems, fill } from "../../sharing.ts";
import { strategy } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import type { EndpointAddress, EndpointPort, EndpointSubset, Endpoints } from "./types.ts";

const protocols = ["SCTP", "TCP", "UDP"];

export const endpointsKind: KindDefinition<Endpoints> = {
  gvk: { group: "", version: "v1", kind: "Endpoints" },
  versions: ["v1"],
  plural: "endpoints",
  singular: "endpoints",
  shortNames: ["ep"],
  categories: [],
  scope: "Namespaced",
  verbs: storedVerbs,
  subresources: [],
  schema: "io.k8s.api.core.v1.Endpoints",
  defaults: (endpoints) => changeItems(endpoints, "subsets", (subset: EndpointSubset) => changeItems(subset, "ports", (port: EndpointPort) => fill(port, { protocol: "TCP" }))),
  strategy: strategy<Endpoints>({
    validate: (endpoints) => [...validateObjectMeta(endpoints.metadata, true, isDns1123Subdomain, "metadata"), ...validateSubsets(endpoints.subsets)],
    validateUpdate: (endpoints, old) => [...validateObjectMetaUpdate(endpoints.metadata, old.metadata, "metadata"), ...(endpoints.subsets === old.subsets ? [] : validateSubsets(endpoints.subsets))],
    warnings: endpointsWarnings,
    allowCreateOnUpdate: true,
  }),
  statusStrategy: null,
  selectableFields: {},
  deprecation: "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
  columns: [nameColumn(), { name: "Endpoints", type: "string", description: "Endpoints.subsets", priority: 0, cell: (endpoints) => shortList(addressTexts(endpoints), endpoints.subsets === undefined || endpoints.subsets.length === 0 ? "<none>" : "") }, ageColumn()],
  scale: null,
  graph: configGraph({
    icon: "endpoints",
    tier: "none",
    sentence: (endpoints) => `Lists ${plural(addressTexts(endpoints).length, "ready address", "ready addresses")}.`,
    facts: (endpoints) => ({ addresses: addressTexts(endpoints) }),
  }),
  template: "",
};

/** What our own controller writes is not looked through. Follows pkg/api/endpoints. */
function endpointsWarnings(endpoints: Endpoints): readonly string[] {
  if (endpoints.metadata.labels?.["endpoints.kubernetes.io/managed-by"] === "endpoint-controller") return [];
  return (endpoints.subsets ?? []).flatMap((subset, at) => (["addresses", "notReadyAddresses"] as const).flatMap((list) => (subset[list] ?? []).flatMap((address, i) => addressWarnings(`${index(`${index("subsets", at)}.${list}`, i)}.ip`, address.ip))));
}

/** "10.244.1.2:80": every ready address with every port. */
function addressTexts(endpoints: Endpoints): readonly string[] {
  return (endpoints.subsets ?? []).flatMap((subset) => (subset.ports ?? []).flatMap((port) => (subset.addresses ?? []).map((address) => hostPort(address.ip, port.port))));
}

function validateSubsets(subsets: readonly EndpointSubset[] | undefined): readonly FieldError[] {
  return (subsets ?? []).flatMap((subset, at) => {
    const path = index("subsets", at);
    const errors: FieldError[] = [];
    if ((subset.addresses ?? []).length === 0 && (subset.notReadyAddresses ?? []).length === 0) errors.push(required(path, "must specify `addresses` or `notReadyAddresses`"));
    for (const [i, address] of (subset.addresses ?? []).entries()) errors.push(...validateAddress(address, index(`${path}.addresses`, i)));
    for (const [i, address] of (subset.notReadyAddresses ?? []).entries()) errors.push(...validateAddress(address, index(`${path}.notReadyAddresses`, i)));
    const ports = subset.ports ?? [];
    for (const [i, port] of ports.entries()) errors.push(...validatePort(port, ports.length > 1, index(`${path}.ports`, i)));
    return errors;
  });
}

function validateAddress(address: EndpointAddress, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const ip = address.ip ?? "";
  for (const message of addressFaults(ip)) errors.push(invalid(`${path}.ip`, ip, message));
  const hostname = address.hostname ?? "";
  if (hostname !== "") for (const message of isDns1123Label(hostname)) errors.push(invalid(`${path}.hostname`, hostname, message));
  if (address.nodeName !== undefined) for (const message of isDns1123Subdomain(address.nodeName)) errors.push(invalid(`${path}.nodeName`, address.nodeName, message));
  for (const message of specialAddressFaults(ip)) errors.push(invalid(`${path}.ip`, ip, message));
  return errors;
}

function validatePort(port: EndpointPort, needsName: boolean, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const name = port.name ?? "";
  if (needsName && name === "") errors.push(required(`${path}.name`));
  else if (name !== "") for (const message of isDns1123Label(name)) errors.push(invalid(`${path}.name`, name, message));
  const number = port.port ?? 0;
  if (number < 1 || number > 65535) errors.push(invalid(`${path}.port`, number, inclusiveRangeError(1, 65535)));
  const protocol = port.protocol ?? "";
  if (protocol === "") errors.push(required(`${path}.protocol`));
  else if (!protocols.includes(protocol)) errors.push(notSupported(`${path}.protocol`, protocol, protocols));
  if (port.appProtocol !== undefined) for (const message of isQualifiedName(port.appProtocol)) errors.push(invalid(`${path}.appProtocol`, port.appProtocol, message));
  return errors;
}
