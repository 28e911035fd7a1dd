import type { Plugin } from "vite";

export function bakedChartTable(): Promise<string>;
export function bakedCharts(): Plugin;
