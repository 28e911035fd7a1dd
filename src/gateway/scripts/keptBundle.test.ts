import { mkdtempSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { keptBundle } from "./keptBundle.mjs";

it("bundles again when a source, an option or its own note has changed, and else not", async () => {
  const folder = mkdtempSync(join(tmpdir(), "orrery-bundle-"));
  const [entry, part, outfile] = [join(folder, "entry.ts"), join(folder, "part.ts"), join(folder, "out/bundle.mjs")];
  /** Long before the bundle, as sources are. */
  const write = (path: string, text: string): void => {
    writeFileSync(path, text);
    utimesSync(path, 1_000_000, 1_000_000);
  };
  /** Whether this start made a bundle, and what is in it. */
  const start = async (define: Readonly<Record<string, string>> = {}): Promise<readonly [made: boolean, holds: string]> => {
    const before = statSync(outfile, { throwIfNoEntry: false })?.ino;
    await keptBundle({ entryPoints: [entry], outfile, format: "esm", define, logLevel: "error" });
    return [statSync(outfile).ino !== before, /"(\w+)"/.exec(readFileSync(outfile, "utf8"))?.[1] ?? ""];
  };
  write(entry, 'import { word } from "./part.ts";\nconsole.log(word);\n');
  write(part, 'export const word = "one";\n');
  expect(await start()).toEqual([true, "one"]);
  expect(await start()).toEqual([false, "one"]);
  write(part, 'export const word = "two";\n');
  expect(await start()).toEqual([true, "two"]);
  expect(await start({ other: "1" })).toEqual([true, "two"]);
  expect(await start({ other: "1" })).toEqual([false, "two"]);
  writeFileSync(`${outfile}.json`, "{");
  expect(await start({ other: "1" })).toEqual([true, "two"]);
  // Written while or after it was bundled: what the bundle holds of it is not sure.
  writeFileSync(part, 'export const word = "three";\n');
  utimesSync(part, Date.now() / 1000 + 60, Date.now() / 1000 + 60);
  expect(await start()).toEqual([true, "three"]);
  expect(await start()).toEqual([true, "three"]);
});
