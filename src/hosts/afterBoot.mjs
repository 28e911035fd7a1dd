import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const source = join(dirname(fileURLToPath(import.meta.url)), "..");

/**
 * Modules that only run once somebody has put something in, with what is used of them. The page's worker fetches them while the cluster
 * boots; until they are there nothing that is put in is taken (EngineSession). To add one: a line.
 */
const later = {
  "node/images/index.ts": ["images"],
  "node/images/busybox/shellParts.ts": ["appletNamed", "Shell"],
  "controllers/job/jobSync.ts": ["beginPass", "resumePass"],
  "controllers/cronjob/cronJobSync.ts": ["beginPass", "resumePass"],
  "controllers/podautoscaler/metricProposal.ts": ["proposalOf"],
  "controllers/statefulset/rollout.ts": ["rollout"],
  "controllers/daemonset/sync.ts": ["syncDaemonSet", "statusAfterRefusal"],
  "controllers/podautoscaler/metricsApi.ts": ["errorText", "metricRequest", "readCustomMetrics", "readExternalMetric", "readObjectMetric", "readPodMetrics"],
  "controllers/podautoscaler/normalize.ts": ["normalize", "nothingYet", "withScaling"],
  "controllers/podautoscaler/hpaStatus.ts": ["StatusDraft"],
  "controllers/disruption/budgetStatus.ts": ["budgetStatus", "disruptedPods", "failedStatus", "needsScale", "saysTheSame"],
  "controllers/persistentvolume/syncClaim.ts": ["syncClaim"],
  "controllers/persistentvolume/syncVolume.ts": ["syncVolume", "syncVolumeOf"],
  "controllers/certificates/signerRules.ts": ["hasCondition", "kubeletClientFault", "kubeletClientSigner", "readRequest", "verdictOfSigner"],
  "controllers/certificates/issue.ts": ["issueCertificate"],
  "apimachinery/serverSideApply.ts": ["serverSideApply"],
  "apimachinery/patch/jsonPatch.ts": ["applyJsonPatch"],
  "network/iptablesText.ts": ["iptablesText"],
  "hosts/sessionStreams.ts": ["SessionStreams"],
};

const paths = Object.keys(later);
/** All of them in one module, so that they are fetched as one script. */
const together = "orrery-later";

/** The module that stands for such a one: its exports are set when it has come. */
function standIn(path) {
  const names = later[path].join(", ");
  return [
    `import { arrivals } from ${JSON.stringify(join(source, "hosts/arrivals.ts"))};`,
    `export let ${names};`,
    `arrivals.push(import("${together}").then((all) => void ({ ${names} } = all.part${paths.indexOf(path)})));`,
  ].join("\n");
}

/** For builds of the page's worker; Node and development have everything at once. */
export function afterBoot() {
  const modules = new Map(paths.map((path) => [join(source, path), standIn(path)]));
  modules.set(together, paths.map((path, at) => `export * as part${at} from ${JSON.stringify(`${join(source, path)}?later`)};`).join("\n"));
  return {
    name: "orrery-after-boot",
    apply: "build",
    enforce: "pre",
    resolveId: (id) => (id === together ? id : null),
    load: (id) => (modules.has(id) ? { code: modules.get(id), moduleType: "js" } : null),
  };
}
