import { isDns1123Label } from "../../../apimachinery/names.ts";
import { deepEqual } from "../../../base/deepEqual.ts";
import type { Container, PodSpec, Volume, VolumeMount } from "./types.ts";

// The pods of a template differ by the name of the volume that their token is mounted from, and by nothing else that is judged: such a spec is sound when
// the one before was. A cache of a pure function: what it does not know is judged in full.

const kept = 4;
/** The latest first. */
let latest: readonly PodSpec[] = [];

/** Remembers a spec that passed every rule for a pod's. */
export function keepSoundSpec(spec: PodSpec): void {
  if (!namesOnlyMount(spec)) return;
  latest = [spec, ...latest].slice(0, kept);
}

/** Whether this is a spec that has passed, but for the names of its volumes: those must be good ones, and the mounts must have gone along. */
export function isLikeSoundSpec(spec: PodSpec): boolean {
  for (const sound of latest) if (isRenamed(spec, sound)) return true;
  return false;
}

/** Volumes are named by nothing but mounts of containers, and their names become no part of other names: then a name is as good as another. */
function namesOnlyMount(spec: PodSpec): boolean {
  if ((spec.ephemeralContainers ?? []).length > 0) return false;
  if ((spec.volumes ?? []).some((volume) => volume.ephemeral !== undefined)) return false;
  return [...(spec.containers ?? []), ...(spec.initContainers ?? [])].every((container) => container.volumeDevices === undefined && !(container.env ?? []).some((each) => each.valueFrom?.fileKeyRef !== undefined));
}

function isRenamed(spec: PodSpec, sound: PodSpec): boolean {
  if (!isEqualBut(spec, sound, partsWithNames)) return false;
  const names = renamed(spec.volumes, sound.volumes);
  return names !== null && mountAlike(spec.containers, sound.containers, names) && mountAlike(spec.initContainers, sound.initContainers, names);
}

const partsWithNames: ReadonlySet<string> = new Set(["volumes", "containers", "initContainers"]);
const ownName: ReadonlySet<string> = new Set(["name"]);
const ownMounts: ReadonlySet<string> = new Set(["volumeMounts"]);

function isEqualBut(a: object, b: object, left: ReadonlySet<string>): boolean {
  const one = a as Readonly<Record<string, unknown>>;
  const other = b as Readonly<Record<string, unknown>>;
  let count = 0;
  for (const key in one) {
    if (one[key] === undefined) continue;
    count++;
    if (!left.has(key) && !deepEqual(one[key], other[key])) return false;
  }
  for (const key in other) if (other[key] !== undefined) count--;
  return count === 0;
}

/** The name in the sound spec by that in the other; null where the volumes differ in more than good names of their own. */
function renamed(volumes: readonly Volume[] | undefined, sound: readonly Volume[] | undefined): ReadonlyMap<string, string> | null {
  const names = new Map<string, string>();
  if ((volumes ?? []).length !== (sound ?? []).length) return null;
  for (const [at, volume] of (volumes ?? []).entries()) {
    const other = sound?.[at];
    if (other === undefined || !isEqualBut(volume, other, ownName)) return null;
    if (volume.name !== other.name && isDns1123Label(volume.name).length > 0) return null;
    if (names.has(volume.name)) return null;
    names.set(volume.name, other.name);
  }
  return names;
}

function mountAlike(containers: readonly Container[] | undefined, sound: readonly Container[] | undefined, names: ReadonlyMap<string, string>): boolean {
  if ((containers ?? []).length !== (sound ?? []).length) return false;
  for (const [at, container] of (containers ?? []).entries()) {
    const other = sound?.[at];
    if (other === undefined || !isEqualBut(container, other, ownMounts) || !areMountsAlike(container.volumeMounts ?? [], other.volumeMounts ?? [], names)) return false;
  }
  return true;
}

function areMountsAlike(mounts: readonly VolumeMount[], sound: readonly VolumeMount[], names: ReadonlyMap<string, string>): boolean {
  if (mounts.length !== sound.length) return false;
  for (const [at, mount] of mounts.entries()) {
    const other = sound[at];
    if (other === undefined || names.get(mount.name) !== other.name || !isEqualBut(mount, other, ownName)) return false;
  }
  return true;
}
