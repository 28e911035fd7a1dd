import type { Applet } from "../shell/commandIo.ts";
import { fileApplets } from "./files.ts";
import { networkApplets } from "./network.ts";
import { archiveApplets } from "./tar.ts";
import { systemApplets } from "./system.ts";
import { textApplets } from "./text.ts";

/** Commands that are programs of their own; what changes the shell itself is in shell/builtins.ts. */
export const applets: Readonly<Record<string, Applet>> = { ...textApplets, ...fileApplets, ...systemApplets, ...networkApplets, ...archiveApplets };

/** "/bin/sleep" -> "sleep"; null where there is no such command. */
export function appletNamed(command: string): string | null {
  const name = /^(\/usr)?\/s?bin\//.test(command) ? (command.split("/").pop() ?? "") : command;
  return Object.hasOwn(applets, name) ? name : null;
}
