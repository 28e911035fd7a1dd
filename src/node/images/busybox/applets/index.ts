import type { Applet } from "../shell/commandIo.ts";
import { awkApplets } from "./awk.ts";
import { clockApplets } from "./clock.ts";
import { digestApplets } from "./digests.ts";
import { fileApplets } from "./files.ts";
import { grepApplets } from "./grep.ts";
import { networkApplets } from "./network.ts";
import { outputApplets } from "./output.ts";
import { sedApplets } from "./sed.ts";
import { archiveApplets } from "./tar.ts";
import { processApplets } from "./processes.ts";
import { systemApplets } from "./system.ts";
import { textApplets } from "./text.ts";

/** Commands that are programs of their own; what changes the shell itself or starts other commands is in shell/builtins.ts. */
export const applets: Readonly<Record<string, Applet>> = { ...textApplets, ...outputApplets, ...grepApplets, ...sedApplets, ...awkApplets, ...clockApplets, ...digestApplets, ...fileApplets, ...processApplets, ...systemApplets, ...networkApplets, ...archiveApplets };

/** "/bin/sleep" -> "sleep"; null where there is no such command. */
export function appletNamed(command: string): string | null {
  const name = /^(\/usr(\/local)?)?\/s?bin\//.test(command) ? (command.split("/").pop() ?? "") : command;
  return Object.hasOwn(applets, name) ? name : null;
}
