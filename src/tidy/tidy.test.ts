import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { describe, expect, it } from "vitest";
import { layers } from "./layers.ts";
import { bannedCode, codeOf, cycles, engineBans, generalBans, layerViolations, layoutViolations, styleViolations, type SourceFile } from "./tidy.ts";

const root = join(import.meta.dirname, "..");

function read(folder: string): readonly SourceFile[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry): readonly SourceFile[] => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "generated" ? [] : read(path);
    if (!/\.tsx?$/.test(entry.name) || entry.name.endsWith(".d.ts")) return [];
    return [{ path: relative(root, path).split(sep).join("/"), text: readFileSync(path, "utf8") }];
  });
}

const tree = read(root);
const planted = (path: string, text: string): readonly SourceFile[] => [...tree, { path, text }];

describe("the tree", () => {
  it("was read", () => expect(tree.length).toBeGreaterThan(100));
  it("imports only downwards", () => expect(layerViolations(tree)).toEqual([]));
  it("has no import cycles", () => expect(cycles(tree)).toEqual([]));
  it("holds no banned code", () => expect(bannedCode(tree)).toEqual([]));
  it("keeps its top level", () => expect(layoutViolations(readdirSync(join(root, "..")))).toEqual([]));
  it("keeps to length, names and finished work", () => expect(styleViolations(tree)).toEqual([]));
});

describe("each check fails on a planted violation", () => {
  it("a file at the top level", () => expect(layoutViolations(["src", "tsconfig.ui.json", "bench.json"])).toEqual([expect.stringMatching(/^bench\.json: /)]));
  const upward: readonly (readonly [string, string])[] = [
    ["base/planted.ts", 'import { simTime } from "../sim/time.ts";'],
    ["sim/planted.ts", 'import { keyText } from "../apimachinery/gvk.ts";'],
    ["apimachinery/planted.ts", 'import { second } from "../sim/time.ts";'],
    ["kinds/planted.ts", 'import { x } from "../client/clientSetImpl.ts";'],
    ["client/planted.ts", 'import { x } from "../etcd/mvcc.ts";'],
    ["apiserver/planted.ts", 'import { x } from "../etcd/mvcc.ts";'],
    ["controllers/planted.ts", 'import { x } from "../apiserver/paths.ts";'],
    ["scheduler/planted.ts", 'import { x } from "../node/kubelet/kubelet.ts";'],
    ["node/planted.ts", 'import { x } from "../scheduler/cache.ts";'],
    ["cluster/planted.ts", 'import { x } from "../hosts/driver.ts";'],
    ["hosts/planted.ts", 'import { x } from "../ui/app/app.tsx";'],
    ["ui/planted.ts", 'import { x } from "../scheduler/cache.ts";'],
    ["ui/planted.ts", 'import { x } from "../hosts/driver.ts";'],
    ["ui/planted.ts", 'import { World } from "../sim/processHost.ts";'],
    ["client/planted.ts", 'import { readFileSync } from "node:fs";'],
    ["scheduler/planted.ts", 'import { parse } from "yaml";'],
    ["sim/planted.ts", 'import { createMachine } from "xstate";'],
    ["newlayer/planted.ts", ""],
  ];
  it.each(upward)("%s: %s", (path, text) => expect(layerViolations(planted(path, text)).filter((problem) => problem.includes("planted"))).toHaveLength(1));

  it.each(engineBans.map((ban) => [ban.planted]))("engine ban: %s", (text) => {
    expect(bannedCode([{ path: "scheduler/planted.ts", text }])).toHaveLength(1);
    expect(bannedCode([{ path: "scheduler/planted.ts", text: `// ${text}\nconst text = '${text.replaceAll("'", "")}';` }])).toEqual([]);
  });
  it.each(generalBans.map((ban) => [ban.planted]))("general ban: %s", (text) => {
    expect(bannedCode([{ path: "ui/planted.ts", text }])).toHaveLength(1);
  });
  it("cycles", () => {
    const files = [{ path: "base/a.ts", text: 'import { b } from "./b.ts";' }, { path: "base/b.ts", text: 'import { a } from "./a.ts";' }];
    expect(cycles(files)).toHaveLength(1);
    expect(cycles([{ path: "base/a.ts", text: 'import type { b } from "./b.ts";' }, files[1] as SourceFile])).toEqual([]);
  });
  it.each([
    ["base/planted.ts", "\n".repeat(501)],
    ["base/utils.ts", ""],
    ["base/planted.ts", `// ${"TO"}DO later`],
    ["base/planted.test.ts", `it.${"only"}("x", () => {});`],
    ["base/planted.test.ts", "fc.assert(one);\nfc.assert(other, { seed: 1 });"],
  ])("style: %s", (path, text) => expect(styleViolations([{ path, text }])).toHaveLength(1));

  it("reads code without comments and texts", () => expect(codeOf('a("x//y"); // b\n/* c\n */d')).toBe('a("    ");     \n    \n   d'));
  it("names every folder of src", () => {
    const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory() && entry.name !== "tidy").map((entry) => entry.name);
    expect(folders.filter((folder) => layers[folder] === undefined)).toEqual([]);
  });
});
