import { calibrationBytes, jsonRoundTrips } from "./calibration.ts";
import { measured, newRecording, request, startEngine, write } from "./engineUnderBench.ts";
import type { Gate } from "./gates.ts";
import { gatewayRates } from "./gatewayRates.ts";
import { clusterOf } from "./workloads.ts";

const created = 400;
/** The first ones are still being compiled: they are not the middle. */
const blocks = 9;
const path = "/api/v1/namespaces/default/configmaps";

/** CPU seconds from a create to the event of a watch that is open, all in this process. */
async function createToEvent(): Promise<number> {
  const engine = await startEngine(newRecording(clusterOf(1, 110)));
  await engine.advance(5);
  const watch = engine.watch(request("watch", path));
  if (!("next" in watch)) throw new Error(`the watch did not begin: ${watch.code}`);
  watch.next();
  let seen = 0;
  const run = async (count: number, prefix: string): Promise<void> => {
    for (let index = 0; index < count; index++) {
      await write(engine, request("create", path, { apiVersion: "v1", kind: "ConfigMap", metadata: { name: `${prefix}-${index}` }, data: { index: String(index) } }));
      seen += watch.next().frames.length;
    }
  };
  await run(created, "warm");
  const { cpuSeconds } = await measured(() => run(created, "counted"));
  if (seen !== 2 * created) throw new Error(`${seen} of ${2 * created} creates were seen by the watch`);
  await engine.stop();
  return cpuSeconds / created;
}

/** What the API costs, in process and through the gateway. Rates of a gateway are those beside an echo of the same bodies in the same run. */
export async function apiRates(root: string, folder: string, gate: Gate): Promise<void> {
  const costs: number[] = [];
  for (let block = 0; block < blocks; block++) costs.push(jsonRoundTrips() * (await createToEvent()));
  gate("create to watch event in JRT", costs.sort((a, b) => a - b)[blocks >> 1] ?? 0, "at most", 8, `in process, JRT of ${calibrationBytes} bytes`);

  const before = jsonRoundTrips();
  const { echo, create, get, patch, listSeconds } = await gatewayRates(root, folder);
  // The machine's speed changes within a minute: what it is before and after.
  const trips = (before + jsonRoundTrips()) / 2;
  const said = ({ perSecond, p99 }: { readonly perSecond: number; readonly p99: number }): string => `${perSecond.toFixed(0)}/s, p99 ${p99.toFixed(1)} ms`;
  for (const [name, rate] of [["create", create], ["get", get], ["merge patch", patch]] as const) {
    gate(`gateway ${name} to an echo, rate`, rate.perSecond / echo.perSecond, "at least", 1 / 3, `${said(rate)}; echo ${said(echo)}`);
    gate(`gateway ${name} to an echo, p99`, rate.p99 / echo.p99, "at most", 4, "16 connections");
  }
  gate("LIST of 1,000 in JRT per 100 objects", (listSeconds * trips) / 10, "at most", 12, `${(listSeconds * 1_000).toFixed(0)} ms through the gateway`);
}
