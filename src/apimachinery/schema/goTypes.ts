import type { ObjectSchema, ScalarType, TypeSchema } from "./types.ts";
import { bareName } from "./types.ts";

// Names of Go types, as complaints about wrong JSON types say them.

const scalarNames: Readonly<Record<ScalarType, string>> = {
  string: "string", int32: "int32", int64: "int64", double: "float64", boolean: "bool", bytes: "[]uint8", time: "v1.Time", microTime: "v1.MicroTime",
  quantity: "resource.Quantity", intOrString: "intstr.IntOrString", json: "v1.JSON", rawExtension: "runtime.RawExtension", fieldsV1: "v1.FieldsV1",
  schemaOrBool: "v1.JSONSchemaPropsOrBool", schemaOrArray: "v1.JSONSchemaPropsOrArray", schemaOrStrings: "v1.JSONSchemaPropsOrStringArray",
};

/** Fields whose Go type has a name of its own. */
const namedTypes: Readonly<Record<string, string>> = {
  "ObjectMeta.uid": "types.UID", "OwnerReference.uid": "types.UID", "ObjectReference.uid": "types.UID", "Preconditions.uid": "types.UID",
  "Container.imagePullPolicy": "v1.PullPolicy", "EphemeralContainer.imagePullPolicy": "v1.PullPolicy", "Container.terminationMessagePolicy": "v1.TerminationMessagePolicy",
  "PodSpec.restartPolicy": "v1.RestartPolicy", "PodSpec.dnsPolicy": "v1.DNSPolicy", "PodSpec.overhead": "v1.ResourceList", "PodSpec.preemptionPolicy": "v1.PreemptionPolicy",
  "PodStatus.phase": "v1.PodPhase", "PodStatus.qosClass": "v1.PodQOSClass", "ContainerPort.protocol": "v1.Protocol", "ServicePort.protocol": "v1.Protocol",
  "EndpointPort.protocol": "v1.Protocol", "NetworkPolicyPort.protocol": "v1.Protocol", "HTTPGetAction.scheme": "v1.URIScheme",
  "ServiceSpec.type": "v1.ServiceType", "ServiceSpec.sessionAffinity": "v1.ServiceAffinity", "ServiceSpec.ipFamilies": "[]v1.IPFamily",
  "ServiceSpec.ipFamilyPolicy": "v1.IPFamilyPolicy", "ServiceSpec.externalTrafficPolicy": "v1.ServiceExternalTrafficPolicy", "ServiceSpec.internalTrafficPolicy": "v1.ServiceInternalTrafficPolicy",
  "ResourceRequirements.limits": "v1.ResourceList", "ResourceRequirements.requests": "v1.ResourceList", "VolumeResourceRequirements.limits": "v1.ResourceList",
  "VolumeResourceRequirements.requests": "v1.ResourceList", "NodeStatus.capacity": "v1.ResourceList", "NodeStatus.allocatable": "v1.ResourceList",
  "PersistentVolumeSpec.capacity": "v1.ResourceList", "ResourceQuotaSpec.hard": "v1.ResourceList", "PersistentVolumeClaimSpec.accessModes": "[]v1.PersistentVolumeAccessMode",
  "PersistentVolumeSpec.accessModes": "[]v1.PersistentVolumeAccessMode", "Secret.type": "v1.SecretType", "Toleration.operator": "v1.TolerationOperator",
  "Toleration.effect": "v1.TaintEffect", "Taint.effect": "v1.TaintEffect", "LabelSelectorRequirement.operator": "v1.LabelSelectorOperator",
  "NodeSelectorRequirement.operator": "v1.NodeSelectorOperator", "DeploymentStrategy.type": "v1.DeploymentStrategyType", "StatefulSetSpec.podManagementPolicy": "v1.PodManagementPolicyType",
  "StatefulSetUpdateStrategy.type": "v1.StatefulSetUpdateStrategyType", "DaemonSetUpdateStrategy.type": "v1.DaemonSetUpdateStrategyType",
  "JobSpec.completionMode": "v1.CompletionMode", "CronJobSpec.concurrencyPolicy": "v1.ConcurrencyPolicy", "HTTPIngressPath.pathType": "v1.PathType",
  "NetworkPolicySpec.policyTypes": "[]v1.PolicyType", "Capabilities.add": "[]v1.Capability", "Capabilities.drop": "[]v1.Capability",
  "EmptyDirVolumeSource.medium": "v1.StorageMedium", "HostPathVolumeSource.type": "v1.HostPathType", "EndpointSlice.addressType": "v1.AddressType",
};

/** "v1" of "io.k8s.api.apps.v1.Deployment": the last part of the package is the package's name. */
function packageAlias(name: string): string {
  const end = name.lastIndexOf(".");
  return name.slice(name.lastIndexOf(".", end - 1) + 1, end);
}

/** "v1.ObjectMeta", "[]v1.Container", "map[string]string"; a field may have a type of its own. */
export function goTypeText(type: TypeSchema, owner?: ObjectSchema, field?: string): string {
  if (owner !== undefined && field !== undefined) {
    const named = namedTypes[`${bareName(owner.name)}.${field}`];
    // An item of a list of a named type.
    if (named !== undefined) return named.startsWith("[]") && type.type !== "list" ? named.slice(2) : named;
  }
  switch (type.type) {
    case "object": return `${packageAlias(type.name)}.${bareName(type.name)}`;
    case "list": return `[]${goTypeText(type.items)}`;
    case "map": return `map[string]${goTypeText(type.values)}`;
    default: return scalarNames[type.type];
  }
}

export function goStructName(schema: ObjectSchema): string {
  return bareName(schema.name);
}
