// Follows pkg/apis/discovery/validation/validation.go.
import { index, invalid, notSupported, required, tooMany, duplicate } from "../../../apimachinery/fieldError.ts";
import { isDns1123Label, isDns1123Subdomain, isQualifiedName, isValidLabelValue } from "../../../apimachinery/names.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import { validateImmutable, validateObjectMeta, validateObjectMetaUpdate } from "../../metadata/validate.ts";
import { parseAddress } from "../../address.ts";
import { addressFaults, addressWarnings, specialAddressFaults } from "../../networkAddress.ts";
import type { Endpoint, EndpointPort, EndpointSlice } from "./types.ts";

const addressTypes = ["FQDN", "IPv4", "IPv6"];
const protocols = ["SCTP", "TCP", "UDP"];
const maxEndpoints = 1000;
const maxAddresses = 100;
const maxPorts = 20_000;
/** Of zones, and of nodes. */
const maxHints = 8;

export function validateEndpointSlice(slice: EndpointSlice): readonly FieldError[] {
  return [...validateObjectMeta(slice.metadata, true, isDns1123Subdomain, "metadata"), ...validateAddressType(slice.addressType ?? ""), ...validateEndpoints(slice), ...validatePorts(slice.ports ?? [])];
}

export function validateEndpointSliceUpdate(slice: EndpointSlice, old: EndpointSlice): readonly FieldError[] {
  return [
    ...validateObjectMetaUpdate(slice.metadata, old.metadata, "metadata"),
    ...validateEndpointSlice(slice),
    ...validateImmutable(slice.addressType, old.addressType, "addressType"),
  ];
}

/** What our own controllers write is not looked through. */
const ownManagers: ReadonlySet<string> = new Set(["endpointslice-controller.k8s.io", "endpointslicemirroring-controller.k8s.io"]);

export function endpointSliceWarnings(slice: EndpointSlice): readonly string[] {
  if (slice.addressType === "FQDN") return ["spec.addressType: FQDN endpoints are deprecated"];
  if (ownManagers.has(slice.metadata.labels?.["endpointslice.kubernetes.io/managed-by"] ?? "")) return [];
  return (slice.endpoints ?? []).flatMap((endpoint, at) => (endpoint.addresses ?? []).flatMap((address, i) => addressWarnings(index(`${index("endpoints", at)}.addresses`, i), address)));
}

function validateAddressType(type: string): readonly FieldError[] {
  if (type === "") return [required("addressType")];
  return addressTypes.includes(type) ? [] : [notSupported("addressType", type, addressTypes)];
}

function validateEndpoints(slice: EndpointSlice): readonly FieldError[] {
  const endpoints = slice.endpoints ?? [];
  if (endpoints.length > maxEndpoints) return [tooMany("endpoints", endpoints.length, maxEndpoints)];
  return endpoints.flatMap((endpoint, at) => validateEndpoint(endpoint, slice.addressType, index("endpoints", at)));
}

function validateEndpoint(endpoint: Endpoint, type: string, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const addresses = endpoint.addresses ?? [];
  if (addresses.length === 0) errors.push(required(`${path}.addresses`, "must contain at least 1 address"));
  else if (addresses.length > maxAddresses) errors.push(tooMany(`${path}.addresses`, addresses.length, maxAddresses));
  for (const [at, address] of addresses.entries()) errors.push(...validateAddress(address, type, index(`${path}.addresses`, at)));
  if (endpoint.nodeName !== undefined) for (const message of isDns1123Subdomain(endpoint.nodeName)) errors.push(invalid(`${path}.nodeName`, endpoint.nodeName, message));
  for (const name of Object.keys(endpoint.deprecatedTopology ?? {}).sort()) {
    for (const message of isQualifiedName(name)) errors.push(invalid(`${path}.deprecatedTopology`, name, message));
    const value = endpoint.deprecatedTopology?.[name] ?? "";
    for (const message of isValidLabelValue(value)) errors.push(invalid(`${path}.deprecatedTopology`, value, message));
  }
  if (endpoint.hostname !== undefined) for (const message of isDns1123Label(endpoint.hostname)) errors.push(invalid(`${path}.hostname`, endpoint.hostname, message));
  errors.push(...validateHints(endpoint.hints?.forZones ?? [], `${path}.hints.forZones`, isValidLabelValue), ...validateHints(endpoint.hints?.forNodes ?? [], `${path}.hints.forNodes`, isDns1123Subdomain));
  return errors;
}

/** Zones or nodes that an endpoint is meant for: few, each once, and named as such are. */
function validateHints(hints: readonly { readonly name: string }[], path: string, faultsOf: (name: string) => readonly string[]): readonly FieldError[] {
  const errors: FieldError[] = hints.length > maxHints ? [tooMany(path, hints.length, maxHints)] : [];
  const seen = new Set<string>();
  for (const [at, { name = "" }] of hints.entries()) {
    const namePath = `${index(path, at)}.name`;
    if (seen.has(name)) errors.push(duplicate(namePath, name));
    else for (const message of faultsOf(name)) errors.push(invalid(namePath, name, message));
    seen.add(name);
  }
  return errors;
}

function validateAddress(address: string, type: string, path: string): readonly FieldError[] {
  if (type === "FQDN") return isDns1123Subdomain(address).map((message) => invalid(path, address, message));
  if (type !== "IPv4" && type !== "IPv6") return [];
  const parsed = parseAddress(address);
  const isRight = parsed !== null && (parsed.family === "ipv4") === (type === "IPv4");
  if (!isRight) return [invalid(path, address, `must be a valid ${type} address`), ...(parsed === null ? [] : specialFaults(address, path))];
  const faults = addressFaults(address);
  if (faults.length > 0) return faults.map((message) => invalid(path, address, message));
  return specialFaults(address, path);
}

function specialFaults(address: string, path: string): readonly FieldError[] {
  return specialAddressFaults(address).map((message) => invalid(path, address, message));
}

function validatePorts(ports: readonly EndpointPort[]): readonly FieldError[] {
  if (ports.length > maxPorts) return [tooMany("ports", ports.length, maxPorts)];
  const names = new Set<string>();
  return ports.flatMap((port, at) => {
    const path = index("ports", at);
    const errors: FieldError[] = [];
    const name = port.name ?? "";
    if (name !== "") for (const message of isDns1123Label(name)) errors.push(invalid(`${path}.name`, name, message));
    if (names.has(name)) errors.push(duplicate(`${path}.name`, name));
    else names.add(name);
    const protocol = port.protocol ?? "";
    if (protocol === "") errors.push(required(`${path}.protocol`));
    else if (!protocols.includes(protocol)) errors.push(notSupported(`${path}.protocol`, protocol, protocols));
    if (port.appProtocol !== undefined) for (const message of isQualifiedName(port.appProtocol)) errors.push(invalid(`${path}.appProtocol`, port.appProtocol, message));
    return errors;
  });
}
