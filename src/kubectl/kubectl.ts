import { apply } from "./commands/apply.ts";
import { edit, mark, patch, scale, set } from "./commands/change.ts";
import { create } from "./commands/create.ts";
import { remove } from "./commands/delete.ts";
import { describe } from "./commands/describe.ts";
import { exec } from "./commands/exec.ts";
import { explain } from "./commands/explain.ts";
import { get } from "./commands/get.ts";
import { apiResources, apiVersions, auth, config, cordon, top, version } from "./commands/info.ts";
import { logs } from "./commands/logs.ts";
import { rollout } from "./commands/rollout.ts";
import { expose, run } from "./commands/run.ts";
import { events, wait } from "./commands/wait.ts";
import { KubectlError, type KubectlHost } from "./host.ts";

type Command = (host: KubectlHost, words: readonly string[]) => Promise<number | void> | void;

const commands: Readonly<Record<string, Command>> = {
  annotate: (host, words) => mark(host, words, "annotate"),
  "api-resources": apiResources,
  "api-versions": (host) => apiVersions(host),
  apply, auth, config,
  cordon: (host, words) => cordon(host, words, true),
  create,
  delete: remove,
  describe, edit, events, exec, explain, expose, get,
  label: (host, words) => mark(host, words, "label"),
  logs, patch, rollout, run, scale, set, top,
  uncordon: (host, words) => cordon(host, words, false),
  version, wait,
};

/** What the real kubectl also has: refused by name. */
const notSimulated: ReadonlySet<string> = new Set(["alpha", "attach", "autoscale", "certificate", "cluster-info", "completion", "cp", "debug", "diff", "drain", "kustomize", "options", "plugin", "port-forward", "proxy", "replace", "taint"]);

export const commandNames: readonly string[] = Object.keys(commands);

/** Flags before the command ("kubectl -n x get pods") belong to it all the same. */
function commandFirst(words: readonly string[]): readonly string[] {
  const taking = new Set(["-n", "--namespace", "--as", "--as-group", "--context", "-v"]);
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (!word.startsWith("-")) return [word, ...words.slice(0, at), ...words.slice(at + 1)];
    if (taking.has(word)) at++;
  }
  return words;
}

function usage(): string {
  return `kubectl controls the Kubernetes cluster manager.\n\n Find more information at: https://kubernetes.io/docs/reference/kubectl/\n\nCommands in this terminal:\n${commandNames.map((name) => `  ${name}\n`).join("")}\nNot simulated here: ${[...notSimulated].join(", ")}\n`;
}

/** Runs one kubectl command line (without the word kubectl); settles with its exit code. What goes wrong is said on stderr in kubectl's words. */
export async function runKubectl(host: KubectlHost, words: readonly string[]): Promise<number> {
  const [name, ...rest] = commandFirst(words);
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    host.out(usage());
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    host.err(notSimulated.has(name) ? `error: kubectl ${name} is not simulated in this terminal\n` : `error: unknown command "${name}" for "kubectl"\n`);
    return 1;
  }
  try {
    return (await command(host, rest)) ?? 0;
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error;
    host.err(error.message.endsWith("\n") ? error.message : `${error.message}\n`);
    return error.code;
  }
}
