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
  return run.logs.lines.slice(-fallbackLines).map((line) => line.text).join("\n").slice(-longestFallback);
}
