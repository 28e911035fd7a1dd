import type { Json } from "../../../base/json.ts";
import { oneShot, programsWithShell, usualPath } from "../ownPrograms.ts";
import type { ImageDefinition, Program, ProgramContext, ProgramEvent } from "../program.ts";
import { debianFlavours, tagExists } from "../tags.ts";

const mostDigits = 20_000;

/** Pi to so many significant digits, rounded: Machin's formula in whole numbers. */
export function piDigits(digits: number): string {
  const guard = 10n ** 10n;
  const unit = 10n ** BigInt(digits - 1) * guard;
  const arctan = (inverse: bigint): bigint => {
    let term = unit / inverse;
    let sum = term;
    const square = inverse * inverse;
    for (let n = 3n, sign = -1n; term !== 0n; n += 2n, sign = -sign) {
      term /= square;
      sum += (sign * term) / n;
    }
    return sum;
  };
  const text = String((4n * (4n * arctan(5n) - arctan(239n)) + guard / 2n) / guard);
  return digits > 1 ? `${text.slice(0, 1)}.${text.slice(1)}` : text;
}

/** What a `print` prints: a text in quotes, a number, or bpi(n); null: it is more than that. */
function printed(code: string): { readonly text: string; readonly digits: number } | null {
  const body = /^\s*print\s*\(?\s*(.*?)\s*\)?\s*;?\s*$/s.exec(code)?.[1];
  if (body === undefined) return null;
  const digits = /^bpi\(?\s*([0-9]{1,5})\s*\)?$/.exec(body)?.[1];
  if (digits !== undefined) return { text: "", digits: Math.max(1, Math.min(mostDigits, Number(digits))) };
  const quoted = /^"([^"$@]*)"$/.exec(body) ?? /^'([^']*)'$/.exec(body);
  if (quoted !== null) return { text: (quoted[1] ?? "").replaceAll("\\n", "\n"), digits: 0 };
  return /^[0-9.]+$/.test(body) ? { text: body, digits: 0 } : null;
}

/** perl -e with a print of pi, a text or a number. Other programs are refused by name. */
class Perl implements Program {
  readonly #args: readonly string[];

  constructor(args: readonly string[]) {
    this.#args = args;
  }

  handle(event: ProgramEvent, ctx: ProgramContext): void {
    if (event.type === "signal") return ctx.exit(143);
    const at = this.#args.findIndex((arg) => /^-[a-zA-Z]*e$/.test(arg));
    const code = at < 0 ? "" : (this.#args[at + 1] ?? "");
    const what = printed(code);
    if (event.type === "timer" && what !== null) {
      ctx.log(piDigits(what.digits));
      return ctx.exit(0);
    }
    if (event.type !== "start") return;
    if (this.#args.includes("-v")) {
      ctx.log("This is perl 5 (v5.34.0) built for x86_64-linux-gnu");
      return ctx.exit(0);
    }
    const bignum = this.#args.some((arg) => arg.startsWith("-Mbignum"));
    if (what === null || (what.digits > 0 && !bignum)) {
      ctx.log("[orrery] perl programs are not simulated beyond: perl -Mbignum=bpi -wle 'print bpi(digits)', and prints of a text", "stderr");
      return ctx.exit(126);
    }
    if (what.digits === 0) {
      const text = what.text.replace(/\n$/, "");
      ctx.log(text);
      return ctx.exit(0);
    }
    // About what Math::BigFloat takes: four seconds for two thousand digits, and four times that for twice as many.
    const us = Math.max(50_000, what.digits * what.digits);
    ctx.spend(us);
    ctx.setTimer("pi", us);
  }

  snapshot(): Json {
    return null;
  }

  restore(): void {
    // What it does follows from its words.
  }
}

export const perlImage: ImageDefinition = {
  names: ["perl"], tagExists: (tag) => tagExists({ names: ["latest", "slim", "bookworm", "bullseye", "5"], minors: { "5": 42 }, flavours: debianFlavours }, tag), sizeBytes: 340_000_000, entrypoint: [], command: ["perl", "-de0"], env: usualPath, exposedPorts: [], files: {},
  program: programsWithShell({ perl: (args) => (args.length === 0 || args[0] === "-de0" ? oneShot(() => 0) : new Perl(args)) }),
};
