import { containerChart } from "../node/kubelet/podWorker/containerMachine.ts";
import { podChart } from "../node/kubelet/podWorker/podMachine.ts";
import type { ChartShape } from "../sim/chartTable.ts";
import { workersChart } from "./workersMachine.ts";

/** Every chart that runs: the page's build has their tables made (bakedCharts.mjs). */
export const charts: readonly ChartShape[] = [podChart, containerChart, workersChart].map(({ definition }) => definition);
