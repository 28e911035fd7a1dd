import type { Json } from "../../base/json.ts";
import { extended } from "../../base/extended.ts";
import { filesOf } from "../images/resolveImage.ts";
import type { ContainerSpec, MountSpec, VolumeSpec } from "./criMessages.ts";

type Files = Readonly<Record<string, string>>;
type Place = Pick<VolumeSpec, "name"> & Partial<Pick<VolumeSpec, "hostPath" | "disk" | "image">>;

/** The kubelet's own folder of pods: what lies in an emptyDir of the machine's disk, by the pod's uid. */
const podsFolder = "/var/lib/kubelet/pods";
const hostPrefix = "hostPath:";
const diskPrefix = "disk:";
const imagePrefix = "image:";

/** What was written to a disk of the cloud, to be told it: null is a file that was removed. */
export interface DiskWrites {
  readonly disk: string;
  readonly files: Readonly<Record<string, string | null>>;
}

/**
 * The volumes of a node's pods, by "<pod uid>/<volume>"; "hostPath:<path>" is a folder of the machine's own files, which all pods share, and
 * "disk:<id>" one of the cloud's disks that is mounted here, of which this is a copy that is written through; "image:<reference>" is what is in
 * an image.
 */
export class NodeVolumes {
  readonly #files = new Map<string, Files>();
  /** The machine's own files by their whole path: they outlive the runtime and every pod. */
  readonly #host = new Map<string, string>();
  #hostChanged = false;
  readonly #diskWrites = new Map<string, Record<string, string | null>>();

  static key(podUid: string, volume: Place): string {
    if (volume.image !== undefined) return `${imagePrefix}${volume.image}`;
    if (volume.disk !== undefined) return `${diskPrefix}${volume.disk}`;
    return volume.hostPath === undefined ? `${podUid}/${volume.name}` : `${hostPrefix}${cleaned(volume.hostPath)}`;
  }

  /**
   * A container's mounts, each with the key of its volume. A part alone of what follows the API stays as it is when the container is made:
   * the mount leads to the files themselves, and an update puts others in their place.
   */
  mounts({ podUid, name, mounts }: ContainerSpec, volumes: readonly VolumeSpec[]): readonly (MountSpec & { readonly key: string })[] {
    return mounts.map((mount) => {
      const volume = volumes.find((each) => each.name === mount.volume);
      let key = NodeVolumes.key(podUid, volume ?? { name: mount.volume });
      const follows = mount.subPath !== "" && volume !== undefined && volume.disk === undefined && Object.keys(volume.files).length > 0;
      const files = follows ? this.#files.get(key) : undefined;
      if (files !== undefined) this.#files.set((key += `/${name}`), files);
      return extended(mount, { key, readOnly: mount.readOnly || volume?.image !== undefined });
    });
  }

  mount(podUid: string, volume: VolumeSpec): void {
    if (volume.hostPath !== undefined || volume.image !== undefined) return;
    const key = NodeVolumes.key(podUid, volume);
    if (volume.disk === undefined || !this.#files.has(key)) this.#files.set(key, volume.files);
  }

  /** A disk leaves the machine. */
  unmountDisk(disk: string): void {
    this.#files.delete(`${diskPrefix}${disk}`);
  }

  read(key: string, path: string): string | null {
    if (key.startsWith(hostPrefix)) return this.#host.get(inside(key, path)) ?? null;
    if (key.startsWith(imagePrefix)) return filesOf(key.slice(imagePrefix.length))[`/${path}`] ?? null;
    const files = this.#files.get(key);
    return files !== undefined && Object.hasOwn(files, path) ? (files[path] ?? null) : null;
  }

  /** The paths of a volume's files, within it. */
  paths(key: string): readonly string[] {
    if (key.startsWith(imagePrefix)) return Object.keys(filesOf(key.slice(imagePrefix.length))).map((path) => path.slice(1));
    if (!key.startsWith(hostPrefix)) return Object.keys(this.#files.get(key) ?? {});
    const folder = inside(key, "");
    const prefix = folder === "/" ? "/" : `${folder}/`;
    const found: string[] = [];
    for (const path of this.#host.keys()) if (path.startsWith(prefix)) found.push(path.slice(prefix.length));
    return found;
  }

  write(key: string, path: string, content: string | null): void {
    if (key.startsWith(hostPrefix)) {
      this.#hostChanged = true;
      if (content === null) this.#host.delete(inside(key, path));
      else this.#host.set(inside(key, path), content);
      return;
    }
    const { [path]: _old, ...others } = this.#files.get(key) ?? {};
    this.#files.set(key, content === null ? others : { ...others, [path]: content });
    if (!key.startsWith(diskPrefix)) return;
    const disk = key.slice(diskPrefix.length);
    const writes = this.#diskWrites.get(disk) ?? (Object.create(null) as Record<string, string | null>);
    writes[path] = content;
    this.#diskWrites.set(disk, writes);
  }

  /** A folder of the machine goes with all in it. */
  removeFolder(path: string): void {
    const key = `${hostPrefix}${cleaned(path)}`;
    for (const each of this.paths(key)) this.write(key, each, null);
  }

  forgetPod(podUid: string): void {
    for (const key of this.#files.keys()) if (key.startsWith(`${podUid}/`)) this.#files.delete(key);
    this.removeFolder(`${podsFolder}/${podUid}`);
  }

  /** What is left of pods that went while the machine was off goes too. Follows pkg/kubelet/kubelet_volumes.go (cleanupOrphanedPodDirs). */
  forgetOthers(podUids: readonly string[]): void {
    const kept = new Set(podUids);
    const found = new Set(this.paths(`${hostPrefix}${podsFolder}`).map((path) => path.slice(0, path.indexOf("/"))));
    for (const podUid of found) if (!kept.has(podUid)) this.forgetPod(podUid);
  }

  /** The machine's files, where they changed since this was last asked; else null. */
  takeHostFiles(): Json | null {
    if (!this.#hostChanged) return null;
    this.#hostChanged = false;
    return [...this.#host] as unknown as Json;
  }

  loadHostFiles(data: Json): void {
    for (const [path, content] of data as unknown as readonly (readonly [string, string])[]) this.#host.set(path, content);
  }

  /** What was written to disks since this was last asked. */
  takeDiskWrites(): readonly DiskWrites[] {
    if (this.#diskWrites.size === 0) return none;
    const writes = [...this.#diskWrites].map(([disk, files]) => ({ disk, files }));
    this.#diskWrites.clear();
    return writes;
  }

  snapshot(): Json {
    return { files: [...this.#files], host: [...this.#host] } as unknown as Json;
  }

  restore(data: Json): void {
    const saved = data as unknown as { readonly files: readonly (readonly [string, Files])[]; readonly host: readonly (readonly [string, string])[] };
    this.#files.clear();
    this.#host.clear();
    for (const [key, files] of saved.files) this.#files.set(key, files);
    for (const [path, content] of saved.host) this.#host.set(path, content);
  }
}

const none: readonly DiskWrites[] = [];

/** "/data//x/" -> "/data/x"; hostPath volumes have no "..", validation sees to it. */
function cleaned(path: string): string {
  return `/${path.split("/").filter((part) => part !== "" && part !== ".").join("/")}`;
}

/** The machine's own path of a file in a hostPath volume; the volume may be a file itself. */
function inside(key: string, path: string): string {
  const folder = key.slice(hostPrefix.length);
  return path === "" ? folder : `${folder === "/" ? "" : folder}/${path}`;
}
