import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const source = join(dirname(fileURLToPath(import.meta.url)), "..");

/**
 * Modules that only run once somebody has put something in, with what is used of them. The page's worker fetches them while the cluster
 * boots; until they are there nothing that is put in is taken (EngineSession). To add one: a line.
 */
const later = {
  "node/images/index.ts": ["images"],
  "apimachinery/lastApplied.ts": ["lastAppliedAnnotation", "unchangedSinceLastApplied", "withLastApplied"],
  "apimachinery/patch/jsonPatch.ts": ["applyJsonPatch"],
  "apimachinery/versionedPruning.ts": ["prunedAcrossVersions"],
  "apiserver/authz/policy/policyUpdates.ts": ["policyUpdates"],
  "apiserver/discovery/metrics.ts": ["metricFamilies", "serveMetrics"],
  "apiserver/metadata/scaleApply.ts": ["scaleApplied"],
  "apiserver/services/addressRepairs.ts": ["addressRepairs"],
  "apiserver/stages/impersonationModes.ts": ["actingUser"],
  "apiserver/subresources/disruptionBudget.ts": ["grantOf"],
  "controllers/servicecidr/cidrUse.ts": ["isUsed"],
  "kinds/autoscaling/horizontalpodautoscaler/validate.ts": ["validateHpa", "validateHpaStatusUpdate", "validateHpaUpdate"],
  "kinds/batch/cronjob/validate.ts": ["cronJobWarnings", "validateCronJob", "validateCronJobUpdate"],
  "kinds/batch/job/validate.ts": ["jobSpecWarnings", "jobWarnings", "nameWarnings", "validateJob", "validateJobUpdate"],
  "kinds/core/persistentvolume/validate.ts": ["unsimulatedPolicy", "validateVolume", "validateVolumeStatusUpdate", "validateVolumeUpdate", "volumeWarnings"],
  "kinds/certificates/parseRequest.ts": ["parseCertificateRequest"],
  "kinds/podtemplate/annotationProfiles.ts": ["profileAnnotationErrors", "profileMatchErrors"],
  "node/images/busybox/shellParts.ts": ["isCommand", "Shell"],
  "controllers/job/jobSync.ts": ["beginPass", "resumePass"],
  "controllers/cronjob/cronJobSync.ts": ["beginPass", "resumePass"],
  "controllers/podautoscaler/metricProposal.ts": ["proposalOf"],
  "controllers/statefulset/rollout.ts": ["rollout"],
  "node/policy/policyCompiler.ts": ["PolicyCompiler"],
  "network/policyTables.ts": ["PolicyTables"],
  "node/images/ingress-nginx/serving.ts": ["Serving"],
  "controllers/daemonset/sync.ts": ["syncDaemonSet", "statusAfterRefusal"],
  "controllers/podautoscaler/metricsApi.ts": ["errorText", "metricRequest", "readCustomMetrics", "readExternalMetric", "readObjectMetric", "readPodMetrics"],
  "controllers/podautoscaler/normalize.ts": ["normalize", "nothingYet", "withScaling"],
  "controllers/podautoscaler/hpaStatus.ts": ["StatusDraft"],
  "controllers/disruption/budgetStatus.ts": ["budgetStatus", "disruptedPods", "failedStatus", "needsScale", "saysTheSame"],
  "controllers/endpointslice/hints.ts": ["sameHints", "withHints"],
  "controllers/endpointslice/topologyHints.ts": ["cpuShares", "hinted", "isOverloaded", "withHintsOf"],
  "controllers/persistentvolume/syncClaim.ts": ["syncClaim"],
  "controllers/persistentvolume/syncVolume.ts": ["syncVolume", "syncVolumeOf"],
  "controllers/certificates/signerRules.ts": ["hasCondition", "kubeletClientFault", "kubeletClientSigner", "readRequest", "verdictOfSigner"],
  "controllers/certificates/issue.ts": ["issueCertificate"],
  "network/iptablesText.ts": ["iptablesText"],
  "network/dns.ts": ["answerDns", "answerReverse"],
  "apiserver/reviews/index.ts": ["answerReview"],
  "controllers/statefulset/refusals.ts": ["claimsRefused", "writeRefused"],
  "controllers/statefulset/setRevisions.ts": ["presentRevisions", "revisionsFrom", "truncate"],
  "controllers/statefulset/setStatus.ts": ["isRunningAndReady", "statusOf", "writeStatus"],
  "controllers/cronjob/missedTimes.ts": ["dueTime", "scheduleOf", "secondsToNext", "tooManyMissed"],
  "controllers/cronjob/zoneTime.ts": ["localTime", "rfc1123", "unixOf", "zonedTimestamp"],
  "controllers/namespace/conditions.ts": ["deletionConditions"],
  "node/kubelet/podWorker/resizeSteps.ts": ["resized", "syncResize"],
  "node/kubelet/podWorker/pullSecrets.ts": ["tellMissingSecrets"],
  "node/kubelet/podWorker/troubles.ts": ["adopted", "evict", "imagePullFailed", "lost"],
  "node/kubelet/podWorker/imageVolumes.ts": ["ensureVolumeImages", "partError", "pendingVolume", "volumeReady"],
  "node/kubelet/podWorker/restartAll.ts": ["restartAll"],
  "node/kubelet/podWorker/ephemeral.ts": ["startEphemeral", "takeUpEphemeral"],
  // These are of clusters that wait for them before they boot (bootsAlone in engineSession.ts).
  "node/nodeSettings.ts": ["kubeletProblem", "manifestProblem", "mostManifests", "shutdownSeconds", "staticPodsProblem"],
  "node/kubelet/static/staticPods.ts": ["newStaticPods"],
  "node/kubelet/shutdown.ts": ["newShutdown"],
  "node/kubelet/resizeRefusal.ts": ["resizeRefusal"],
  "node/runtime/terminal.ts": ["shown", "type"],
  "node/kubelet/criticalRoom.ts": ["newCriticalRoom"],
  "node/kubelet/sysctls.ts": ["sysctlRefusal"],
  "node/kubelet/nonRoot.ts": ["nonRootError"],
  "node/kubelet/eviction/storageLimits.ts": ["foundUs", "storageEviction", "storageLimits"],
  "node/runtime/hostPaths.ts": ["checkPath"],
  "node/runtime/storage.ts": ["isOver", "noRoom", "storageUse", "totalUse"],
  "node/runtime/zeros.ts": ["asRead", "sizeOf", "zeros"],
  "node/kubelet/images/imageSpace.ts": ["insufficient"],
  "node/kubelet/eviction/measure.ts": ["measured", "refusalUnder"],
  "node/kubelet/stats/statsAnswers.ts": ["statsAnswer", "statsRequest"],
  "node/runtime/processes.ts": ["isDenied", "nextPid", "ofPid", "ownerOfFile", "sharedPids", "throughProc"],
  "node/runtime/usageStats.ts": ["measuredStats"],
  "node/runtime/observedUse.ts": ["observedUse"],
  "apiserver/aggregated/usageAfter.ts": ["usageAfter"],
  "node/images/metrics-server/manifests.ts": ["metricsServerManifests"],
  "apiserver/aggregated/metricsKinds.ts": ["metricsKinds"],
  "apiserver/computed/usage.ts": ["nodeMetrics", "podMetrics"],
  "controllers/attachdetach/attachPass.ts": ["attachOrDetach"],
  "controllers/persistentvolume/reclaim.ts": ["reclaim", "deleteVolume"],
  "controllers/provisioner/provisionPass.ts": ["provisionClaim", "deleteProvisioned", "finalizerOf"],
  "controllers/diskdriver/diskProvisioner.ts": ["provisionDisk", "removeDisk"],
  "controllers/diskdriver/attacher.ts": ["syncAttachment", "syncAttachedVolume"],
  "controllers/diskdriver/resizer.ts": ["growClaim"],
  "cluster/cloudDisks.ts": ["toldOfDisk", "diskDue", "freeDisks"],
  "node/kubelet/volumes/claimViews.ts": ["ofClaim", "ofVolume"],
  "node/kubelet/volumes/nodeDisks.ts": ["newNodeDisks"],
  "node/kubelet/volumes/nodeExpand.ts": ["mayGrow", "growthWrite"],
  // Of clusters whose spec says how to schedule: those wait for it before they boot.
  "scheduler/profileOf.ts": ["profileOf"],
  "scheduler/plugins/resourceScores.ts": ["resourceScore"],
  "hosts/breakpoints/breakpointWatch.ts": ["watchFor"],
  "hosts/sessionStreams.ts": ["SessionStreams"],
  "hosts/metrics/metrics.ts": ["Metrics"],
  "hosts/packed/packedKeyframe.ts": ["PackedKeyframe"],
  "hosts/packed/packedRevisions.ts": ["PackedRevisions"],
  "hosts/packed/packedLinks.ts": ["PackedLinks"],
  "hosts/metrics/nodeProxy.ts": ["readThroughProxy"],
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
