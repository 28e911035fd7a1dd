import type { Pipe } from "./pipe.ts";

/** The workspace's files, by name: a shell sees them as its one folder. */
export interface WorkspaceFiles {
  names(): readonly string[];
  read(name: string): string | null;
  /** Why it cannot be written, or null. */
  write(name: string, text: string): string | null;
  remove(name: string): boolean;
}

/** Ctrl-C, heard by whatever runs. */
export class Interrupt {
  done = false;
  private readonly listeners = new Set<() => void>();
  fire(): void {
    this.done = true;
    for (const listener of [...this.listeners]) listener();
  }
  on(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** What a program runs in. */
export interface ProgramContext {
  readonly shell: RunningShell;
  readonly input: Pipe;
  readonly interrupt: Interrupt;
  out(text: string): void;
  err(text: string): void;
  /** Whether what it writes goes straight to the terminal. */
  readonly toTerminal: boolean;
}

/** Settles with the exit code. */
export type Program = (context: ProgramContext, args: readonly string[]) => Promise<number> | number;

/** What a program may do with the shell that runs it. */
export interface RunningShell {
  readonly host: ShellHost;
  readonly variables: Map<string, string>;
  run(text: string, interrupt: Interrupt, to?: { out(text: string): void; err(text: string): void }, toTerminal?: boolean): Promise<number>;
  program(name: string, args: readonly string[], context: ProgramContext): Promise<number>;
}

export interface ShellHost {
  readonly files: WorkspaceFiles;
  readonly history: readonly string[];
  out(text: string): void;
  err(text: string): void;
  clear(): void;
  /** Settles when so much of the cluster's time has gone by, or at Ctrl-C. */
  sleep(seconds: number, interrupt: Interrupt): Promise<void>;
  nowMs(): number;
  /** kubectl itself. */
  kubectl: Program;
}

/** "./a.yaml", "/workspace/a.yaml" and "a.yaml" are one file. */
export function fileName(path: string): string {
  return path.replace(/^(\/workspace\/|~\/|\.\/)+/, "");
}
