import type { Program } from "../program.ts";

/** Other programs of the same image that a script may end in: {nginx: nginxProgram}. */
export type OwnPrograms = Readonly<Record<string, () => Program>>;

export function shellProgram(_command: readonly string[], _own: OwnPrograms = {}): Program | null {
  return null;
}
