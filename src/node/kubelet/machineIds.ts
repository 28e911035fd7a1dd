import type { ProcessContext } from "../../sim/process.ts";

export interface MachineIds {
  readonly machineId: string;
  readonly bootId: string;
}

/** The machine's own id stays on its disk; its boot id is new each time its power came back. */
export function machineIds(ctx: ProcessContext): MachineIds {
  const random = ctx.random.fork("machine");
  const known = ctx.disk.read("machine-id");
  const machineId = typeof known === "string" ? known : hex(random, 32);
  if (known === null) ctx.disk.write("machine-id", machineId);
  return { machineId, bootId: hex(random, 32) };
}

function hex(random: { int(least: number, most: number): number }, length: number): string {
  let text = "";
  for (let at = 0; at < length; at++) text += random.int(0, 15).toString(16);
  return text;
}
