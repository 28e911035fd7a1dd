// Follows pkg/apis/storage/validation/validation.go, pkg/registry/storage/volumeattachment/strategy.go and pkg/printers/internalversion/printers.go.
import type { Json, JsonObject } from "../../../base/json.ts";
import { deepEqual } from "../../../base/deepEqual.ts";
import { forbidden, invalid, required, tooLong } from "../../../apimachinery/fieldError.ts";
import { inclusiveRangeError, isDns1123Subdomain, utf8Bytes } from "../../../apimachinery/names.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import type { KindDefinition } from "../../define.ts";
import { configGraph } from "../../graph/edges.ts";
import { internalJson } from "../../goStructs/internalJson.ts";
import { fieldImmutableMessage, validateObjectMeta } from "../../metadata/validate.ts";
import { validateDriverName } from "../../podtemplate/validateVolumes.ts";
import { ageColumn, column, nameColumn } from "../../printing/cells.ts";
import { strategy, withFieldOf } from "../../strategy.ts";
import { unsimulatedKind } from "../../unsimulated.ts";
import { diskDriverName } from "../../volumes/diskDriver.ts";
import { storedVerbs } from "../../verbs.ts";
import { mapBytes, maxMapBytes } from "../../volumes/parameters.ts";
import { validateVolumeSpec } from "../../volumes/validateVolumeSpec.ts";
import type { VolumeAttachment, VolumeAttachmentStatus, VolumeError } from "./types.ts";

const maxMessageBytes = 1024;
const highestCode = 2 ** 31 - 1;
const exactlyOne = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";

const withoutAttacher = unsimulatedKind<VolumeAttachment>("VolumeAttachment");

export const volumeAttachmentKind: KindDefinition<VolumeAttachment> = {
  gvk: { group: "storage.k8s.io", version: "v1", kind: "VolumeAttachment" },
  versions: ["v1"],
  plural: "volumeattachments",
  singular: "volumeattachment",
  shortNames: [],
  categories: [],
  scope: "Cluster",
  verbs: storedVerbs,
  subresources: ["status"],
  schema: "io.k8s.api.storage.v1.VolumeAttachment",
  defaults: (attachment) => (attachment.status === undefined ? { ...attachment, status: { attached: false } } : attachment),
  strategy: strategy<VolumeAttachment>({
    prepareForCreate: (attachment) => ({ ...attachment, status: { attached: false } }),
    prepareForUpdate: (attachment, old) => withFieldOf(attachment, old, "status"),
    validate: (attachment) => [...validate(attachment), ...validateNames(attachment)],
    validateUpdate,
  }),
  statusStrategy: strategy<VolumeAttachment>({
    prepareForUpdate: (attachment, old) => withFieldOf({ ...attachment, metadata: ownMeta(attachment, old) }, old, "spec"),
    validateUpdate,
  }),
  selectableFields: {},
  returnsDeletedObject: true,
  updateNeedsVersion: true,
  columns: [
    nameColumn(),
    { ...column<VolumeAttachment>("Attacher", "VolumeAttachmentSpec.attacher", (attachment) => attachment.spec.attacher ?? ""), format: "name" },
    column("PV", "VolumeAttachmentSource.persistentVolumeName", (attachment) => attachment.spec.source?.persistentVolumeName ?? ""),
    column("Node", "VolumeAttachmentSpec.nodeName", (attachment) => attachment.spec.nodeName ?? ""),
    column("Attached", "VolumeAttachmentStatus.attached", (attachment) => attachment.status?.attached === true, "boolean"),
    ageColumn(),
  ],
  unsimulatedWarnings: (attachment) => (attachment.spec.attacher === diskDriverName ? [] : withoutAttacher(attachment)),
  scale: null,
  graph: {
    ...configGraph<VolumeAttachment>({
      icon: "volumeattachment",
      tier: "none",
      sentence: (attachment) => `${attachment.spec.attacher ?? "Nobody"} ${attachment.status?.attached === true ? "has attached" : "is to attach"} ${attachment.spec.source?.persistentVolumeName ?? "a volume"} to ${attachment.spec.nodeName ?? "no node"}.`.replace(/^./, (first) => first.toUpperCase()),
      facts: (attachment) => ({ attacher: attachment.spec.attacher ?? "", attached: attachment.status?.attached === true }),
    }),
    node: (attachment) => ((attachment.spec.nodeName ?? "") === "" ? null : attachment.spec.nodeName),
  },
  template: `apiVersion: storage.k8s.io/v1
kind: VolumeAttachment
metadata:
  name: disk-node-1
spec:
  attacher: disk.example.com
  nodeName: node-1
  source:
    persistentVolumeName: disk
`,
};

