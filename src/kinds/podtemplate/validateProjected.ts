// Follows pkg/apis/core/validation/validation.go: projected and downward API volumes.
import { forbidden, index, invalid, required } from "../../apimachinery/fieldError.ts";
import type { FieldError } from "../../apimachinery/status.ts";
import type { ClusterTrustBundleProjection, DownwardAPIVolumeFile, ProjectedVolumeSource, VolumeProjection } from "../core/pod/types.ts";
import { validateLabelSelector } from "../metadata/labelSelector.ts";
import { validateFieldRef, validateResourceFieldRef, volumeFields } from "./validateEnv.ts";
import { validateItem, validateMode } from "./validateItems.ts";
import { validateLocalPath } from "./validatePaths.ts";


const minTokenSeconds = 600;
const maxTokenSeconds = 2 ** 32;

/** Upstream gives every file the path of the volume, without an index. */
export function validateDownwardFiles(files: readonly DownwardAPIVolumeFile[] | undefined, path: string): readonly FieldError[] {
  return (files ?? []).flatMap((file) => validateDownwardFile(file, path));
}

function validateDownwardFile(file: DownwardAPIVolumeFile, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if ((file.path ?? "") === "") errors.push(required(`${path}.path`));
  errors.push(...validateLocalPath(file.path ?? "", `${path}.path`));
  if (file.fieldRef !== undefined) {
    errors.push(...validateFieldRef(file.fieldRef, volumeFields, `${path}.fieldRef`));
    if (file.resourceFieldRef !== undefined) errors.push(invalid(path, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously"));
  } else if (file.resourceFieldRef !== undefined) {
    errors.push(...validateResourceFieldRef(file.resourceFieldRef, true, `${path}.resourceFieldRef`));
  } else {
    errors.push(required(path, "one of fieldRef and resourceFieldRef is required"));
  }
  return [...errors, ...validateMode(file.mode, `${path}.mode`)];
}

export function validateProjected(volume: ProjectedVolumeSource, path: string): readonly FieldError[] {
  const errors: FieldError[] = [...validateMode(volume.defaultMode, `${path}.defaultMode`)];
  const paths = new Set<string>();
  for (const [at, source] of (volume.sources ?? []).entries()) {
    const own = index(`${path}.sources`, at);
    errors.push(...validateProjection(source, paths, path, own));
    if (Object.keys(source).length > 1) errors.push(forbidden(own, "may not specify more than 1 volume type per source"));
  }
  return errors;
}

function validateProjection(source: VolumeProjection, paths: Set<string>, path: string, own: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const claim = (text: string, owner: string): void => {
    if (text === "") return;
    if (paths.has(text)) errors.push(invalid(path, owner, "conflicting duplicate paths"));
    paths.add(text);
  };
  const named = (kind: "secret" | "configMap"): void => {
    const projection = source[kind];
    if (projection === undefined) return;
    if ((projection.name ?? "") === "") errors.push(required(`${own}.${kind}.name`));
    for (const [at, item] of (projection.items ?? []).entries()) {
      errors.push(...validateItem(item, index(`${own}.${kind}.items`, at)));
      claim(item.path ?? "", projection.name ?? "");
    }
  };
  named("secret");
  named("configMap");
  for (const file of source.downwardAPI?.items ?? []) {
    errors.push(...validateDownwardFile(file, `${own}.downwardAPI`));
    claim(file.path ?? "", file.path ?? "");
  }
  const token = source.serviceAccountToken;
  if (token !== undefined) {
    const seconds = token.expirationSeconds ?? 0;
    if (seconds < minTokenSeconds) errors.push(invalid(`${own}.serviceAccountToken.expirationSeconds`, seconds, "may not specify a duration less than 10 minutes"));
    if (seconds > maxTokenSeconds) errors.push(invalid(`${own}.serviceAccountToken.expirationSeconds`, seconds, "may not specify a duration larger than 2^32 seconds"));
    if ((token.path ?? "") === "") errors.push(required(`${path}.path`));
    else errors.push(...validateLocalPath(token.path, `${path}.path`));
  }
  if (source.clusterTrustBundle !== undefined) {
    errors.push(...validateTrustBundle(source.clusterTrustBundle, `${own}.clusterTrustBundle`));
    claim(source.clusterTrustBundle.path ?? "", source.clusterTrustBundle.path ?? "");
  }
  return errors;
}

function validateTrustBundle(bundle: ClusterTrustBundleProjection, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (bundle.name !== undefined && bundle.signerName !== undefined) errors.push(invalid(path, { ...bundle, labelSelector: null }, "only one of name and signerName may be used"));
  else if (bundle.name !== undefined) {
    if (bundle.name === "") errors.push(required(`${path}.name`, "must be a valid object name"));
    if (bundle.labelSelector !== undefined) errors.push(invalid(`${path}.labelSelector`, { matchLabels: { ...bundle.labelSelector.matchLabels } }, "labelSelector must be unset if name is specified"));
  } else if (bundle.signerName !== undefined) {
    if (bundle.signerName === "") errors.push(required(`${path}.signerName`, "must be a valid signer name"));
    errors.push(...validateLabelSelector(bundle.labelSelector, `${path}.labelSelector`));
  } else {
    errors.push(required(path, "either name or signerName must be specified"));
  }
  if ((bundle.path ?? "") === "") errors.push(required(`${path}.path`));
  return [...errors, ...validateLocalPath(bundle.path ?? "", `${path}.path`)];
}
