// Follows pkg/kubelet/volumemanager/reconciler/reconciler_common.go and pkg/volume/util/operationexecutor/operation_generator.go.
import type { Json } from "../../../base/json.ts";
import type { Node } from "../../../kinds/core/node/types.ts";
import { diskUniqueName } from "../../../kinds/volumes/diskDriver.ts";
import type { ProcessContext, ProcessId } from "../../../sim/process.ts";
import type { VolumeFiles } from "../../runtime/criMessages.ts";

/** A disk that a pod's volume is to be. */
export interface DiskUse {
  /** The cloud's id of it. */
  readonly disk: string;
  /** Of the PersistentVolume. */
  readonly volume: string;
  /** ReadWriteOncePod: of one pod at a time. */
  readonly alone?: true;
}

export type DiskView = { readonly files: VolumeFiles } | { readonly waiting: true } | { readonly error: string };

/** The cloud's answer to {type: "disk/read"}. */
export interface DiskContent {
  readonly type: "disk/content";
  readonly disk: string;
  readonly files?: VolumeFiles;
  readonly error?: string;
}

interface Disk {
  readonly volume: string;
  /** Pods by uid, with the name of their volume. */
  readonly users: Record<string, string>;
  /** The node's status says that it is in use here, and that it is attached. */
  attached: boolean;
  files: VolumeFiles | null;
  error: string | null;
}

/** How long a pod waits for its disks before it says so: podAttachAndMountTimeout. */
const patienceUs = 123_000_000;
const askAgainUs = 5_000_000;

/** Apart, because it is made when the first pod with a disk comes. */
export function newNodeDisks(cloud: ProcessId | null): NodeDisks {
  return new NodeDisks(cloud);
}

/** The disks that pods of this node use: in use by the node's status first, then attached by the controller, then read and mounted. */
export class NodeDisks {
  readonly #cloud: ProcessId | null;
  readonly #disks = new Map<string, Disk>();
  /** Pods that have waited long enough to say so. */
  readonly #overdue = new Set<string>();

  constructor(cloud: ProcessId | null) {
    this.#cloud = cloud;
  }