/** Writers of the status change nothing of the metadata but who wrote. */
function ownMeta({ metadata }: VolumeAttachment, old: VolumeAttachment): VolumeAttachment["metadata"] {
  return { ...old.metadata, resourceVersion: metadata.resourceVersion, ...(metadata.managedFields === undefined ? {} : { managedFields: metadata.managedFields }) };
}

function validate(attachment: VolumeAttachment): readonly FieldError[] {
  const { attacher = "", nodeName = "", source = {} } = attachment.spec;
  return [
    ...validateObjectMeta(attachment.metadata, false, isDns1123Subdomain, "metadata"),
    ...(attacher === "" ? [required("spec.attacher")] : []),
    ...validateSource(source, "spec.source"),
    ...isDns1123Subdomain(nodeName).map((message) => invalid("spec.nodeName", nodeName, message)),
    ...validateStatus(attachment.status),
  ];
}

/** What version v1 asks beyond the older ones. */
function validateNames(attachment: VolumeAttachment): readonly FieldError[] {
  const { attacher = "", source = {} } = attachment.spec;
  const name = source.persistentVolumeName;
  return [
    ...(attacher === "" ? [] : validateDriverName(attacher, "spec.attacher")),
    ...(name === undefined ? [] : isDns1123Subdomain(name).map((message) => invalid("spec.source.persistentVolumeName", name, message))),
  ];
}

function validateSource(source: VolumeAttachment["spec"]["source"], path: string): readonly FieldError[] {
  const { inlineVolumeSpec, persistentVolumeName } = source;
  if (inlineVolumeSpec === undefined && persistentVolumeName === undefined) return [required(path, exactlyOne)];
  if (inlineVolumeSpec !== undefined && persistentVolumeName !== undefined) return [forbidden(path, exactlyOne)];
  if (inlineVolumeSpec !== undefined) return validateVolumeSpec(inlineVolumeSpec, "", true, `${path}.inlineVolumeSpec`);
  return persistentVolumeName === "" ? [required(`${path}.persistentVolumeName`, "must specify non empty persistentVolumeName")] : [];
}

function validateStatus(status: VolumeAttachmentStatus | undefined): readonly FieldError[] {
  return [
    ...(mapBytes(status?.attachmentMetadata) > maxMapBytes ? [tooLong("status.attachmentMetadata", maxMapBytes)] : []),
    ...validateError(status?.attachError, "status.attachError"),
    ...validateError(status?.detachError, "status.detachError"),
  ];
}

function validateError(error: VolumeError | undefined, path: string): readonly FieldError[] {
  return [
    ...(utf8Bytes(error?.message ?? "") > maxMessageBytes ? [tooLong(`${path}.message`, maxMapBytes)] : []),
    ...((error?.errorCode ?? 0) < 0 ? [invalid(`${path}.errorCode`, error?.errorCode ?? 0, inclusiveRangeError(0, highestCode))] : []),
  ];
}

/** Upstream looks at the new object twice, and says so twice. */
function validateUpdate(attachment: VolumeAttachment, old: VolumeAttachment): readonly FieldError[] {
  const errors: FieldError[] = [...validate(attachment), ...validate(attachment)];
  for (const field of ["attacher", "source", "nodeName"] as const) {
    const value = attachment.spec[field];
    if (deepEqual(value as unknown as Json, old.spec[field] as unknown as Json)) continue;
    errors.push(invalid(`spec.${field}`, field === "source" ? internalJson("VolumeAttachmentSource", value as unknown as JsonObject) : (value as string), fieldImmutableMessage));
  }
  return errors;
}
