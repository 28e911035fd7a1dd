import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../base/json.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { kindByPlural } from "../index.ts";
import { create, mergePatch, type Outcome } from "../testing/recordedCreate.ts";

const storage = "storage.k8s.io";
const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const label = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

function made(group: string, plural: string, body: JsonObject): Outcome {
  const kind = kindByPlural(group, plural);
  if (kind === null) throw new Error(plural);
  return create(kind, "default", { apiVersion: group === "" ? "v1" : `${group}/v1`, kind: kind.gvk.kind, metadata: { name: "x" }, ...body }, "Strict");
}

function object(group: string, plural: string, body: JsonObject): KubeObject {
  const outcome = made(group, plural, body);
  if (outcome.type !== "created") throw new Error(JSON.stringify(outcome));
  return outcome.object;
}

function faultsOf(outcome: Outcome): readonly string[] {
  return outcome.type === "invalid" ? outcome.causes.map(({ field, message }) => `${String(field)}: ${String(message)}`) : [outcome.type];
}

const claim = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
const volume = { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"] };
const disk = { ...volume, hostPath: { path: "/data" } };
const csi = { driver: "d.example.com", volumeHandle: "h" };

const refused: readonly (readonly [string, string, JsonObject, readonly string[]])[] = [
  ["", "persistentvolumeclaims", { spec: { ...claim, resources: {} } }, ["spec.resources[storage]: Required value"]],
  ["", "persistentvolumeclaims", { spec: { ...claim, volumeMode: "Raw" } }, ['spec.volumeMode: Unsupported value: "Raw": supported values: "Block", "Filesystem"']],
  ["", "persistentvolumeclaims", { spec: { ...claim, volumeAttributesClassName: "A" } }, [`spec.volumeAttributesClassName: Invalid value: "A": ${subdomain}`]],
  ["", "persistentvolumeclaims", { spec: { ...claim, dataSourceRef: { kind: "Foo", name: "" } } }, [
    "spec.dataSource.name: Required value",
    "spec.dataSource: Invalid value: \"Foo\": must be 'PersistentVolumeClaim' when referencing the default apiGroup",
    "spec.dataSourceRef.name: Required value",
    "spec.dataSourceRef: Invalid value: \"Foo\": must be 'PersistentVolumeClaim' when referencing the default apiGroup",
  ]],
  ["", "persistentvolumeclaims", { spec: { ...claim, dataSource: { kind: "PersistentVolumeClaim", name: "a" }, dataSourceRef: { kind: "PersistentVolumeClaim", name: "b" } } }, ['spec: Invalid value: "spec.dataSource": must match dataSourceRef']],
  ["", "persistentvolumes", { spec: { ...volume, capacity: { storage: "1Gi", cpu: "1" }, hostPath: { path: "/a" }, nfs: { server: "s", path: "/" } } }, [
    'spec.capacity: Unsupported value: {"cpu":"1","storage":"1Gi"}: supported values: "storage"',
    "spec.nfs: Forbidden: may not specify more than 1 volume type",
  ]],
  ["", "persistentvolumes", { spec: { ...volume, hostPath: { path: "/a/.." }, persistentVolumeReclaimPolicy: "Recycle" } }, [
    "spec.hostPath.path: Invalid value: \"/a/..\": must not contain '..'",
    "spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'",
  ]],
  ["", "persistentvolumes", { spec: { ...volume, csi: { driver: "D_", volumeHandle: "", nodePublishSecretRef: { name: "N" } } } }, [
    `spec.csi.driver: Invalid value: "D_": ${subdomain}`, "spec.csi.volumeHandle: Required value",
    `spec.csi.nodePublishSecretRef.name: Invalid value: "N": ${subdomain}`, "spec.csi.nodePublishSecretRef.namespace: Required value",
  ]],
  ["", "persistentvolumes", { spec: { ...disk, volumeAttributesClassName: "" } }, ["spec.volumeAttributesClassName: Required value: an empty string is disallowed", "spec.csi: Required value: has to be specified when using volumeAttributesClassName"]],
  ["", "persistentvolumes", { spec: { ...disk, nodeAffinity: {} } }, ["spec.nodeAffinity.required: Required value: must specify required node constraints"]],
  ["", "persistentvolumes", { metadata: { name: "x", annotations: { "volume.beta.kubernetes.io/mount-options": "ro" } }, spec: disk }, ["metadata.annotations.volume.beta.kubernetes.io/mount-options: Forbidden: may not specify mount options for this volume type"]],
  [storage, "storageclasses", { provisioner: "" }, ["provisioner: Required value"]],
  [storage, "storageclasses", { provisioner: "a.b/c", allowedTopologies: [{}] }, ['allowedTopologies[0].matchLabelExpressions: Duplicate value: ""']],
  [storage, "storageclasses", { provisioner: "a.b/c", allowedTopologies: [{ matchLabelExpressions: [{ key: "a", values: ["b", "b"] }, { key: "a", values: [] }] }] }, [
    'allowedTopologies[0].matchLabelExpressions[0].values[1]: Duplicate value: "b"', "allowedTopologies[0].matchLabelExpressions[1].values: Required value", 'allowedTopologies[0].matchLabelExpressions[1].key: Duplicate value: "a"',
  ]],
  [storage, "volumeattributesclasses", { driverName: "a.b" }, ["parameters: Required value: must contain at least one key/value pair"]],
  [storage, "volumeattachments", { spec: { attacher: "", nodeName: "n", source: {} } }, ["spec.attacher: Required value", "spec.source: Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName"]],
  [storage, "volumeattachments", { spec: { attacher: "a.b", nodeName: "n", source: { inlineVolumeSpec: { ...volume, csi, storageClassName: "s" } } } }, [
    "spec.source.inlineVolumeSpec.capacity: Forbidden: may not be specified in the context of inline volumes", "spec.source.inlineVolumeSpec.storageClassName: Forbidden: may not be specified in the context of inline volumes",
  ]],
  [storage, "csidrivers", { spec: { fsGroupPolicy: "All", tokenRequests: [{ audience: "a", expirationSeconds: 5 }, { audience: "a" }], nodeAllocatableUpdatePeriodSeconds: 9 } }, [
    'spec.fsGroupPolicy: Unsupported value: "All": supported values: "File", "None", "ReadWriteOnceWithFSType"', "spec.tokenRequests[0].expirationSeconds: Invalid value: 5: may not specify a duration less than 10 minutes",
    'spec.tokenRequests[1].audience: Duplicate value: "a"', "spec.nodeAllocatableUpdatePeriodSeconds: Invalid value: 9: must be greater than or equal to 10 seconds",
  ]],
  [storage, "csidrivers", { spec: { serviceAccountTokenInSecrets: true } }, ["spec.serviceAccountTokenInSecrets: Invalid value: true: serviceAccountTokenInSecrets is set but no tokenRequests are specified"]],
  [storage, "csinodes", { spec: { drivers: [{ name: "a.b", nodeID: "", allocatable: { count: -1 } }, { name: "a.b", nodeID: "n", topologyKeys: ["k", "k"] }] } }, [
    "spec.drivers[0].nodeID: Required value", "spec.drivers[0].allocatable.count: Invalid value: -1: must be greater than or equal to 0", 'spec.drivers[1].name: Duplicate value: "a.b"', 'spec.drivers[1]: Duplicate value: "k"',
  ]],
  [storage, "csistoragecapacities", { storageClassName: "", capacity: "-1" }, [`storageClassName: Invalid value: "": ${subdomain}`, 'capacity: Invalid value: "-1": must be greater than or equal to 0']],
  ["node.k8s.io", "runtimeclasses", { handler: "A_B" }, [`handler: Invalid value: "A_B": ${label}`]],
  ["node.k8s.io", "runtimeclasses", { handler: "h", overhead: { podFixed: { "a b": "1" } }, scheduling: { tolerations: [{ operator: "Equal", value: "x" }] } }, [
    "overhead.limits[a b]: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
    'overhead.limits[a b]: Invalid value: "a b": must be a standard resource for containers',
    'scheduling.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, which means "match all values and all keys"',
  ]],
];

describe("what is refused, to the letter", () => {
  it.each(refused)("%s %s %j", (group, plural, body, faults) => {
    expect(faultsOf(made(group, plural, body))).toEqual(faults);
  });
});

const affinity = (value: string): JsonObject => ({ required: { nodeSelectorTerms: [{ matchExpressions: [{ key: "a", operator: "In", values: [value] }] }] } });
const changed: readonly (readonly [string, string, JsonObject, JsonObject, readonly string[]])[] = [
  ["", "persistentvolumeclaims", { spec: { ...claim, volumeMode: "Block" } }, { spec: { volumeName: "v" } }, ["created"]],
  ["", "persistentvolumeclaims", { spec: claim }, { spec: { storageClassName: "late" } }, ["created"]],
  ["", "persistentvolumeclaims", { spec: { ...claim, volumeAttributesClassName: "a" } }, { spec: { volumeAttributesClassName: "" } }, ["spec.volumeAttributesClassName: Forbidden: update from non-nil value to an empty string is forbidden"]],
  ["", "persistentvolumes", { spec: { ...volume, csi } }, { spec: { csi: { controllerExpandSecretRef: { name: "s", namespace: "n" } } } }, ["created"]],
  ["", "persistentvolumes", { spec: disk }, { spec: { nodeAffinity: affinity("b") } }, ["created"]],
  ["", "persistentvolumes", { spec: { ...disk, nodeAffinity: affinity("b") } }, { spec: { nodeAffinity: affinity("c"), volumeMode: "Block" } }, [
    'volumeMode: Invalid value: "Block": field is immutable',
    'nodeAffinity: Invalid value: {"Required":{"NodeSelectorTerms":[{"MatchExpressions":[{"Key":"a","Operator":"In","Values":["c"]}],"MatchFields":null}]}}: field is immutable, except for updating from beta label to GA',
  ]],
  [storage, "storageclasses", { provisioner: "a.b/c" }, { provisioner: "a.b/d", reclaimPolicy: "Retain", parameters: { a: "b" }, volumeBindingMode: "WaitForFirstConsumer" }, [
    "parameters: Forbidden: updates to parameters are forbidden.", "provisioner: Forbidden: updates to provisioner are forbidden.", "reclaimPolicy: Forbidden: updates to reclaimPolicy are forbidden.",
    'volumeBindingMode: Invalid value: "WaitForFirstConsumer": field is immutable',
  ]],
  [storage, "volumeattachments", { spec: { attacher: "a.b", nodeName: "n", source: { persistentVolumeName: "v" } } }, { spec: { source: { persistentVolumeName: "w" } } }, ['spec.source: Invalid value: {"PersistentVolumeName":"w","InlineVolumeSpec":null}: field is immutable']],
  [storage, "csinodes", { spec: { drivers: [{ name: "a.b", nodeID: "n", allocatable: { count: 1 } }] } }, { spec: { drivers: [{ name: "a.b", nodeID: "n", allocatable: { count: 2 } }] } }, ["created"]],
  [storage, "csinodes", { spec: { drivers: [{ name: "a.b", nodeID: "n" }] } }, { spec: { drivers: [{ name: "a.b", nodeID: "m" }] } }, ['spec.drivers: Invalid value: {"Name":"a.b","NodeID":"m","TopologyKeys":null,"Allocatable":null}: field is immutable']],
  [storage, "csistoragecapacities", { storageClassName: "s" }, { storageClassName: "t" }, ['storageClassName: Invalid value: "t": field is immutable']],
  [storage, "volumeattributesclasses", { driverName: "a.b", parameters: { a: "b" } }, { parameters: { a: "c" } }, ["parameters: Forbidden: updates to parameters are forbidden."]],
];

describe("what an update may change", () => {
  it.each(changed)("%s %s %j %j", (group, plural, body, patch, faults) => {
    const kind = kindByPlural(group, plural);
    const outcome = kind === null ? null : mergePatch(kind, object(group, plural, body), patch);
    expect(outcome === null ? [] : faultsOf(outcome)).toEqual(faults);
  });

  it("lets a bound claim ask for more, and for less only where it grew in vain", () => {
    const kind = kindByPlural("", "persistentvolumeclaims");
    const bound = { ...object("", "persistentvolumeclaims", { spec: claim }), status: { phase: "Bound", capacity: { storage: "1Gi" } } } as KubeObject;
    const sized = (old: KubeObject, size: string): Outcome | null => kind && mergePatch(kind, old, { spec: { resources: { requests: { storage: size } } } });
    const grown = sized(bound, "4Gi");
    expect(grown?.type).toBe("created");
    const old = (grown as Extract<Outcome, { readonly type: "created" }>).object;
    expect(sized(old, "2Gi")?.type).toBe("created");
    expect(faultsOf(sized(old, "1Gi") as Outcome)).toEqual(["spec.resources.requests.storage: Forbidden: field can not be less than status.capacity"]);
  });

  it("keeps the time of a volume's phase, and tells when it changes", () => {
    const status = kindByPlural("", "persistentvolumes")?.statusStrategy;
    const old = object("", "persistentvolumes", { spec: disk });
    const after = (phase: string): Json => status?.prepareForUpdate({ ...old, status: { phase } }, old, 1_767_225_700_000_000).status as Json;
    expect(after("Pending")).toEqual({ phase: "Pending", lastPhaseTransitionTime: "2026-01-01T00:00:00Z" });
    expect(after("Bound")).toEqual({ phase: "Bound", lastPhaseTransitionTime: "2026-01-01T00:01:40Z" });
  });
});

describe("what is filled in and left out", () => {
  it.each([
    ["", "persistentvolumeclaims", { spec: { ...claim, dataSource: { kind: "Foo", name: "a" } } }, { spec: { ...claim, volumeMode: "Filesystem" } }],
    ["", "persistentvolumeclaims", { spec: { ...claim, dataSourceRef: { kind: "PersistentVolumeClaim", name: "a", namespace: "other" } } }, { spec: { ...claim, volumeMode: "Filesystem" } }],
    ["", "persistentvolumeclaims", { spec: { ...claim, dataSourceRef: { apiGroup: "a.b", kind: "Foo", name: "a" } } },
      { spec: { ...claim, volumeMode: "Filesystem", dataSource: { apiGroup: "a.b", kind: "Foo", name: "a" }, dataSourceRef: { apiGroup: "a.b", kind: "Foo", name: "a" } } }],
    ["", "persistentvolumes", { spec: { ...volume, persistentVolumeReclaimPolicy: "", iscsi: { targetPortal: "p", iqn: "iqn.2001-04.com.example:x", lun: 0, iscsiInterface: "" } }, status: { phase: "Bound" } },
      { spec: { ...volume, persistentVolumeReclaimPolicy: "Retain", volumeMode: "Filesystem", iscsi: { targetPortal: "p", iqn: "iqn.2001-04.com.example:x", lun: 0, iscsiInterface: "default" } }, status: { phase: "Pending", lastPhaseTransitionTime: "2026-01-01T00:00:00Z" } }],
    [storage, "csidrivers", { spec: { volumeLifecycleModes: [], preventPodSchedulingIfMissing: true } },
      { spec: { attachRequired: true, podInfoOnMount: false, storageCapacity: false, fsGroupPolicy: "ReadWriteOnceWithFSType", requiresRepublish: false, seLinuxMount: false, volumeLifecycleModes: ["Persistent"] } }],
    [storage, "volumeattachments", { spec: { attacher: "a.b", nodeName: "n", source: { persistentVolumeName: "v" } }, status: { attached: true } }, { status: { attached: false } }],
  ] as const)("%s %s %j", (group, plural, body, parts) => {
    const whole = object(group, plural, body as unknown as JsonObject) as unknown as JsonObject;
    for (const [name, part] of Object.entries(parts)) expect(whole[name]).toEqual(part);
  });

  it("warns of what is old", () => {
    const old = made("", "persistentvolumes", {
      metadata: { name: "x", annotations: { "volume.beta.kubernetes.io/storage-class": "a" } },
      spec: { ...volume, persistentVolumeReclaimPolicy: "Recycle", rbd: { monitors: ["m"], image: "i" }, nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: "beta.kubernetes.io/os", operator: "Exists" }] }] } } },
    });
    expect(old).toMatchObject({ warnings: [
      'metadata.annotations[volume.beta.kubernetes.io/storage-class]: deprecated since v1.8; use "storageClassName" attribute instead',
      "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.",
      'spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].key: beta.kubernetes.io/os is deprecated since v1.14; use "kubernetes.io/os" instead',
      "spec.rbd: deprecated in v1.28, non-functional in v1.31+",
    ] });
    expect(made("", "persistentvolumeclaims", { spec: { ...claim, resources: { requests: { storage: "1500m" } } } })).toMatchObject({ warnings: ['spec.resources.requests[storage]: fractional byte value "1500m" is invalid, must be an integer'] });
    expect(made(storage, "storageclasses", { provisioner: "a.b/c", allowedTopologies: [{ matchLabelExpressions: [{ key: "failure-domain.beta.kubernetes.io/zone", values: ["a"] }] }] })).toMatchObject({
      warnings: ['allowedTopologies[0].matchLabelExpressions[0].key: deprecated since v1.17; use "topology.kubernetes.io/zone" instead'],
    });
  });

  it("warns of a policy that nobody carries out", () => {
    const policy = (persistentVolumeReclaimPolicy: string) => kindByPlural("", "persistentvolumes")?.unsimulatedWarnings?.(object("", "persistentvolumes", { spec: { ...volume, hostPath: { path: "/a" }, persistentVolumeReclaimPolicy } }));
    expect([policy("Retain"), policy("Recycle")]).toEqual([[], ["spec.persistentVolumeReclaimPolicy: Recycle: kept, but not simulated yet"]]);
  });

  it("warns of old labels of nodes, each kind in its own words", () => {
    const nodeTopology = { matchLabels: { "beta.kubernetes.io/os": "linux" }, matchExpressions: [{ key: "beta.kubernetes.io/arch", operator: "Exists" }] };
    expect(made(storage, "csistoragecapacities", { storageClassName: "s", nodeTopology })).toMatchObject({ warnings: [
      'nodeTopology.matchExpressions[0].key: beta.kubernetes.io/arch is deprecated since v1.14; use "kubernetes.io/arch" instead',
      'nodeTopology.matchLabels.beta.kubernetes.io/os: deprecated since v1.14; use "kubernetes.io/os" instead',
    ] });
    expect(made("node.k8s.io", "runtimeclasses", { handler: "h", scheduling: { nodeSelector: { "beta.kubernetes.io/os": "linux" } } })).toMatchObject({ warnings: ['scheduling.nodeSelector: deprecated since v1.14; use "kubernetes.io/os" instead'] });
  });

  it("holds the claim of a pod's ephemeral volume to the same rules", () => {
    const ephemeral = { volumeClaimTemplate: { metadata: { name: "own", labels: { a: "_" } }, spec: { accessModes: ["Foo"], resources: { requests: { storage: "0" } } } } };
    const at = "spec.volumes[0].ephemeral.volumeClaimTemplate";
    expect(faultsOf(made("", "pods", { spec: { containers: [{ name: "c", image: "i" }], volumes: [{ name: "v", ephemeral }] } }))).toEqual([
      `${at}.metadata.labels: Invalid value: "_": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
      `${at}.metadata.name: Forbidden: cannot be set`,
      `${at}.spec.accessModes: Unsupported value: "Foo": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"`,
      `${at}.spec.resources[storage]: Invalid value: "0": must be greater than zero`,
    ]);
  });
});

