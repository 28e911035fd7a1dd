import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { honestyOfAll } from "./honestyOfAll.ts";

it("tells of every component that has something to tell, and none twice", () => {
  const root = join(import.meta.dirname, "..");
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => /\bhonesty\.ts$/.test(name));
  const components = files.flatMap((name) => [...readFileSync(join(root, name), "utf8").matchAll(/\bcomponent: "([^"]+)"/g)].map(([, component]) => component));
  expect(honestyOfAll().map(({ component }) => component).sort()).toEqual(components.sort());
  expect(new Set(components).size).toBe(components.length);
});
