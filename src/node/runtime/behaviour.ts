import { parseQuantity } from "../../apimachinery/quantity.ts";
import type { HttpResponse } from "../../network/packet.ts";
import type { Random } from "../../sim/random.ts";

const quantities = ["cpu-per-request", "memory-growth"];
const known = ["start-ms", "ready-after-ms", "crash-after-ms", "exit-code", "latency-ms", "error-ratio", "log-line", ...quantities];
const numbers = ["start-ms", "ready-after-ms", "crash-after-ms", "exit-code", "latency-ms", "error-ratio"];

/** What of the behaviour that a pod asks for cannot be done, in words for its events. */
export function behaviourWarnings(container: string, behaviour: Readonly<Record<string, string>>): readonly string[] {
  const warnings: string[] = [];
  for (const name of Object.keys(behaviour).sort()) {
    if (!known.includes(name)) warnings.push(`Unknown behaviour "${name}" of container ${container}: known are ${known.join(", ")}`);
    else if (quantities.includes(name) && (parseQuantity(behaviour[name] ?? "")?.nano ?? -1n) < 0n) warnings.push(`Behaviour "${name}" of container ${container} must be a quantity that is not negative, not "${behaviour[name] ?? ""}"`);
    else if (numbers.includes(name) && numberParam(behaviour, name) === null) warnings.push(`Behaviour "${name}" of container ${container} must be a number that is not negative, not "${behaviour[name] ?? ""}"`);
  }
  return warnings;
}

export function numberParam(behaviour: Readonly<Record<string, string>>, name: string): number | null {
  const text = behaviour[name];
  if (text === undefined || !/^[0-9]{1,12}(\.[0-9]{1,6})?$/.test(text)) return null;
  return name === "error-ratio" ? Number(text) : Math.floor(Number(text));
}

/** The answer that a container's behaviour puts in place of its program's: not ready yet, or a failure now and then. */
export function injectedError(behaviour: Readonly<Record<string, string>>, upMs: number, random: Random, stream: string): HttpResponse | null {
  const readyMs = numberParam(behaviour, "ready-after-ms");
  if (readyMs !== null && upMs < readyMs) return { status: 503, headers: { "Content-Type": "text/plain" }, body: "not ready yet\n" };
  const ratio = numberParam(behaviour, "error-ratio");
  if (ratio === null || ratio <= 0) return null;
  const fails = random.fork(stream).chance({ num: Math.min(1_000_000, Math.round(ratio * 1_000_000)), den: 1_000_000 });
  return fails ? { status: 500, headers: { "Content-Type": "text/plain" }, body: "Internal Server Error\n" } : null;
}
