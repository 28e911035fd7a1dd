// Follows pkg/apis/networking/validation/validation.go: ingresses.
import { index, invalid, notSupported, required } from "../../../apimachinery/fieldError.ts";
import { isDns1123Label, isDns1123Subdomain, isPathSegmentName, isValidPortName, isValidPortNum, isWildcardDns1123Subdomain } from "../../../apimachinery/names.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "../../metadata/validate.ts";
import { parseAddress } from "../../address.ts";
import { addressFaults } from "../../networkAddress.ts";
import type { TypedLocalObjectReference } from "../../core/references.ts";
import type { HTTPIngressPath, Ingress, IngressBackend, IngressRule, IngressTLS } from "./types.ts";

export const ingressClassAnnotation = "kubernetes.io/ingress.class";
const pathTypes = ["Exact", "ImplementationSpecific", "Prefix"];
const forbiddenInPaths = ["//", "/./", "/../", "%2f", "%2F"];
const forbiddenPathEnds = ["/..", "/."];

export function validateIngressCreate(ingress: Ingress): readonly FieldError[] {
  const annotation = ingress.metadata.annotations?.[ingressClassAnnotation];
  const className = ingress.spec.ingressClassName;
  const clash = annotation !== undefined && className !== undefined && annotation !== className;
  return [...validateIngress(ingress), ...(clash ? [invalid(`annotations.${ingressClassAnnotation}`, annotation, "must match `ingressClassName` when both are specified")] : [])];
}

export function validateIngressUpdate(ingress: Ingress, old: Ingress): readonly FieldError[] {
  return [...validateObjectMetaUpdate(ingress.metadata, old.metadata, "metadata"), ...validateIngress(ingress)];
}

export function validateIngressStatusUpdate(ingress: Ingress, old: Ingress): readonly FieldError[] {
  const errors: FieldError[] = [...validateObjectMetaUpdate(ingress.metadata, old.metadata, "metadata")];
  for (const [at, entry] of (ingress.status?.loadBalancer?.ingress ?? []).entries()) {
    const path = index("status.loadBalancer.ingress", at);
    const ip = entry.ip ?? "";
    const hostname = entry.hostname ?? "";
    if (ip !== "") for (const message of addressFaults(ip)) errors.push(invalid(`${path}.ip`, ip, message));
    if (hostname !== "") for (const message of isDns1123Subdomain(hostname)) errors.push(invalid(`${path}.hostname`, hostname, message));
    if (hostname !== "" && parseAddress(hostname) !== null) errors.push(invalid(`${path}.hostname`, hostname, "must be a DNS name, not an IP address"));
  }
  return errors;
}

function validateIngress(ingress: Ingress): readonly FieldError[] {
  const errors: FieldError[] = [...validateObjectMeta(ingress.metadata, true, isDns1123Subdomain, "metadata")];
  const { rules, defaultBackend, tls, ingressClassName } = ingress.spec;
  if ((rules ?? []).length === 0 && defaultBackend === undefined) errors.push(invalid("spec", null, "either `defaultBackend` or `rules` must be specified"));
  if (defaultBackend !== undefined) errors.push(...validateBackend(defaultBackend, "spec.defaultBackend"));
  for (const [at, rule] of (rules ?? []).entries()) errors.push(...validateRule(rule, index("spec.rules", at)));
  for (const [at, entry] of (tls ?? []).entries()) errors.push(...validateTls(entry, index("spec.tls", at)));
  if (ingressClassName !== undefined) for (const message of isDns1123Subdomain(ingressClassName)) errors.push(invalid("spec.ingressClassName", ingressClassName, message));
  return errors;
}

function validateTls(tls: IngressTLS, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  for (const [at, host] of (tls.hosts ?? []).entries()) for (const message of hostFaults(host)) errors.push(invalid(index(`${path}.hosts`, at), host, message));
  const secret = tls.secretName ?? "";
  if (secret !== "") for (const message of isDns1123Subdomain(secret)) errors.push(invalid(`${path}.secretName`, secret, message));
  return errors;
}

