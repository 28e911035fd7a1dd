// Follows pkg/api/pod/warnings.go: volumes that do nothing any more, and files that would lie on one another.
import { index, key as keyPath } from "../../apimachinery/fieldError.ts";
import { goQuote } from "../../apimachinery/goFormat.ts";
import type { PodSpec, Volume, VolumeProjection } from "../core/pod/types.ts";
import { fractionText } from "./containerWarnings.ts";

/** Field, the name that the warning gives it, text. In upstream's order; a claim of its own is looked at between the two lists. */
const oldVolumes: readonly (readonly [keyof Volume, string, string])[] = [
  ["photonPersistentDisk", "photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"],
  ["gitRepo", "gitRepo", "deprecated in v1.11, and disabled by default in v1.33+"],
  ["scaleIO", "scaleIO", "deprecated in v1.16, non-functional in v1.22+"],
  ["flocker", "flocker", "deprecated in v1.22, non-functional in v1.25+"],
  ["storageos", "storageOS", "deprecated in v1.22, non-functional in v1.25+"],
  ["quobyte", "quobyte", "deprecated in v1.22, non-functional in v1.25+"],
  ["glusterfs", "glusterfs", "deprecated in v1.25, non-functional in v1.26+"],
];
const latelyOldVolumes: typeof oldVolumes = [
  ["cephfs", "cephfs", "deprecated in v1.28, non-functional in v1.31+"],
  ["rbd", "rbd", "deprecated in v1.28, non-functional in v1.31+"],
];

export function volumeWarnings(spec: PodSpec, path: string): readonly string[] {
  const volumes = spec.volumes ?? [];
  if (volumes.length === 0) return [];
  const warnings: string[] = [];
  for (const [at, volume] of volumes.entries()) if (!isPlain(volume)) warnings.push(...sourceWarnings(volume, index(path, at)));
  for (const volume of volumes) warnings.push(...overlaps(volume));
  return warnings;
}

/** Nearly all volumes; every pod that is created comes by here. */
function isPlain(volume: Volume): boolean {
  for (const key in volume) if (!plainSources.has(key)) return false;
  return true;
}
const plainSources: ReadonlySet<string> = new Set(["name", "projected", "configMap", "secret", "emptyDir", "hostPath", "persistentVolumeClaim", "downwardAPI"]);

function sourceWarnings(volume: Volume, path: string): readonly string[] {
  const old = (list: typeof oldVolumes): readonly string[] => list.filter(([source]) => volume[source] !== undefined).map(([, name, message]) => `${path}.${name}: ${message}`);
  return [...old(oldVolumes), ...claimWarnings(volume, path), ...old(latelyOldVolumes)];
}

function claimWarnings(volume: Volume, path: string): readonly string[] {
  const resources = volume.ephemeral?.volumeClaimTemplate?.spec?.resources;
  if (resources === undefined) return [];
  return (["requests", "limits"] as const).flatMap((list) => fractionText(resources[list]?.["storage"], keyPath(`${path}.ephemeral.volumeClaimTemplate.spec.resources.${list}`, "storage")));
}

interface PathOf {
  readonly path: string;
  readonly source: string;
}
interface WithPath {
  readonly path?: string;
}

function pathsOf(items: readonly WithPath[] | undefined, source: string): readonly PathOf[] {
  return (items ?? []).map((item) => ({ path: item.path ?? "", source }));
}

function overlaps(volume: Volume): readonly string[] {
  const { name, configMap, secret, downwardAPI, projected } = volume;
  if (projected === undefined && configMap?.items === undefined && secret?.items === undefined && downwardAPI?.items === undefined) return [];
  const told = (what: string, texts: readonly string[]): readonly string[] => texts.map((text) => `volume ${goQuote(name)} (${what}): overlapping paths: ${text}`);
  const warnings: string[] = [];
  if (configMap?.items !== undefined) warnings.push(...told(`ConfigMap ${goQuote(configMap.name ?? "")}`, collisions(pathsOf(configMap.items, ""))));
  if (secret?.items !== undefined) warnings.push(...told(`Secret ${goQuote(secret.secretName ?? "")}`, collisions(pathsOf(secret.items, ""))));
  if (downwardAPI?.items !== undefined) warnings.push(...told("DownwardAPI", collisions(pathsOf(downwardAPI.items, ""))));
  if (projected !== undefined) {
    const { withoutSource, collided } = ofSources(projected.sources ?? []);
    for (let count = 0; count < withoutSource; count++) warnings.push(`volume ${goQuote(name)} (Projected) has no sources provided`);
    warnings.push(...told("Projected", collided));
  }
  return warnings;
}

interface OfSources {
  /** How many sources name nothing. */
  readonly withoutSource: number;
  readonly collided: readonly string[];
}

/** Every pod has the volume of its token, and the sources of that are one object. */
const judged = new WeakMap<readonly VolumeProjection[], OfSources>();

function ofSources(sources: readonly VolumeProjection[]): OfSources {
  let found = judged.get(sources);
  if (found === undefined) {
    const withoutSource = sources.filter((source) => Object.values(source).every((part) => part === undefined)).length;
    judged.set(sources, (found = { withoutSource, collided: collisions(sources.flatMap(projectedPaths)) }));
  }
  return found;
}

function projectedPaths(source: VolumeProjection): readonly PathOf[] {
  const { configMap, secret, downwardAPI, serviceAccountToken, clusterTrustBundle, podCertificate } = source;
  if (configMap?.items !== undefined) return pathsOf(configMap.items, `ConfigMap ${goQuote(configMap.name ?? "")}`);
  if (secret?.items !== undefined) return pathsOf(secret.items, `Secret ${goQuote(secret.name ?? "")}`);
  if (downwardAPI?.items !== undefined) return pathsOf(downwardAPI.items, "DownwardAPI");
  if (serviceAccountToken !== undefined) return pathsOf([serviceAccountToken], "ServiceAccountToken");
  if (clusterTrustBundle !== undefined) return pathsOf([clusterTrustBundle], `ClusterTrustBundle ${goQuote(clusterTrustBundle.name ?? clusterTrustBundle.signerName ?? "")}`);
  if (podCertificate === undefined) return [];
  const { certificateChainPath = "", keyPath: privateKeyPath = "", credentialBundlePath = "" } = podCertificate;
  const files = [[certificateChainPath, "PodCertificate chain"], [privateKeyPath, "PodCertificate key"], [credentialBundlePath, "PodCertificate credential bundle"]] as const;
  return files.filter(([path]) => path !== "").map(([path, what]) => ({ path, source: what }));
}

/** Whether a path is another one or lies below it. */
function liesAt(path: string, other: string): boolean {
  return path.startsWith(other) && (path.length === other.length || path[other.length] === "/");
}

/** Each path that is, or lies below or above, an earlier one. */
function collisions(paths: readonly PathOf[]): readonly string[] {
  const earlier: PathOf[] = [];
  const found: string[] = [];
  const text = ({ path, source }: PathOf): string => (source === "" ? goQuote(path) : `${goQuote(path)} (${source})`);
  for (const given of paths) {
    let end = given.path.length;
    while (end > 0 && given.path[end - 1] === "/") end--;
    const one = { path: given.path.slice(0, end), source: given.source };
    for (const other of earlier) if (one.path !== "" && other.path !== "" && (liesAt(one.path, other.path) || liesAt(other.path, one.path))) found.push(`${text(one)} with ${text(other)}`);
    earlier.push(one);
  }
  return found;
}
