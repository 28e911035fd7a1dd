import { compareText } from "../../base/compareText.ts";
import type { MountSpec } from "./criMessages.ts";
import type { NodeVolumes } from "./nodeVolumes.ts";

/** "/etc/./nginx/../hosts" -> "/etc/hosts", relative to a working directory. */
export function resolvePath(path: string, workingDir = "/"): string {
  // As most are: asked for with each file that is read.
  if (path.startsWith("/") && path.length > 1 && !path.endsWith("/") && !path.includes("//") && !path.includes("/.")) return path;
  const parts: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${workingDir}/${path}`).split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** What a container sees: its mounts, over what it wrote itself, over its image. null in `layer`: deleted. */
export interface FileView {
  readonly volumes: NodeVolumes;
  readonly mounts: readonly (MountSpec & { readonly key: string })[];
  readonly layer: Readonly<Record<string, string | null>>;
  readonly image: Readonly<Record<string, string>>;
}

interface MountedPath {
  readonly key: string;
  readonly path: string;
  readonly readOnly: boolean;
}

export function readFile(view: FileView, path: string): string | null {
  const mounted = mountOf(view, path);
  if (mounted !== null) return view.volumes.read(mounted.key, mounted.path);
  const written = view.layer[path];
  return written !== undefined ? written : (view.image[path] ?? null);
}

/** The new layer, or an error text as a program would print it. Mounted volumes are written through. */
export function writeFile(view: FileView, path: string, content: string | null, readOnlyRoot: boolean): { readonly layer: FileView["layer"] } | { readonly error: string } {
  const mounted = mountOf(view, path);
  if (mounted === null) return readOnlyRoot && !/^\/dev(\/|$)/.test(path) ? { error: "Read-only file system" } : { layer: { ...view.layer, [path]: content } };
  if (mounted.readOnly) return { error: "Read-only file system" };
  view.volumes.write(mounted.key, mounted.path, content);
  return { layer: view.layer };
}

/** Names in a folder, sorted, each once; folders without a slash at their end. */
export function listFiles(view: FileView, folder: string): readonly string[] {
  const prefix = folder === "/" ? "/" : `${folder}/`;
  const names = new Set<string>();
  const add = (path: string): void => {
    if (!path.startsWith(prefix)) return;
    const name = path.slice(prefix.length).split("/")[0] ?? "";
    if (name !== "") names.add(name);
  };
  const mounted = mountOf(view, folder);
  if (mounted !== null) {
    const inside = mounted.path === "" ? "" : `${mounted.path}/`;
    for (const path of view.volumes.paths(mounted.key)) if (path.startsWith(inside)) add(prefix + path.slice(inside.length));
  } else {
    for (const path of Object.keys(view.image)) if (view.layer[path] !== null) add(path);
    for (const path of Object.keys(view.layer)) if (view.layer[path] !== null) add(path);
  }
  for (const mount of view.mounts) add(mount.mountPath);
  for (const usual of usualFolders) add(usual);
  return [...names].filter((name) => name !== ".keep").sort(compareText);
}

/** Folders that every image has. */
const usualFolders = ["/", "/bin", "/dev", "/etc", "/home", "/opt", "/proc", "/root", "/run", "/sbin", "/srv", "/sys", "/tmp", "/usr", "/usr/bin", "/usr/local", "/usr/share", "/var", "/var/lib", "/var/log", "/var/run"];

/** True for folders that hold something or are a mount point. */
export function isFolder(view: FileView, path: string): boolean {
  return usualFolders.includes(path) || view.mounts.some((mount) => mount.mountPath === path && view.volumes.read(mount.key, mount.subPath) === null) || listFiles(view, path).length > 0 || readFile(view, `${path}/.keep`) !== null;
}

function mountOf(view: FileView, path: string): MountedPath | null {
  let best: MountedPath | null = null;
  let length = -1;
  for (const mount of view.mounts) {
    const at = resolvePath(mount.mountPath);
    if (at.length <= length || (path !== at && !path.startsWith(at === "/" ? "/" : `${at}/`))) continue;
    length = at.length;
    const inside = path === at ? "" : path.slice(at === "/" ? 1 : at.length + 1);
    const sub = mount.subPath.replace(/^\/+|\/+$/g, "");
    best = { key: mount.key, path: sub === "" ? inside : inside === "" ? sub : `${sub}/${inside}`, readOnly: mount.readOnly };
  }
  return best;
}