function hostFaults(host: string): readonly string[] {
  return host.includes("*") ? isWildcardDns1123Subdomain(host) : isDns1123Subdomain(host);
}

function validateRule(rule: IngressRule, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const host = rule.host ?? "";
  if (host !== "") {
    if (parseAddress(host) !== null) errors.push(invalid(`${path}.host`, host, "must be a DNS name, not an IP address"));
    for (const message of hostFaults(host)) errors.push(invalid(`${path}.host`, host, message));
  }
  if (rule.http === undefined) return errors;
  const paths = rule.http.paths ?? [];
  if (paths.length === 0) errors.push(required(`${path}.http.paths`));
  for (const [at, each] of paths.entries()) errors.push(...validatePath(each, index(`${path}.http.paths`, at)));
  return errors;
}

function validatePath(rule: HTTPIngressPath, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const type = rule.pathType as string | undefined;
  const text = rule.path ?? "";
  if (type === undefined) return [required(`${path}.pathType`, "pathType must be specified")];
  if (type === "Exact" || type === "Prefix") {
    if (!text.startsWith("/")) errors.push(invalid(`${path}.path`, text, "must be an absolute path"));
    for (const part of forbiddenInPaths) if (text.includes(part)) errors.push(invalid(`${path}.path`, text, `must not contain '${part}'`));
    for (const end of forbiddenPathEnds) if (text.endsWith(end)) errors.push(invalid(`${path}.path`, text, `cannot end with '${end}'`));
  } else if (type === "ImplementationSpecific") {
    if (text !== "" && !text.startsWith("/")) errors.push(invalid(`${path}.path`, text, "must be an absolute path"));
  } else {
    errors.push(notSupported(`${path}.pathType`, type, pathTypes));
  }
  return [...errors, ...validateBackend(rule.backend ?? {}, `${path}.backend`)];
}

function validateBackend(backend: IngressBackend, path: string): readonly FieldError[] {
  const { service, resource } = backend;
  if (service !== undefined && resource !== undefined) return [invalid(path, "", "cannot set both resource and service backends")];
  if (resource !== undefined) return validateResource(resource, `${path}.resource`);
  if (service === undefined) return [invalid(path, "", "resource or service backend is required")];
  const errors: FieldError[] = [];
  const name = service.name ?? "";
  if (name === "") errors.push(required(`${path}.service.name`));
  else for (const message of isDns1123Label(name)) errors.push(invalid(`${path}.service.name`, name, message));
  const portName = service.port?.name ?? "";
  const portNumber = service.port?.number ?? 0;
  if (portName !== "" && portNumber !== 0) errors.push(invalid(path, "", "cannot set both port name & port number"));
  else if (portName !== "") for (const message of isValidPortName(portName)) errors.push(invalid(`${path}.service.port.name`, portName, message));
  else if (portNumber !== 0) for (const message of isValidPortNum(portNumber)) errors.push(invalid(`${path}.service.port.number`, portNumber, message));
  else errors.push(required(path, "port name or number is required"));
  return errors;
}

function validateResource(resource: TypedLocalObjectReference, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  // Absent it is null: the field has no omitempty.
  if (typeof resource.apiGroup === "string") for (const message of isDns1123Subdomain(resource.apiGroup)) errors.push(invalid(`${path}.apiGroup`, resource.apiGroup, message));
  for (const name of ["kind", "name"] as const) {
    const value = resource[name] ?? "";
    if (value === "") errors.push(required(`${path}.${name}`, `${name} is required`));
    else for (const message of isPathSegmentName(value)) errors.push(invalid(`${path}.${name}`, value, message));
  }
  return errors;
}

export function ingressWarnings(ingress: Ingress, old: Ingress | null): readonly string[] {
  const isNew = old === null || old.metadata.annotations?.[ingressClassAnnotation] === undefined;
  if (!isNew || ingress.metadata.annotations?.[ingressClassAnnotation] === undefined || ingress.spec.ingressClassName !== undefined) return [];
  return [`annotation "${ingressClassAnnotation}" is deprecated, please use 'spec.ingressClassName' instead`];
}