  /** What the node's status is to call in use. */
  get inUse(): readonly string[] {
    return [...this.#disks.keys()].map(diskUniqueName).sort();
  }

  /** A pod is to have the disk. True where the node did not use it before. */
  use(ctx: ProcessContext, uid: string, name: string, { disk, volume }: DiskUse, node: Node | null): boolean {
    const known = this.#disks.get(disk);
    if (known?.users[uid] === undefined) ctx.setTimer(`claim/${uid}/patience`, patienceUs);
    if (known !== undefined) {
      known.users[uid] = name;
      return false;
    }
    const fresh: Disk = { volume, users: Object.assign(Object.create(null) as Record<string, string>, { [uid]: name }), attached: false, files: null, error: null };
    this.#disks.set(disk, fresh);
    this.#look(ctx, disk, fresh, node);
    return true;
  }

  /** The pod's volumes are unmounted: the disks that nobody else here uses, which the runtime is to forget; null where it had none. */
  release(ctx: ProcessContext, uid: string): readonly string[] | null {
    if (this.#disks.size === 0) return null;
    const freed: string[] = [];
    let had = false;
    for (const [id, disk] of this.#disks) {
      if (disk.users[uid] === undefined) continue;
      had = true;
      delete disk.users[uid];
      ctx.cancelTimer(`claim/${uid}/patience`);
      ctx.cancelTimer(`claim/${uid}/read`);
      if (Object.keys(disk.users).length > 0) continue;
      this.#disks.delete(id);
      freed.push(id);
    }
    this.#overdue.delete(uid);
    return had ? freed : null;
  }

  /** The runtime lost what it had mounted: the disks are read again, with all that was written meanwhile. */
  readAgain(ctx: ProcessContext): void {
    for (const [id, disk] of this.#disks) {
      disk.files = null;
      if (disk.attached) this.#ask(ctx, id, disk);
    }
  }

  view(uid: string, { disk: id, alone }: DiskUse): DiskView {
    const disk = this.#disks.get(id);
    if (disk !== undefined && alone === true && Object.keys(disk.users)[0] !== uid) return { error: `MountVolume.SetUp failed for volume ${JSON.stringify(disk.volume)} : volume uses the ReadWriteOncePod access mode and is already in use by another pod` };
    const { files = null, error = null } = disk ?? {};
    if (files !== null) return { files };
    if (disk !== undefined && error !== null) return { error: `MountVolume.MountDevice failed for volume ${JSON.stringify(disk.volume)} : rpc error: code = Internal desc = ${error}` };
    return this.#overdue.has(uid) ? { error: this.#lateness(uid) } : { waiting: true };
  }

  /** The node's object changed: the pods whose disk has just been attached, or taken away before it was mounted. */
  nodeChanged(ctx: ProcessContext, node: Node | null): void {
    for (const [id, disk] of this.#disks) if (!disk.attached) this.#look(ctx, id, disk, node);
  }

  /** The cloud's answer: the pods that waited for it. */
  told(ctx: ProcessContext, { disk: id, files, error }: DiskContent): readonly string[] {
    const disk = this.#disks.get(id);
    if (disk === undefined || disk.files !== null) return [];
    disk.files = files ?? null;
    disk.error = error ?? null;
    const users = Object.keys(disk.users);
    for (const uid of users) {
      ctx.cancelTimer(`claim/${uid}/read`);
      if (files === undefined) ctx.setTimer(`claim/${uid}/read`, askAgainUs);
      else if (!this.#waits(uid)) ctx.cancelTimer(`claim/${uid}/patience`);
    }
    return users;
  }

  /** True where the timer was one of ours, and the pod is to look again. */
  timer(ctx: ProcessContext, uid: string, what: string): boolean {
    if (what === "patience" && this.#waits(uid)) {
      this.#overdue.add(uid);
      ctx.setTimer(`claim/${uid}/patience`, patienceUs);
    } else if (what === "read") {
      for (const [id, disk] of this.#disks) if (disk.users[uid] !== undefined && disk.attached && disk.files === null) this.#ask(ctx, id, disk);
    }
    return what === "patience";
  }

  /** It was said. */
  patient(uid: string): void {
    this.#overdue.delete(uid);
  }

  snapshot(): Json {
    return { disks: [...this.#disks].map(([id, disk]) => [id, { ...disk, users: { ...disk.users } }]), overdue: [...this.#overdue] } as unknown as Json;
  }

  restore(data: Json): void {
    const saved = data as unknown as { readonly disks: readonly (readonly [string, Disk])[]; readonly overdue: readonly string[] };
    this.#disks.clear();
    this.#overdue.clear();
    for (const [id, disk] of saved.disks) this.#disks.set(id, { ...disk, users: Object.assign(Object.create(null) as Record<string, string>, disk.users) });
    for (const uid of saved.overdue) this.#overdue.add(uid);
  }

  #waits(uid: string): boolean {
    for (const disk of this.#disks.values()) if (disk.users[uid] !== undefined && disk.files === null) return true;
    return false;
  }

  /** Mounted is only what the status calls in use, and what the controller has attached. VerifyControllerAttachedVolume. */
  #look(ctx: ProcessContext, id: string, disk: Disk, node: Node | null): void {
    const name = diskUniqueName(id);
    if (node?.status?.volumesInUse?.includes(name) !== true || node.status.volumesAttached?.some((each) => each.name === name) !== true) return;
    disk.attached = true;
    this.#ask(ctx, id, disk);
  }

  #ask(ctx: ProcessContext, id: string, disk: Disk): void {
    disk.error = null;
    ctx.sendDatagram(this.#cloud ?? "", { type: "disk/read", disk: id });
    for (const uid of Object.keys(disk.users)) ctx.setTimer(`claim/${uid}/read`, askAgainUs);
  }

  /** Follows volume_manager.go (WaitForAttachAndMount). */
  #lateness(uid: string): string {
    const unmounted: string[] = [];
    const unattached: string[] = [];
    for (const { users, files, attached } of this.#disks.values()) {
      const name = users[uid];
      if (name === undefined || files !== null) continue;
      unmounted.push(name);
      if (!attached) unattached.push(name);
    }
    return `Unable to attach or mount volumes: unmounted volumes=[${unmounted.sort().join(" ")}], unattached volumes=[${unattached.sort().join(" ")}], failed to process volumes=[]: context deadline exceeded`;
  }
}
