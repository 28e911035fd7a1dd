import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const asked = join(here, "../sim/chartTable.ts");

/** The module that stands for sim/chartTable.ts in the page: XState's answers for every chart, without XState (15 kB of gzip). */
export async function bakedChartTable() {
  const contents = 'import { charts } from "./charts.ts"; import { chartTable } from "../sim/chartTable.ts"; export const tables = charts.map((chart) => [chart.id, chartTable(chart)]);';
  const { outputFiles } = await build({ stdin: { contents, resolveDir: here, loader: "ts" }, bundle: true, write: false, format: "esm", platform: "node", logLevel: "error" });
  const { tables } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
  return [
    `const tables = new Map(${JSON.stringify(tables)});`,
    "export function chartTable({ id }) {",
    "  const table = tables.get(id);",
    "  if (table === undefined) throw new Error(`${id}: not in hosts/charts.ts`);",
    "  return table;",
    "}",
  ].join("\n");
}

/** For builds of the page's worker. In Node and in development XState itself is asked. */
export function bakedCharts() {
  return { name: "orrery-baked-charts", apply: "build", enforce: "pre", load: (id) => (id.split("?")[0] === asked ? bakedChartTable().then((code) => ({ code, moduleType: "js" })) : null) };
}
