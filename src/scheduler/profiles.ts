import { extensionPoints, type ExtensionPoint, type PluginConfig, type PluginSet, type ProfileConfiguration, type SchedulerConfiguration } from "./configuration.ts";
import type { SchedulerPlugin } from "./framework.ts";
import { defaultPlugins } from "./plugins/index.ts";
import { interPodAffinityWith } from "./plugins/interPodAffinity.ts";
import { nodeAffinityWith } from "./plugins/nodeAffinity.ts";
import { nodeResourcesFitWith } from "./plugins/nodeResourcesFit.ts";
import { podTopologySpreadWith } from "./plugins/podTopologySpread.ts";

// Follows pkg/scheduler/apis/config/v1/default_plugins.go (mergePlugins) and framework/runtime/framework.go (expandMultiPointPlugins).

/** How the pods of one scheduler name are placed. */
export interface Profile {
  readonly schedulerName: string;
  /** In the order in which they filter. */
  readonly plugins: readonly SchedulerPlugin[];
  /** 0: as many as the size of the cluster asks for. */
  readonly percentageOfNodesToScore: number;
  /** What is tried for a pod that fits nowhere: DynamicResources and DefaultPreemption, where they are enabled. */
  readonly deallocates: boolean;
  readonly preempts: boolean;
}

const defaultName = "default-scheduler";

/** Plugins that have no part in choosing nodes. */
const prioritySort = "PrioritySort";
const defaultBinder = "DefaultBinder";
const defaultPreemption = "DefaultPreemption";
const dynamicResources = "DynamicResources";
const unchosen = [prioritySort, defaultPreemption, defaultBinder];

const ordinary: Profile = { schedulerName: defaultName, plugins: defaultPlugins, percentageOfNodesToScore: 0, deallocates: true, preempts: true };

type Named = NonNullable<PluginSet["enabled"]>[number];

/** Throws where a configuration names what there is not. */
export function profilesOf({ percentageOfNodesToScore = 0, profiles }: SchedulerConfiguration = {}): readonly Profile[] {
  if (profiles === undefined || profiles.length === 0) return [{ ...ordinary, percentageOfNodesToScore }];
  const made = profiles.map((profile) => profileOf({ percentageOfNodesToScore, ...profile }));
  const twice = made.find(({ schedulerName }, index) => made.findIndex((other) => other.schedulerName === schedulerName) !== index);
  if (twice !== undefined) throw new Error(`scheduler: two profiles have the schedulerName "${twice.schedulerName}"`);
  return made;
}

function profileOf({ schedulerName = defaultName, percentageOfNodesToScore = 0, plugins = {}, pluginConfig = [] }: ProfileConfiguration): Profile {
  const known = new Map(defaultPlugins.map((plugin) => [plugin.name, plugin]));
  for (const config of pluginConfig) known.set(config.name, withArgs(config, schedulerName));
  for (const point of Object.keys(plugins)) if (!(extensionPoints as readonly string[]).includes(point)) throw new Error(`scheduler: profile ${schedulerName}: plugins.${point} cannot be configured; ${extensionPoints.join(", ")} can`);
  for (const { name } of Object.values(plugins).flatMap((set) => [...(set.enabled ?? []), ...(set.disabled ?? [])])) {
    if (name !== "*" && !known.has(name) && !unchosen.includes(name)) throw new Error(`scheduler: profile ${schedulerName}: there is no plugin "${name}"`);
  }
  const everywhere = merged([...defaultPlugins.map(({ name, weight }) => ({ name, weight })), ...unchosen.map((name) => ({ name }))], plugins.multiPoint ?? {});
  for (const name of [prioritySort, defaultBinder]) if (!everywhere.some((each) => each.name === name)) throw new Error(`scheduler: profile ${schedulerName}: without ${name} no pod is ever bound; enable it in plugins.multiPoint`);
  const at = (point: Exclude<ExtensionPoint, "multiPoint">, takesPart: (name: string) => boolean): readonly Named[] => expanded(everywhere, plugins[point] ?? {}, takesPart);
  const pointsOf = (point: "preEnqueue" | "preFilter" | "filter" | "preScore" | "score"): readonly Named[] => at(point, (name) => known.get(name)?.[point] !== undefined);
  const [preEnqueue, preFilter, filter, preScore, score] = [pointsOf("preEnqueue"), pointsOf("preFilter"), pointsOf("filter"), pointsOf("preScore"), pointsOf("score")];
  const after = at("postFilter", (name) => name === defaultPreemption || name === dynamicResources);
  const names = new Set([...filter, ...preEnqueue, ...preFilter, ...preScore, ...score].map(({ name }) => name));
  return {
    schedulerName, percentageOfNodesToScore,
    plugins: [...names].map((name) => {
      const plugin = known.get(name) as SchedulerPlugin;
      const without = (point: keyof SchedulerPlugin, named: readonly Named[]) => (plugin[point] === undefined || named.some((each) => each.name === name) ? {} : { [point]: undefined });
      const parts = { ...without("preEnqueue", preEnqueue), ...without("preFilter", preFilter), ...without("filter", filter), ...without("preScore", preScore), ...without("score", score) };
      // What an earlier point counts is what the later one goes by.
      for (const [first, then] of [["preFilter", "filter"], ["preScore", "score"]] as const) {
        if (first in parts && !(then in parts) && plugin[then] !== undefined) throw new Error(`scheduler: profile ${schedulerName}: ${name} needs ${first} where it has ${then}`);
      }
      return { ...plugin, ...parts, weight: score.find((each) => each.name === name)?.weight || 1 } as SchedulerPlugin;
    }),
    deallocates: after.some(({ name }) => name === dynamicResources),
    preempts: after.some(({ name }) => name === defaultPreemption),
  };
}

/** The default plugins without those disabled; those that are named again keep their place, others come behind. */
function merged(defaults: readonly Named[], { enabled = [], disabled = [] }: PluginSet): readonly Named[] {
  const isOff = (name: string): boolean => disabled.some((each) => each.name === name || each.name === "*");
  const kept = defaults.filter(({ name }) => !isOff(name)).map((each) => enabled.find(({ name }) => name === each.name) ?? each);
  return [...kept, ...enabled.filter((each) => !kept.includes(each))];
}

/** Those of one extension point: named there and everywhere, then the rest of everywhere, then the rest of those named. */
function expanded(everywhere: readonly Named[], { enabled = [], disabled = [] }: PluginSet, takesPart: (name: string) => boolean): readonly Named[] {
  const isOff = (name: string): boolean => disabled.some((each) => each.name === name || each.name === "*");
  const general = everywhere.filter(({ name }) => takesPart(name) && !isOff(name));
  const isGeneral = ({ name }: Named): boolean => general.some((each) => each.name === name);
  const named = enabled.filter(({ name }) => takesPart(name));
  return [...named.filter(isGeneral), ...general.filter(({ name }) => !named.some((each) => each.name === name)), ...named.filter((each) => !isGeneral(each))];
}

function withArgs(config: PluginConfig, schedulerName: string): SchedulerPlugin {
  switch (config.name) {
    case "NodeResourcesFit": return nodeResourcesFitWith(config.args);
    case "PodTopologySpread": return podTopologySpreadWith(config.args);
    case "InterPodAffinity": return interPodAffinityWith(config.args);
    case "NodeAffinity": return nodeAffinityWith(config.args);
    default: throw new Error(`scheduler: profile ${schedulerName}: args of ${String((config as { readonly name: unknown }).name)} are not simulated`);
  }
}
