import { linesOf } from "./containerLogs.ts";
import type { ContainerRun } from "./container.ts";

const longestMessage = 4096;
const longestFallback = 2048;
const fallbackLines = 80;

/** runc's words for a command that is not in the image. */
export function startFailure(command: string): string {
  const prefix = "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: ";
  return command.includes("/") ? `${prefix}exec: "${command}": stat ${command}: no such file or directory` : `${prefix}exec: "${command}": executable file not found in $PATH`;
}

/** What a container leaves behind at its terminationMessagePath, or the end of its log where it asked for that. */
export function terminationMessage(run: ContainerRun, exitCode: number, read: (path: string) => string | null): string {
  const written = read(run.spec.terminationMessagePath) ?? "";
  if (written !== "" || exitCode === 0 || !run.spec.fallbackToLogsOnError) return written.slice(0, longestMessage);
  return linesOf(run.logs.snapshot()).slice(-fallbackLines).map((line) => line.text).join("\n").slice(-longestFallback);
}

/** The kubelet's words for a container that does not run. */
export function containerNotFound(name: string): string {
  return `unable to upgrade connection: container not found ("${name}")`;
}

/** containerd's and runc's words for an exec of a command that is not in the image; the kubelet's status around them. */
export function execFailure(command: string, id: string): string {
  const why = command.includes("/") ? `exec: "${command}": stat ${command}: no such file or directory` : `exec: "${command}": executable file not found in $PATH`;
  return `Internal error occurred: error executing command in container: failed to exec in container: failed to start exec "${[...id].reverse().join("")}": OCI runtime exec failed: exec failed: unable to start container process: ${why}: unknown`;
}

/** The words of the kubelet and of containerd for a port where nobody listens. Follows containerd's sandbox_portforward_linux.go. */
export function forwardFailure(port: number, podUid: string, why: string): string {
  const sandbox = podUid.replaceAll("-", "").repeat(2);
  const space = `/var/run/netns/cni-${podUid}`;
  return `error forwarding port ${port} to pod ${sandbox}, uid : failed to execute portforward in network namespace "${space}": failed to connect to localhost:${port} inside namespace "${sandbox}", IPv4: dial tcp4 127.0.0.1:${port}: ${why} IPv6 dial tcp6 [::1]:${port}: ${why} `;
}
