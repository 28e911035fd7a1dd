import type { Pod } from "../../kinds/core/pod/types.ts";

const annotationPrefix = "sim.orrery.dev/";
const variablePrefix = "ORRERY_SIM_";

/** The behaviour asked of a container by annotation ("sim.orrery.dev/web.latency-ms") or environment (ORRERY_SIM_LATENCY_MS); annotations win. */
export function containerBehaviour(pod: Pod, container: string, env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const behaviour: Record<string, string> = {};
  for (const name of namesWith(env, variablePrefix)) behaviour[name.slice(variablePrefix.length).toLowerCase().replaceAll("_", "-")] = env[name] ?? "";
  const { annotations } = pod.metadata;
  if (annotations === undefined) return behaviour;
  const own = `${annotationPrefix}${container}.`;
  for (const name of namesWith(annotations, own)) behaviour[name.slice(own.length)] = annotations[name] ?? "";
  return behaviour;
}

function namesWith(map: Readonly<Record<string, string>>, prefix: string): readonly string[] {
  const names: string[] = [];
  for (const name in map) if (name.startsWith(prefix)) names.push(name);
  return names.sort();
}