describe("tables", () => {
  const cells = (group: string, plural: string, whole: KubeObject): readonly Json[] => kindByPlural(group, plural)?.columns.map((column) => column.cell(whole, 1_767_225_720_000_000)) ?? [];

  it("show volumes and claims as upstream does", () => {
    const free = object("", "persistentvolumes", { spec: { ...disk, accessModes: ["ReadWriteMany", "ReadWriteOnce"], claimRef: { namespace: "default", name: "data" }, storageClassName: "fast" } });
    expect(cells("", "persistentvolumes", free)).toEqual(["x", "1Gi", "RWO,RWX", "Retain", "Pending", "default/data", "fast", "<unset>", "", "2m", "Filesystem"]);
    const waiting = object("", "persistentvolumeclaims", { spec: { ...claim, storageClassName: "fast" } });
    expect(cells("", "persistentvolumeclaims", waiting)).toEqual(["x", "Pending", "", "", "", "fast", "<unset>", "2m", "Filesystem"]);
    const bound = { ...waiting, spec: { ...claim, volumeName: "v" }, status: { phase: "Bound", capacity: { storage: "2Gi" }, accessModes: ["ReadWriteOncePod"] } } as KubeObject;
    expect(cells("", "persistentvolumeclaims", bound)).toEqual(["x", "Bound", "v", "2Gi", "RWOP", "", "<unset>", "2m", "<unset>"]);
  });

  it("show classes, drivers and attachments", () => {
    const chosen = object(storage, "storageclasses", { metadata: { name: "x", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } }, provisioner: "a.b/c" });
    expect(cells(storage, "storageclasses", chosen)).toEqual(["x (default)", "a.b/c", "Delete", "Immediate", false, "2m"]);
    expect(cells(storage, "csidrivers", object(storage, "csidrivers", { spec: { tokenRequests: [{ audience: "a" }, { audience: "b" }] } }))).toEqual(["x", true, false, false, "a,b", false, "Persistent", "2m"]);
    expect(cells(storage, "volumeattachments", object(storage, "volumeattachments", { spec: { attacher: "a.b", nodeName: "n", source: { persistentVolumeName: "v" } } }))).toEqual(["x", "a.b", "v", "n", false, "2m"]);
    expect(cells(storage, "csinodes", object(storage, "csinodes", { spec: { drivers: [] } }))).toEqual(["x", 0, "2m"]);
    expect(cells("node.k8s.io", "runtimeclasses", object("node.k8s.io", "runtimeclasses", { handler: "h" }))).toEqual(["x", "h", "2m"]);
  });

  it("say in each object that nothing acts on it", () => {
    const attachment = object("storage.k8s.io", "volumeattachments", { spec: { attacher: "a.b", nodeName: "n", source: { persistentVolumeName: "v" } } });
    expect(kindByPlural("storage.k8s.io", "volumeattachments")?.unsimulatedWarnings?.(attachment)).toEqual(["VolumeAttachment: stored and validated; its controller is not there yet"]);
  });
});
