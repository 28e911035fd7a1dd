import { appletNamed } from "./applets/index.ts";
import { builtinNames } from "./shell/builtins.ts";

// The largest program of all, and nothing that boots runs it: one module, so that the page can fetch it by itself (hosts/afterBoot.mjs).
export { Shell } from "./shell/shell.ts";

/** Commands that a shell alone can be are no files: `exec ls` has ls, but not cd. */
const launched = ["timeout", "xargs", "env", "find", "nohup", "nice", "busybox", "time", "kill", "killall", "pkill", "which", "printf", "tini", "dumb-init"];

/** Whether a container can be started with this word: a command of busybox that is a file. */
export function isCommand(word: string): boolean {
  const name = word.replace(/^(\/usr(\/local)?)?\/s?bin\//, "");
  return appletNamed(word) !== null || (launched.includes(name) && builtinNames.includes(name));
}
