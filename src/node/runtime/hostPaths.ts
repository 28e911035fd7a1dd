// Follows pkg/volume/hostpath/host_path.go (checkTypeInternal).
import { NodeVolumes } from "./nodeVolumes.ts";

const folders: readonly string[] = ["/", "/boot", "/home", "/media", "/mnt", "/opt", "/root", "/srv", "/tmp"];
/** What lies below these came with the machine's system, and is taken to be what a pod expects. */
const ofTheSystem = /^\/(bin|dev|etc|lib|lib64|proc|run|sbin|sys|usr|var)(\/|$)/;
const names: Readonly<Record<string, string>> = { Directory: "a directory", DirectoryOrCreate: "a directory", File: "a file", FileOrCreate: "a file", Socket: "a socket file", CharDevice: "a character device", BlockDevice: "a block device" };

/** Makes what a hostPath volume is to make where it is not there; why it cannot be mounted; null: it can. */
export function checkPath(volumes: NodeVolumes, path: string, type: string): string | null {
  const key = NodeVolumes.key("", { name: "", hostPath: path });
  const isFile = volumes.read(key, "") !== null;
  const isFolder = folders.includes(path.replace(/(.)\/+$/, "$1")) || volumes.paths(key).length > 0;
  if (!isFile && !isFolder) {
    if (ofTheSystem.test(path)) return null;
    if (type === "DirectoryOrCreate") volumes.write(key, ".keep", "");
    else if (type === "FileOrCreate") return makeFile(volumes, key, path);
    else return `hostPath type check failed: ${path} is not ${names[type] ?? type}`;
    return null;
  }
  const fits = type.startsWith("Directory") ? isFolder : type.startsWith("File") && isFile;
  return fits ? null : `hostPath type check failed: ${path} is not ${names[type] ?? type}`;
}

/** Its folder is not made. */
function makeFile(volumes: NodeVolumes, key: string, path: string): string | null {
  const folder = path.slice(0, path.lastIndexOf("/")) || "/";
  if (!folders.includes(folder) && volumes.paths(NodeVolumes.key("", { name: "", hostPath: folder })).length === 0) return `open ${path}: no such file or directory`;
  volumes.write(key, "", "");
  return null;
}
