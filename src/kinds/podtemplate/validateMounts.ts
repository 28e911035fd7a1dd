// Follows pkg/apis/core/validation/validation.go: volume mounts and devices.
import { forbidden, index, invalid, notFoundField, notSupported, required } from "../../apimachinery/fieldError.ts";
import type { FieldError } from "../../apimachinery/status.ts";
import type { Container, Volume, VolumeMount } from "../core/pod/types.ts";
import { validateDescendingPath, validateNoBacksteps } from "./validatePaths.ts";

export type VolumesByName = ReadonlyMap<string, Volume>;

const propagations = ["Bidirectional", "HostToContainer", "None"];
const recursiveModes = ["Disabled", "Enabled", "IfPossible"];

export function validateMounts(container: Container, volumes: VolumesByName, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const devices = new Map((container.volumeDevices ?? []).map((device) => [device.name, device.devicePath]));
  const mountPaths = new Set<string>();
  for (const [at, mount] of (container.volumeMounts ?? []).entries()) {
    const own = index(path, at);
    const name = mount.name ?? "";
    const mountPath = mount.mountPath ?? "";
    if (name === "") errors.push(required(`${own}.name`));
    if (!volumes.has(name)) errors.push(notFoundField(`${own}.name`, name));
    if (mountPath === "") errors.push(required(`${own}.mountPath`));
    if (mountPaths.has(mountPath)) errors.push(invalid(`${own}.mountPath`, mountPath, "must be unique"));
    mountPaths.add(mountPath);
    if (devices.has(name)) errors.push(invalid(`${own}.name`, name, "must not already exist in volumeDevices"));
    if ([...devices.values()].includes(mountPath)) errors.push(invalid(`${own}.mountPath`, mountPath, "must not already exist as a path in volumeDevices"));
    const subPath = mount.subPath ?? "";
    const subPathExpr = mount.subPathExpr ?? "";
    // Upstream names the list, not the entry, for what is wrong inside these.
    if (subPath !== "") errors.push(...validateDescendingPath(subPath, `${path}.subPath`));
    if (subPathExpr !== "") {
      if (subPath !== "") errors.push(invalid(`${own}.subPathExpr`, subPathExpr, "subPathExpr and subPath are mutually exclusive"));
      errors.push(...validateDescendingPath(subPathExpr, `${path}.subPathExpr`));
    }
    errors.push(...validatePropagation(mount, container, `${path}.mountPropagation`), ...validateRecursiveReadOnly(mount, `${path}.recursiveReadOnly`));
  }
  return errors;
}

function validatePropagation(mount: VolumeMount, container: Container, path: string): readonly FieldError[] {
  const mode = mount.mountPropagation;
  if (mode === undefined) return [];
  const errors: FieldError[] = propagations.includes(mode) ? [] : [notSupported(path, mode, propagations)];
  if (mode === "Bidirectional" && container.securityContext?.privileged !== true) errors.push(forbidden(path, "Bidirectional mount propagation is available only to privileged containers"));
  return errors;
}

function validateRecursiveReadOnly(mount: VolumeMount, path: string): readonly FieldError[] {
  const mode = mount.recursiveReadOnly;
  if (mode === undefined || mode === "Disabled") return [];
  if (!recursiveModes.includes(mode)) return [notSupported(path, mode, recursiveModes)];
  const errors: FieldError[] = [];
  if (mount.readOnly !== true) errors.push(forbidden(path, "may only be specified when readOnly is true"));
  if (mount.mountPropagation !== undefined && mount.mountPropagation !== "None") errors.push(forbidden(path, "may only be specified when mountPropagation is None or not specified"));
  return errors;
}

export function validateDevices(container: Container, volumes: VolumesByName, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const mounts = new Map((container.volumeMounts ?? []).map((mount) => [mount.name, mount.mountPath]));
  const names = new Set<string>();
  const paths = new Set<string>();
  for (const [at, device] of (container.volumeDevices ?? []).entries()) {
    const own = index(path, at);
    const name = device.name ?? "";
    const devicePath = device.devicePath ?? "";
    const volume = volumes.get(name);
    if (name === "") errors.push(required(`${own}.name`));
    if (names.has(name)) errors.push(invalid(`${own}.name`, name, "must be unique"));
    if (volume === undefined) errors.push(notFoundField(`${own}.name`, name));
    else if (volume.persistentVolumeClaim === undefined && volume.ephemeral === undefined) errors.push(invalid(`${own}.name`, name, "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"));
    if (devicePath === "") errors.push(required(`${own}.devicePath`));
    if (paths.has(devicePath)) errors.push(invalid(`${own}.devicePath`, devicePath, "must be unique"));
    if (devicePath !== "" && validateNoBacksteps(devicePath, path).length > 0) errors.push(invalid(`${own}.devicePath`, devicePath, "can not contain backsteps ('..')"));
    else paths.add(devicePath);
    if (mounts.has(name)) errors.push(invalid(`${own}.name`, name, "must not already exist in volumeMounts"));
    if ([...mounts.values()].includes(devicePath)) errors.push(invalid(`${own}.devicePath`, devicePath, "must not already exist as a path in volumeMounts"));
    if (name !== "") names.add(name);
  }
  return errors;
}
