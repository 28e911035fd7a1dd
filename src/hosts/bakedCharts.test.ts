import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { chartTable, type ChartShape, type ChartTable } from "../sim/chartTable.ts";
import { bakedChartTable } from "./bakedCharts.mjs";
import { charts } from "./charts.ts";

it("has for every chart what XState answers", async () => {
  const baked = (await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(await bakedChartTable())}`)) as { readonly chartTable: (shape: ChartShape) => ChartTable };
  expect(charts.map((chart) => baked.chartTable(chart))).toEqual(charts.map(chartTable));
  expect(() => baked.chartTable({ id: "lamp", initial: "", events: {}, states: {} })).toThrow("lamp: not in hosts/charts.ts");
});

it("knows every chart there is", () => {
  const root = join(import.meta.dirname, "..");
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
  const defined = files.flatMap((name) => readFileSync(join(root, name), "utf8").match(/= defineChart\(/g) ?? []);
  expect(charts).toHaveLength(defined.length);
});
