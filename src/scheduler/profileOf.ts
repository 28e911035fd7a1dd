import type { ExtensionPoint, PluginConfig, PluginSet, ProfileConfiguration } from "./configuration.ts";
import type { SchedulerPlugin } from "./framework.ts";
import type { Profile } from "./profiles.ts";

// Follows pkg/scheduler/apis/config/v1/default_plugins.go (mergePlugins) and framework/runtime/framework.go (expandMultiPointPlugins).

/** Plugins that have no part in choosing nodes. */
const prioritySort = "PrioritySort";
const defaultBinder = "DefaultBinder";
const defaultPreemption = "DefaultPreemption";
const dynamicResources = "DynamicResources";
const unchosen = [prioritySort, defaultPreemption, defaultBinder];

/** What it works with: handed over, because the page fetches this module by itself, after the rest. */
export interface ProfileTools {
  readonly defaultName: string;
  readonly defaultPlugins: readonly SchedulerPlugin[];
  readonly extensionPoints: readonly string[];
  /** The plugin with these args; null where its args are not simulated. */
  withArgs(config: PluginConfig): SchedulerPlugin | null;
}

type Named = NonNullable<PluginSet["enabled"]>[number];

/** One profile of a configuration, with the defaults filled in. Throws where it names what there is not. */
export function profileOf(configuration: ProfileConfiguration, { defaultName, defaultPlugins, extensionPoints, withArgs }: ProfileTools): Profile {
  const { schedulerName = defaultName, percentageOfNodesToScore = 0, plugins = {}, pluginConfig = [] } = configuration;
  const known = new Map(defaultPlugins.map((plugin) => [plugin.name, plugin]));
  for (const config of pluginConfig) {
    const plugin = withArgs(config);
    if (plugin === null) throw new Error(`scheduler: profile ${schedulerName}: args of ${config.name} are not simulated`);
    known.set(config.name, plugin);
  }
  for (const point of Object.keys(plugins)) if (!extensionPoints.includes(point)) throw new Error(`scheduler: profile ${schedulerName}: plugins.${point} cannot be configured; ${extensionPoints.join(", ")} can`);
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
