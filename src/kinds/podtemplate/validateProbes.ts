// Follows pkg/apis/core/validation/validation.go: probes and lifecycle handlers.
import { forbidden, invalid, required, notSupported } from "../../apimachinery/fieldError.ts";
import { isHttpHeaderName } from "../../apimachinery/names.ts";
import type { FieldError } from "../../apimachinery/status.ts";
import type { Container, HTTPGetAction, Lifecycle, LifecycleHandler, Probe } from "../core/pod/types.ts";
import { validateNonnegative } from "../metadata/validate.ts";
import { validatePortNumOrName } from "./validatePorts.ts";

type Handler = LifecycleHandler & Pick<Probe, "grpc">;

export function validateLifecycle(lifecycle: Lifecycle, graceSeconds: number | undefined, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (lifecycle.postStart !== undefined) errors.push(...validateHandler(lifecycle.postStart, graceSeconds, `${path}.postStart`));
  if (lifecycle.preStop !== undefined) errors.push(...validateHandler(lifecycle.preStop, graceSeconds, `${path}.preStop`));
  return errors;
}

/** The three probes of a container. */
export function validateProbes(container: Container, graceSeconds: number | undefined, path: string): readonly FieldError[] {
  const { livenessProbe, readinessProbe, startupProbe } = container;
  const errors: FieldError[] = [];
  if (livenessProbe !== undefined) errors.push(...validateProbe(livenessProbe, graceSeconds, `${path}.livenessProbe`), ...mustSucceedOnce(livenessProbe, `${path}.livenessProbe`));
  if (readinessProbe !== undefined) {
    errors.push(...validateProbe(readinessProbe, graceSeconds, `${path}.readinessProbe`));
    const seconds = readinessProbe.terminationGracePeriodSeconds;
    if (seconds !== undefined) errors.push(invalid(`${path}.readinessProbe.terminationGracePeriodSeconds`, seconds, "must not be set for readinessProbes"));
  }
  if (startupProbe !== undefined) errors.push(...validateProbe(startupProbe, graceSeconds, `${path}.startupProbe`), ...mustSucceedOnce(startupProbe, `${path}.startupProbe`));
  return errors;
}

function mustSucceedOnce(probe: Probe, path: string): readonly FieldError[] {
  return probe.successThreshold === 1 ? [] : [invalid(`${path}.successThreshold`, probe.successThreshold ?? 0, "must be 1")];
}

function validateProbe(probe: Probe, graceSeconds: number | undefined, path: string): readonly FieldError[] {
  const errors: FieldError[] = [...validateHandler(probe, graceSeconds, path)];
  for (const name of ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"] as const) errors.push(...validateNonnegative(probe[name] ?? 0, `${path}.${name}`));
  const seconds = probe.terminationGracePeriodSeconds;
  if (seconds !== undefined && seconds <= 0) errors.push(invalid(`${path}.terminationGracePeriodSeconds`, seconds, "must be greater than 0"));
  return errors;
}

function validateHandler(handler: Handler, graceSeconds: number | undefined, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  let handlers = 0;
  const take = (name: string, check: () => readonly FieldError[]): void => {
    if (handlers > 0) errors.push(forbidden(`${path}.${name}`, "may not specify more than 1 handler type"));
    else errors.push(...check());
    handlers++;
  };
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
  if (exec !== undefined) take("exec", () => ((exec.command ?? []).length === 0 ? [required(`${path}.exec.command`)] : []));
  if (httpGet !== undefined) take("httpGet", () => validateHttpGet(httpGet, `${path}.httpGet`));
  if (tcpSocket !== undefined) take("tcpSocket", () => validatePortNumOrName(tcpSocket.port ?? 0, `${path}.tcpSocket.port`));
  if (grpc !== undefined) take("grpc", () => validatePortNumOrName(grpc.port ?? 0, `${path}.grpc.port`));
  if (sleep !== undefined) {
    const seconds = sleep.seconds ?? 0;
    take("sleep", () => (graceSeconds !== undefined && (seconds < 0 || seconds > graceSeconds) ? [invalid(`${path}.sleep`, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`)] : []));
  }
  if (handlers === 0) errors.push(required(path, "must specify a handler type"));
  return errors;
}

function validateHttpGet(action: HTTPGetAction, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if ((action.path ?? "") === "") errors.push(required(`${path}.path`));
  errors.push(...validatePortNumOrName(action.port ?? 0, `${path}.port`));
  const scheme = action.scheme ?? "";
  if (scheme !== "HTTP" && scheme !== "HTTPS") errors.push(notSupported(`${path}.scheme`, scheme, ["HTTP", "HTTPS"]));
  for (const header of action.httpHeaders ?? []) for (const message of isHttpHeaderName(header.name ?? "")) errors.push(invalid(`${path}.httpHeaders`, header.name ?? "", message));
  return errors;
}
