import { Pipe } from "./pipe.ts";
import { fileName, type Interrupt, type ProgramContext, type ShellHost } from "./program.ts";
import { programs } from "./programs.ts";
import { parseShell, ShellSyntaxError, type SimpleCommand, type Word } from "./shellSyntax.ts";

/** How deep commands may stand in each other: "$(...)", xargs, watch. */
const deepest = 8;

function globPattern(text: string): RegExp {
  return new RegExp(`^${text.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", "[^/]*").replaceAll("?", "[^/]")}$`);
}

/** A small shell over the workspace: pipes, lists, quotes, variables, redirects into files. */
export class Shell {
  readonly host: ShellHost;
  readonly variables = new Map<string, string>([["HOME", "/workspace"], ["PWD", "/workspace"], ["USER", "kubernetes-admin"], ["KUBE_EDITOR", "editor"]]);
  private status = 0;
  private depth = 0;

  constructor(host: ShellHost) {
    this.host = host;
  }

  /** Whether a text is a whole command, or goes on in the next line. */
  isOpen(text: string): boolean {
    try {
      parseShell(text);
      return false;
    } catch (error) {
      return error instanceof ShellSyntaxError && error.open;
    }
  }

  /** Runs a line, or several. `to`: where its output goes instead of the terminal. */
  async run(text: string, interrupt: Interrupt, to: { out(text: string): void; err(text: string): void } = this.host, toTerminal = to === this.host): Promise<number> {
    let steps;
    try {
      steps = parseShell(text);
    } catch (error) {
      if (!(error instanceof ShellSyntaxError)) throw error;
      to.err(`sh: ${error.message}\n`);
      return (this.status = 2);
    }
    if (this.depth >= deepest) {
      to.err("sh: commands stand too deep in each other\n");
      return 1;
    }
    this.depth++;
    try {
      for (const { when, pipeline } of steps) {
        if (interrupt.done) return (this.status = 130);
        if ((when === "success" && this.status !== 0) || (when === "failure" && this.status === 0)) continue;
        this.status = await this.pipeline(pipeline, interrupt, to, toTerminal);
      }
      return this.status;
    } finally {
      this.depth--;
    }
  }

  private async pipeline(commands: readonly SimpleCommand[], interrupt: Interrupt, to: { out(text: string): void; err(text: string): void }, toTerminal: boolean): Promise<number> {
    const pipes = commands.map(() => new Pipe());
    pipes[0]?.end();
    const running = commands.map(async (command, at) => {
      const next = pipes[at + 1];
      const out = next === undefined ? (text: string) => to.out(text) : (text: string) => void next.write(text);
      const code = await this.command(command, pipes[at] as Pipe, interrupt, { out, err: (text) => to.err(text) }, toTerminal && next === undefined);
      next?.end();
      // Nobody reads what the one before still writes.
      pipes[at]?.end();
      return code;
    });
    // The last one's end is the pipeline's: `kubectl get -w | head -1` is over with head.
    const last = await (running.at(-1) as Promise<number>);
    if (commands.length > 1) {
      const rest = Promise.allSettled(running.slice(0, -1));
      const inner = Promise.race([rest, new Promise((resolve) => setTimeout(resolve, 50))]);
      await inner;
    }
    return interrupt.done ? 130 : last;
  }

  private async command(command: SimpleCommand, input: Pipe, interrupt: Interrupt, to: { out(text: string): void; err(text: string): void }, toTerminal: boolean): Promise<number> {
    const words: string[] = [];
    for (const word of command.words) words.push(...(await this.expand(word, interrupt)));
    const [name, ...args] = words;
    const files = new Map<string, { text: string }>();
    let out = to.out;
    let err = to.err;
    let source = input;
    let direct = toTerminal;
    for (const { from, kind, target } of command.redirects) {
      const value = (await this.expand(target, interrupt)).join(" ");
      if (kind === "same") {
        if (from === 2) err = (text) => out(text);
        else out = (text) => to.err(text);
        continue;
      }
      if (kind === "here" || kind === "read") {
        const text = kind === "here" ? value : this.host.files.read(fileName(value));
        if (text === null) {
          to.err(`sh: ${value}: No such file or directory\n`);
          return 1;
        }
        source = new Pipe();
        source.write(text);
        source.end();
        continue;
      }
      const target2 = fileName(value);
      if (target2 === "/dev/null" || target2 === "dev/null") {
        if (from === 2) err = () => undefined;
        else out = () => undefined;
        continue;
      }
      const file = { text: kind === "append" ? (this.host.files.read(target2) ?? "") : "" };
      files.set(target2, file);
      const take = (text: string) => void (file.text += text);
      if (from === 2) err = take;
      else {
        out = take;
        direct = false;
      }
    }
    let code = 0;
    if (name === undefined) for (const { name: variable, value } of command.assignments) this.variables.set(variable, (await this.expand(value, interrupt)).join(" "));
    else code = await this.program(name, args, { shell: this, input: source, interrupt, out: (text) => out(text), err: (text) => err(text), toTerminal: direct });
    for (const [file, { text }] of files) {
      const refused = this.host.files.write(file, text);
      if (refused === null) continue;
      to.err(`sh: ${file}: ${refused}\n`);
      code = 1;
    }
    return code;
  }

  /** Runs a program by name; 127 where there is none. */
  async program(name: string, args: readonly string[], context: ProgramContext): Promise<number> {
    const program = name === "kubectl" || name === "k" ? this.host.kubectl : Object.hasOwn(programs, name) ? programs[name] : undefined;
    if (program === undefined) {
      context.err(`sh: ${name}: command not found\n`);
      return 127;
    }
    return program(context, args);
  }

  /** A word as the texts it stands for: variables and commands in place, split at blanks, matched with files. */
  private async expand(word: Word, interrupt: Interrupt): Promise<readonly string[]> {
    const fields: { text: string; quoted: boolean; pattern: string }[] = [];
    let open = false;
    const add = (text: string, quoted: boolean): void => {
      if (!open) fields.push({ text: "", quoted: false, pattern: "" });
      open = true;
      const field = fields.at(-1);
      if (field === undefined) return;
      field.text += text;
      field.quoted ||= quoted;
      field.pattern += quoted ? text.replace(/[*?]/g, "\\$&") : text;
    };
    for (const part of word) {
      let value: string;
      if (part.type === "text") {
        add(part.text, part.quoted);
        continue;
      }
      if (part.type === "variable") value = part.name === "?" ? String(this.status) : (this.variables.get(part.name) ?? part.otherwise ?? "");
      else {
        value = "";
        await this.run(part.line, interrupt, { out: (text) => void (value += text), err: (text) => this.host.err(text) }, false);
        value = value.replace(/\n+$/, "");
      }
      if (part.quoted) {
        add(value, true);
        continue;
      }
      const pieces = value.split(/\s+/);
      pieces.forEach((piece, at) => {
        if (at > 0) open = false;
        if (piece !== "") add(piece, true);
      });
    }
    return fields.flatMap(({ text, quoted, pattern }) => {
      if (quoted && !/(^|[^\\])[*?]/.test(pattern)) return [text];
      if (!/(^|[^\\])[*?]/.test(pattern) || text.length > 200) return [text];
      const matching = this.host.files.names().filter((name) => globPattern(fileName(text)).test(name));
      return matching.length === 0 ? [text] : [...matching].sort();
    });
  }
}
