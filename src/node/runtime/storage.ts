import type { ContainerRun } from "./container.ts";
import type { SandboxSpec } from "./criMessages.ts";
import { NodeVolumes } from "./nodeVolumes.ts";
import { sizeOf } from "./zeros.ts";

/** What a pod may keep on the machine's disk, in bytes; what is not named is not bounded. */
export interface StorageLimits {
  readonly pod?: number;
  readonly containers: Readonly<Record<string, number>>;
  /** By emptyDir. */
  readonly volumes: Readonly<Record<string, number>>;
  /** Those of them that lie in memory, and are as large as that and no larger. */
  readonly inMemory: readonly string[];
}

/** What it keeps there. */
export interface StorageUse {
  readonly containers: Readonly<Record<string, number>>;
  readonly volumes: Readonly<Record<string, number>>;
}

type Runs = Iterable<ContainerRun>;

/** What a pod's containers have written: each to its own layer, and all to the pod's emptyDirs. */
export function storageUse(runs: Runs, sandbox: SandboxSpec, volumes: NodeVolumes): StorageUse {
  const containers: Record<string, number> = {};
  for (const { spec, layer, value } of runs) {
    if (spec.podUid !== sandbox.podUid || value !== "running") continue;
    containers[spec.name] = Object.values(layer).reduce<number>((sum, content) => sum + (content === null ? 0 : sizeOf(content)), 0);
  }
  const held: Record<string, number> = {};
  for (const name of sandbox.emptyDirs ?? []) {
    const key = keyOf(sandbox, name);
    held[name] = volumes.paths(key).reduce((sum, path) => sum + sizeOf(volumes.read(key, path) ?? ""), 0);
  }
  return { containers, volumes: held };
}

/** Whether a pod keeps more than it may. */
export function isOver({ containers, volumes }: StorageUse, limits: StorageLimits): boolean {
  const over = (used: Readonly<Record<string, number>>, most: Readonly<Record<string, number>>): boolean => Object.entries(most).some(([name, bytes]) => (used[name] ?? 0) > bytes);
  return over(volumes, limits.volumes) || over(containers, limits.containers) || (limits.pod !== undefined && totalUse({ containers, volumes }, limits) > limits.pod);
}

/** All together; what lies in memory is no part of the disk. */
export function totalUse({ containers, volumes }: StorageUse, { inMemory }: StorageLimits): number {
  let sum = 0;
  for (const bytes of Object.values(containers)) sum += bytes;
  for (const [name, bytes] of Object.entries(volumes)) if (!inMemory.includes(name)) sum += bytes;
  return sum;
}

/** What hinders a write to a file system in memory that has a size; null: there is room. */
export function noRoom(run: ContainerRun, sandbox: SandboxSpec, volumes: NodeVolumes, path: string, content: string): string | null {
  for (const name of sandbox.storage?.inMemory ?? []) {
    const key = keyOf(sandbox, name);
    const mount = run.mounts.find(({ key: mounted, mountPath }) => mounted === key && path.startsWith(`${mountPath}/`));
    const most = sandbox.storage?.volumes[name];
    if (mount === undefined || most === undefined) continue;
    const before = sizeOf(volumes.read(key, path.slice(mount.mountPath.length + 1)) ?? "");
    const all = volumes.paths(key).reduce((sum, each) => sum + sizeOf(volumes.read(key, each) ?? ""), 0);
    if (all - before + sizeOf(content) > most) return "No space left on device";
  }
  return null;
}

function keyOf({ podUid, volumes }: SandboxSpec, name: string): string {
  return NodeVolumes.key(podUid, volumes.find((volume) => volume.name === name) ?? { name });
}
