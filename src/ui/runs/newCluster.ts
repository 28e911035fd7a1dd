import { defaultNode, type ClusterSpec, type NodeSpec } from "../../cluster/clusterSpec.ts";
import { t } from "../language/text.ts";

/** What one chooses of a new cluster. */
export interface ClusterChoice {
  readonly nodes: number;
  readonly zones: number;
  readonly cpu: number;
  readonly memoryGi: number;
  readonly pods: number;
  readonly runtime: NodeSpec["runtime"];
  readonly cni: ClusterSpec["cni"];
  readonly seed: number;
}

export const choiceLimits = { nodes: [0, 100], zones: [1, 9], cpu: [1, 128], memoryGi: [1, 1_024], pods: [1, 250], seed: [0, 2_147_483_647] } as const;

/** What is wrong with a choice, in words; null where nothing is. */
export function choiceProblem(choice: ClusterChoice): string | null {
  for (const [key, [least, most]] of Object.entries(choiceLimits)) {
    const value = choice[key as keyof typeof choiceLimits];
    if (!Number.isInteger(value) || value < least || value > most) return t`${{ nodes: t`Nodes`, zones: t`Zones`, cpu: t`CPUs`, memoryGi: t`Memory`, pods: t`Pods a node`, seed: t`The seed` }[key] ?? key}: a whole number from ${least} to ${most}`;
  }
  return null;
}

/** The cluster of a choice: zones in turn, all else as the scenario has it. */
export function clusterOf(choice: ClusterChoice, base: ClusterSpec): ClusterSpec {
  const nodes = Array.from({ length: choice.nodes }, (_, index): NodeSpec => ({
    ...defaultNode(index + 1),
    cpuMilli: choice.cpu * 1000,
    memoryBytes: choice.memoryGi * 1024 ** 3,
    pods: choice.pods,
    runtime: choice.runtime,
    zone: String.fromCharCode(97 + (index % choice.zones)),
  }));
  return { ...base, nodes, cni: choice.cni };
}
