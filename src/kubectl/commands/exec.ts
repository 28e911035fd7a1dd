import { parseArgs, type FlagSpecs } from "../flags.ts";
import { KubectlError, listOf, objectOf, textOf, type ExecTarget, type KubectlHost } from "../host.ts";
import { attachablePod, containersOf, defaultContainer, nameAndNamespace } from "./pods.ts";

// Follows kubectl/pkg/cmd/exec/exec.go.

const specs: FlagSpecs = {
  stdin: { short: "i", type: "bool" },
  tty: { short: "t", type: "bool" },
  container: { short: "c", type: "text" },
  quiet: { short: "q", type: "bool" },
  "pod-running-timeout": { type: "text" },
};

export async function exec(host: KubectlHost, words: readonly string[]): Promise<number> {
  const { flags, args, dash } = parseArgs(words, specs, "exec");
  const [word] = args;
  if (word === undefined || dash === 0) throw new KubectlError("error: pod, type/name or --filename must be specified");
  if (dash < 0 && args.length > 1) throw new KubectlError("error: exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\nSee 'kubectl exec -h' for help and examples");
  const command = dash < 0 ? [] : args.slice(dash);
  if (command.length === 0) throw new KubectlError("error: you must specify at least one command for the container");
  const pod = await attachablePod(host, flags, word);
  const phase = textOf(objectOf(pod["status"])["phase"]);
  if (phase === "Succeeded" || phase === "Failed") throw new KubectlError(`error: cannot exec into a container in a completed pod; current phase is ${phase}`);
  const container = flags.text("container") || defaultContainer(host, pod, flags.bool("quiet"));
  const all = [...containersOf(pod), ...listOf(objectOf(pod["spec"])["initContainers"]).map((one) => textOf(one["name"]))];
  if (!all.includes(container)) throw new KubectlError(`Error from server (BadRequest): container ${container} is not valid for pod ${nameAndNamespace(pod).name}`);
  const { name, namespace } = nameAndNamespace(pod);
  return runSession(host, { type: "exec", namespace, pod: name, container, command, stdin: flags.bool("stdin"), tty: flags.bool("tty") });
}

/** One exec or attach to its end. With a terminal, what is typed goes in line by line; else what is piped in goes in at once. */
export async function runSession(host: KubectlHost, target: ExecTarget): Promise<number> {
  let settle: (code: number) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const ended = new Promise<number>((resolve, reject) => {
    settle = resolve;
    fail = reject;
  });
  const session = await host.client.exec(target, (output) => {
    if (output.type === "stdout" || (output.type === "stderr" && target.tty)) host.out(output.text);
    else if (output.type === "stderr") host.err(output.text);
    else if (output.type === "exited") settle(output.code);
    else if (output.type === "failed") fail(new KubectlError(`error: Internal error occurred: ${output.message}`));
  });
  const attached = target.stdin && host.attachTerminal !== undefined && target.tty;
  const detach = attached ? host.attachTerminal?.({ line: (text) => session.send(text), endOfInput: () => session.endOfInput(), interrupt: () => session.send("\u0003") }) : undefined;
  if (target.stdin && !attached) {
    const input = await host.readInput();
    if (input !== "") session.send(input);
    session.endOfInput();
  }
  const stop = attached
    ? () => undefined
    : host.onInterrupt(() => {
        session.close();
        settle(130);
      });
  try {
    const code = await ended;
    if (code !== 0 && !host.interrupted()) host.err(`command terminated with exit code ${code}\n`);
    return code;
  } finally {
    stop();
    detach?.();
  }
}
