// Follows pkg/apis/core/validation/validation.go: ports.
import { duplicate, index, invalid, notSupported, required } from "../../apimachinery/fieldError.ts";
import { isValidPortName, isValidPortNum } from "../../apimachinery/names.ts";
import type { FieldError } from "../../apimachinery/status.ts";
import type { ContainerPort } from "../core/pod/types.ts";

const protocols = ["SCTP", "TCP", "UDP"];

/** A port by number or by name. */
export function validatePortNumOrName(port: number | string, path: string): readonly FieldError[] {
  return (typeof port === "number" ? isValidPortNum(port) : isValidPortName(port)).map((message) => invalid(path, port, message));
}

export function validateContainerPorts(ports: readonly ContainerPort[] | undefined, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const [at, port] of (ports ?? []).entries()) {
    const portPath = index(path, at);
    const name = port.name ?? "";
    if (name !== "") {
      const faults = isValidPortName(name);
      if (faults.length > 0) for (const message of faults) errors.push(invalid(`${portPath}.name`, name, message));
      else if (names.has(name)) errors.push(duplicate(`${portPath}.name`, name));
      else names.add(name);
    }
    const number = port.containerPort ?? 0;
    if (number === 0) errors.push(required(`${portPath}.containerPort`));
    else for (const message of isValidPortNum(number)) errors.push(invalid(`${portPath}.containerPort`, number, message));
    const hostPort = port.hostPort ?? 0;
    if (hostPort !== 0) for (const message of isValidPortNum(hostPort)) errors.push(invalid(`${portPath}.hostPort`, hostPort, message));
    const protocol = port.protocol ?? "";
    if (protocol === "") errors.push(required(`${portPath}.protocol`));
    else if (!protocols.includes(protocol)) errors.push(notSupported(`${portPath}.protocol`, protocol, protocols));
  }
  return errors;
}
