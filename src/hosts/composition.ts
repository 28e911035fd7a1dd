import type { Json } from "../base/json.ts";
import type { ProcessId } from "../sim/process.ts";
import type { GroupDefinition } from "../sim/processHost.ts";
import type { DurationUs } from "../sim/time.ts";
import type { SimControl } from "../sim/window.ts";

/** What a command does to the running simulation. */
export interface CommandEffects {
  readonly messages: readonly { readonly to: ProcessId; readonly body: Json; readonly delayUs?: DurationUs }[];
  readonly controls: readonly { readonly control: SimControl; readonly delayUs: DurationUs }[];
}

/** Knows what is in force from the commands it was given, in order, and from nothing else. */
export interface CommandReader<Command> {
  /** Why a command cannot be done, in a sentence; null if it can. */
  refusal(command: Command): string | null;
  apply(command: Command): CommandEffects;
}

/** What is simulated: the coordinator and the hosts know nothing else of it. Pure, and the same in every worker. */
export interface Composition<Spec, Command, Reader extends CommandReader<Command> = CommandReader<Command>> {
  build(spec: Spec, seed: number): { readonly groups: readonly GroupDefinition[]; readonly epochUs: number };
  /** A group that joins later, from its description; null where that cannot be read. */
  makeGroup(spec: Spec, group: string, description: Json): GroupDefinition | null;
  reader(spec: Spec): Reader;
  /** The command with the id that the coordinator gave it ("c12"), where it carries one. */
  stamp(command: Command, id: string): Command;
  /** The id of the command that a datagram to the outside answers; null where it answers none. */
  answers(body: Json): string | null;
}
