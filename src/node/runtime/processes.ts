import type { SharedPids } from "../images/program.ts";
import { definitionFor } from "../images/resolveImage.ts";
import { processTitles } from "../images/processTitles.ts";
import type { ContainerRun } from "./container.ts";

/** The sandbox's own process, which a pod's shared namespace begins with, and how far one container's first process is from the next. */
const firstPid = 8;
const step = 7;

type Runs = Iterable<ContainerRun>;

/** The number of a first process that is about to start in a namespace that it shares. */
export function nextPid(runs: Runs, run: ContainerRun): number {
  let last = firstPid - step;
  for (const other of runs) if (other.spec.podUid === run.spec.podUid && other.pid !== undefined) last = Math.max(last, other.pid);
  return last + step;
}

/** Who lives in the pid namespace that a container shares: with all of its pod, or with the one container that it was to look at. */
export function sharedPids(runs: Runs, run: ContainerRun): SharedPids {
  const { pids = "", podUid } = run.spec;
  const others = pids === "" ? [{ pid: 1, user: "65535", command: "/pause" }] : [];
  for (const other of runs) {
    if (other === run || other.spec.podUid !== podUid || other.value !== "running") continue;
    const pid = pids === "" || other.spec.pids === pids ? other.pid : other.spec.name === pids ? 1 : undefined;
    if (pid === undefined) continue;
    for (const { offset, user, command } of processTitles(other.argv, other.spec)) others.push({ pid: pid + offset, user, command });
  }
  return { own: run.pid ?? firstPid, others: others.sort((a, b) => a.pid - b.pid) };
}

/** Whose first process has that number, seen from a container; null: nobody's. */
export function ofPid(runs: Runs, run: ContainerRun, pid: number): ContainerRun | null {
  const { pids, podUid } = run.spec;
  if (pids === undefined || pid === run.pid) return pid === (run.pid ?? 1) ? run : null;
  for (const other of runs) {
    if (other.spec.podUid !== podUid || other.value !== "running") continue;
    if (pids === "" ? other.pid === pid : other.spec.name === pids ? pid === 1 : other.spec.pids === pids && other.pid === pid) return other;
  }
  return null;
}

/** "/proc/8/root/etc/hosts" is a file of the container whose first process has that number; null: the path leads to nobody. */
export function throughProc(runs: Runs, run: ContainerRun, path: string): { readonly run: ContainerRun; readonly path: string } | null {
  const [, pid, rest = ""] = /^\/proc\/(\d+)\/root(\/.*)?$/.exec(path) ?? [];
  const other = pid === undefined ? null : ofPid(runs, run, Number(pid));
  return other === null ? null : { run: other, path: rest === "" || rest === "/" ? "/" : rest };
}

/** Where images keep what is root's, which others may only read. */
const ofRoot = /^\/([^/]*|(bin|boot|etc|home|lib|lib64|media|mnt|opt|proc|root|run|sbin|srv|sys|usr|var\/(cache|log|run|spool))(\/.*)?)$/;
const podsFolder = "hostPath:/var/lib/kubelet/pods/";
const madeForAll = "hostPath:/opt/local-path-provisioner/";

const lies = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

/** User and group of what an image gave to somebody else than root; null: it is root's. */
function givenTo(run: ContainerRun, path: string): readonly [user: number, group: number] | null {
  const { owned } = definitionFor(run.spec.image);
  return owned?.folders.some((folder) => lies(path, folder)) === true ? [owned.uid, owned.gid] : null;
}

/** Whether a command of a container that runs as somebody else than root may not write a file: it belongs to root, and no group opens it. */
export function isDenied(run: ContainerRun, path: string): boolean {
  const { user, podUid } = run.spec;
  if (user === undefined || user.uid === null || user.uid === 0) return false;
  const mount = mountOf(run, path);
  if (mount === null) {
    const owner = givenTo(run, path);
    return owner === null ? ofRoot.test(path) : owner[0] !== user.uid;
  }
  const open = mount.key.startsWith(`${podUid}/`) || mount.key.startsWith(podsFolder) || mount.key.startsWith(madeForAll);
  return !open && (mount.key.startsWith("hostPath:") || user.fsGroup === undefined);
}

function mountOf(run: ContainerRun, path: string): ContainerRun["mounts"][number] | null {
  return run.mounts.filter(({ mountPath }) => path === mountPath || path.startsWith(`${mountPath}/`)).sort((a, b) => b.mountPath.length - a.mountPath.length)[0] ?? null;
}

/**
 * Who owns a file as a container with a user of its own sees it: what it wrote itself and what lies on volumes that it may write is its own,
 * volumes have the pod's group, and the rest is root's, or whose the image says.
 */
export function ownerOfFile(run: ContainerRun, path: string, isFolder: boolean): readonly [user: number, group: number] {
  const { user, podUid } = run.spec;
  const mount = mountOf(run, path);
  if (user === undefined) return [0, 0];
  if (mount === null) return typeof run.layer[path] === "string" ? [user.uid ?? 0, user.gid] : (givenTo(run, path) ?? [0, 0]);
  const group = user.fsGroup ?? (path === mount.mountPath ? 0 : user.gid);
  const written = !mount.key.startsWith(`${podUid}/`) && path !== mount.mountPath && !isFolder;
  return [written ? (user.uid ?? 0) : 0, group];
}
