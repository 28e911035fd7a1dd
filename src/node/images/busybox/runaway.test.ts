import { describe, expect, it } from "vitest";
import { FakeProgram } from "../../testing/fakeProgram.ts";
import { shellProgram } from "./shellProgram.ts";

function run(script: string, seconds: number, shell = "sh"): { readonly program: FakeProgram; readonly bytes: number } {
  const program = new FakeProgram(() => shellProgram([shell, "-c", script]), [shell, "-c", script]).run(seconds);
  return { program, bytes: JSON.stringify(program.out).length };
}

/** What a container does to itself must neither end the test nor fill its memory. */
describe("scripts that run away", () => {
  const endless: readonly (readonly [what: string, script: string])[] = [
    ["an endless loop", "while :; do :; done"],
    ["a loop of sleeps of nothing", "while true; do sleep 0; done"],
    ["a fork bomb", ":(){ :|:& };:; while :; do :; done"],
    ["background jobs without an end", "while true; do sleep 1000 & done"],
    ["output without an end", "while true; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done"],
    ["yes into nowhere", "yes > /dev/null"],
    ["bytes of zero", "cat /dev/zero | tr '\\0' a > /dev/null"],
    ["a file that grows", "while true; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaa >> /tmp/f; done"],
    ["a pipe that nobody reads", "yes | sleep 100000"],
  ];
  for (const [what, script] of endless) {
    it(`${what} goes on, slowly`, () => {
      const { program, bytes } = run(script, 3);
      expect(program.exitCode).toBeNull();
      expect(bytes).toBeLessThan(8_000_000);
      expect(JSON.stringify(program.state()).length).toBeLessThan(4_000_000);
    });
  }

  const ending: readonly (readonly [what: string, script: string, status: number, says: string])[] = [
    ["a text that doubles", "x=a; while true; do x=$x$x; done", 2, "out of memory"],
    ["a function that calls itself", "f() { f; }; f", 2, "nested too deeply"],
    ["an awk loop", "awk 'BEGIN { while (1) i++ }'", 1, "does not end"],
    ["a sed loop", "echo a | sed ':a;ba'", 1, "does not end"],
    ["nested parentheses", `echo $((${"(".repeat(20_000)}1${")".repeat(20_000)}))`, 2, ""],
    ["a pattern that others take for ever for", `echo ${"a".repeat(200)}b | grep -E '(a+)+c'`, 1, ""],
    ["many words", "echo $(seq 1 50000)", 2, "Argument list too long"],
  ];
  for (const [what, script, status, says] of ending) {
    it(`${what} ends`, () => {
      const { program } = run(script, 60);
      expect(program.exitCode).toBe(status);
      expect(program.out.join("\n")).toContain(says);
    });
  }

  it("keeps a core busy while it runs", () => {
    const program = new FakeProgram(() => shellProgram(["sh", "-c", "while :; do :; done"]), []);
    program.run(5);
    expect(program.spentUs).toBeGreaterThan(4_500_000);
    expect(program.spentUs).toBeLessThan(5_500_000);
  });
});

describe("texts that are nested without measure", () => {
  const many = 20_000;
  const nested: readonly (readonly [what: string, script: string])[] = [
    ["parameters", `echo ${"${a:-".repeat(many)}x${"}".repeat(many)}`], ["substitutions", `echo ${"$(echo ".repeat(many)}x${")".repeat(many)}`], ["quoted substitutions", `echo ${'"$(echo '.repeat(many)}x${')"'.repeat(many)}`], ["groups", `${"{ ".repeat(many)}:${"; }".repeat(many)}`],
    ["subshells", `${"( ".repeat(many)}:${" )".repeat(many)}`], ["conditions", `[[ ${"( ".repeat(many)}x${" )".repeat(many)} ]]`], ["negations", `[ ${"! ".repeat(many)}x ]`], ["arithmetic", `echo $((${"-".repeat(3)}${" - ".repeat(many)}1))`], ["choices", `echo $((${"1?".repeat(many)}1${":1".repeat(many)}))`],
    ["awk's parentheses", `awk 'BEGIN { print ${"(".repeat(many)}1${")".repeat(many)} }'`], ["awk's negations", `awk 'BEGIN { print ${"!".repeat(many)}1 }'`], ["awk's choices", `awk 'BEGIN { print ${"1?".repeat(many)}1${":1".repeat(many)} }'`], ["awk's assignments", `awk 'BEGIN { ${"a=".repeat(many)}1 }'`],
    ["patterns", `echo a | grep -E '${"(".repeat(many)}a${")".repeat(many)}'`], ["functions", `${"f() { ".repeat(many)}:${"; }".repeat(many)}`],
  ];
  for (const [what, script] of nested) {
    it(`${what} are refused`, () => {
      const program = new FakeProgram(() => shellProgram(["bash", "-c", script]), []).run(10);
      expect(program.exitCode).not.toBe(0);
      expect(program.exitCode).not.toBeNull();
    });
  }
});
