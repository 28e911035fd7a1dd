import { addResources, maxResources, noResources, resourceAmounts, type ResourceAmounts } from "../../kinds/resourceAmounts.ts";
import { ageSince, formatLabels } from "../../kinds/printing/cells.ts";
import { base64Bytes } from "../../kinds/base64.ts";
import { canonicalQuantity, milliQuantity, quantityText, unitQuantity } from "../../apimachinery/quantity.ts";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { listOf, metaOf, nameOf, objectOf, ok, textOf, type KubectlHost } from "../host.ts";
import { attributeLines } from "./podTemplate.ts";
import { annotationLines, annotationsOf, goList, labelsOf, longTime, multiline, numberOf, type DescribeWriter } from "./writer.ts";
import { limitLines } from "./policies.ts";
import { ruleRows } from "./rules.ts";
import type { Describer } from "./workloads.ts";

// Follows kubectl/pkg/describe/describe.go.

function marks(w: DescribeWriter, object: JsonObject): void {
  multiline(w, "Labels", labelsOf(object));
  annotationLines(w, "Annotations", annotationsOf(object));
}

function head(w: DescribeWriter, object: JsonObject): void {
  w.line(0, `Name:\t${nameOf(object)}`);
  w.line(0, `Namespace:\t${textOf(metaOf(object)["namespace"])}`);
}

async function slicesOf(host: KubectlHost, namespace: string, service: string): Promise<readonly JsonObject[]> {
  const response = await host.client.send({ verb: "list", path: `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, query: { labelSelector: `kubernetes.io/service-name=${service}` } });
  return ok(response) ? listOf(objectOf(response.body)["items"]) : [];
}

/** "10.1.0.1:80,10.1.0.2:80 + 1 more...": the ready addresses of a port. */
function endpointsText(slices: readonly JsonObject[], port: string): string {
  const all = slices.flatMap((slice) => {
    const ports = listOf(slice["ports"]);
    const ready = listOf(slice["endpoints"]).filter((one) => objectOf(one["conditions"])["ready"] !== false);
    const addresses = ready.flatMap((one) => (Array.isArray(one["addresses"]) ? one["addresses"].map(String) : []));
    const shown = (address: string) => (textOf(slice["addressType"]) === "IPv6" ? `[${address}]` : address);
    if (ports.length === 0) return addresses;
    return ports.filter((one) => textOf(one["name"]) === port).flatMap((one) => addresses.map((address) => `${shown(address)}:${numberOf(one["port"])}`));
  });
  const first = all.slice(0, 3).join(",");
  return all.length > 3 ? `${first} + ${all.length - 3} more...` : first;
}

export const service: Describer = async (w, object, host) => {
  const spec = objectOf(object["spec"]);
  const namespace = textOf(metaOf(object)["namespace"]);
  head(w, object);
  marks(w, object);
  w.line(0, `Selector:\t${formatLabels(objectOf(spec["selector"]) as Readonly<Record<string, string>>)}`);
  w.line(0, `Type:\t${textOf(spec["type"])}`);
  if (spec["ipFamilyPolicy"] !== undefined) w.line(0, `IP Family Policy:\t${textOf(spec["ipFamilyPolicy"])}`);
  const joined = (value: Json | undefined) => (Array.isArray(value) && value.length > 0 ? value.join(",") : "<none>");
  w.line(0, `IP Families:\t${joined(spec["ipFamilies"])}`);
  w.line(0, `IP:\t${textOf(spec["clusterIP"])}`);
  w.line(0, `IPs:\t${joined(spec["clusterIPs"])}`);
  if (Array.isArray(spec["externalIPs"]) && spec["externalIPs"].length > 0) w.line(0, `External IPs:\t${joined(spec["externalIPs"])}`);
  if (textOf(spec["loadBalancerIP"]) !== "") w.line(0, `Desired LoadBalancer IP:\t${textOf(spec["loadBalancerIP"])}`);
  if (textOf(spec["externalName"]) !== "") w.line(0, `External Name:\t${textOf(spec["externalName"])}`);
  const ingress = listOf(objectOf(objectOf(object["status"])["loadBalancer"])["ingress"]);
  if (ingress.length > 0) w.line(0, `LoadBalancer Ingress:\t${ingress.map((one) => (textOf(one["ip"]) === "" ? textOf(one["hostname"]) : `${textOf(one["ip"])}${one["ipMode"] === undefined ? "" : ` (${textOf(one["ipMode"])})`}`)).join(", ")}`);
  const slices = await slicesOf(host, namespace, nameOf(object));
  for (const port of listOf(spec["ports"])) {
    const name = textOf(port["name"]) || "<unset>";
    const protocol = textOf(port["protocol"]);
    w.line(0, `Port:\t${name}\t${numberOf(port["port"])}/${protocol}`);
    w.line(0, `TargetPort:\t${String(port["targetPort"] ?? 0)}/${protocol}`);
    if (port["appProtocol"] !== undefined) w.line(0, `AppProtocol:\t${textOf(port["appProtocol"])}`);
    if (numberOf(port["nodePort"]) !== 0) w.line(0, `NodePort:\t${name}\t${numberOf(port["nodePort"])}/${protocol}`);
    w.line(0, `Endpoints:\t${endpointsText(slices, textOf(port["name"]))}`);
  }
  w.line(0, `Session Affinity:\t${textOf(spec["sessionAffinity"])}`);
  if (textOf(spec["externalTrafficPolicy"]) !== "") w.line(0, `External Traffic Policy:\t${textOf(spec["externalTrafficPolicy"])}`);
  if (spec["internalTrafficPolicy"] !== undefined) w.line(0, `Internal Traffic Policy:\t${textOf(spec["internalTrafficPolicy"])}`);
  if (numberOf(spec["healthCheckNodePort"]) !== 0) w.line(0, `HealthCheck NodePort:\t${numberOf(spec["healthCheckNodePort"])}`);
  if (Array.isArray(spec["loadBalancerSourceRanges"]) && spec["loadBalancerSourceRanges"].length > 0) w.line(0, `LoadBalancer Source Ranges:\t${joined(spec["loadBalancerSourceRanges"])}`);
  if (spec["trafficDistribution"] !== undefined) w.line(0, `Traffic Distribution:\t${textOf(spec["trafficDistribution"])}`);
};

async function backendText(host: KubectlHost, namespace: string, backend: JsonObject): Promise<string> {
  if (backend["service"] === undefined) {
    const resource = objectOf(backend["resource"]);
    return backend["resource"] === undefined ? "" : `APIGroup: ${textOf(resource["apiGroup"]) || "<none>"}, Kind: ${textOf(resource["kind"])}, Name: ${textOf(resource["name"])}`;
  }
  const target = objectOf(backend["service"]);
  const port = objectOf(target["port"]);
  const name = textOf(target["name"]);
  const told = `${name}:${textOf(port["name"]) === "" ? numberOf(port["number"]) : textOf(port["name"])}`;
  const slices = await slicesOf(host, namespace, name);
  const found = await host.client.send({ verb: "get", path: `/api/v1/namespaces/${namespace}/services/${name}` });
  if (!ok(found)) return `${told} (<error: ${textOf(objectOf(found.body)["message"])}>)`;
  const match = listOf(objectOf(objectOf(found.body)["spec"])["ports"]).find((one) => (numberOf(port["number"]) !== 0 ? one["port"] === port["number"] : textOf(one["name"]) === textOf(port["name"])));
  return `${told} (${endpointsText(slices, textOf(match?.["name"]))})`;
}

export const ingress: Describer = async (w, object, host) => {
  const spec = objectOf(object["spec"]);
  const namespace = textOf(metaOf(object)["namespace"]);
  w.line(0, `Name:\t${nameOf(object)}`);
  multiline(w, "Labels", labelsOf(object));
  w.line(0, `Namespace:\t${namespace}`);
  const addresses = [...new Set(listOf(objectOf(objectOf(object["status"])["loadBalancer"])["ingress"]).map((one) => textOf(one["ip"]) || textOf(one["hostname"])))];
  w.line(0, `Address:\t${addresses.join(",")}`);
  w.line(0, `Ingress Class:\t${textOf(spec["ingressClassName"]) || "<none>"}`);
  const fallback = spec["defaultBackend"] === undefined ? "<default>" : await backendText(host, namespace, objectOf(spec["defaultBackend"]));
  w.line(0, `Default backend:\t${fallback}`);
  const tls = listOf(spec["tls"]);
  if (tls.length > 0) w.line(0, "TLS:");
  for (const one of tls) {
    const hosts = Array.isArray(one["hosts"]) ? one["hosts"].join(",") : "";
    w.line(1, textOf(one["secretName"]) === "" ? `SNI routes ${hosts}` : `${textOf(one["secretName"])} terminates ${hosts}`);
  }
  w.write(0, "Rules:\n  Host\tPath\tBackends\n");
  w.line(1, "----\t----\t--------");
  const rules = listOf(spec["rules"]).filter((rule) => rule["http"] !== undefined);
  for (const rule of rules) {
    w.line(1, `${textOf(rule["host"]) || "*"}\t`);
    for (const path of listOf(objectOf(rule["http"])["paths"])) w.line(2, `\t${textOf(path["path"])} \t${await backendText(host, namespace, objectOf(path["backend"]))}`);
  }
  if (rules.length === 0) w.line(1, `*\t*\t${fallback}`);
  annotationLines(w, "Annotations", annotationsOf(object));
};

export const configMap: Describer = (w, object) => {
  head(w, object);
  marks(w, object);
  w.write(0, "\nData\n====\n");
  const data = objectOf(object["data"]);
  for (const key of Object.keys(data).sort()) w.write(0, `${key}:\n----\n${textOf(data[key])}\n\n`);
  w.write(0, "\nBinaryData\n====\n");
  const binary = objectOf(object["binaryData"]);
  for (const key of Object.keys(binary).sort()) w.line(0, `${key}: ${base64Bytes(textOf(binary[key]))} bytes`);
  w.write(0, "\n");
};

export const secret: Describer = (w, object) => {
  head(w, object);
  marks(w, object);
  w.write(0, `\nType:\t${textOf(object["type"])}\n`);
  w.write(0, "\nData\n====\n");
  const data = objectOf(object["data"]);
  for (const key of Object.keys(data).sort()) w.line(0, `${key}:\t${base64Bytes(textOf(data[key]))} bytes`);
};

export const claim: Describer = async (w, object, host) => {
  const spec = objectOf(object["spec"]);
  const status = objectOf(object["status"]);
  const meta = metaOf(object);
  head(w, object);
  w.line(0, `StorageClass:\t${textOf(annotationsOf(object)["volume.beta.kubernetes.io/storage-class"]) || textOf(spec["storageClassName"])}`);
  w.line(0, `Status:\t${meta["deletionTimestamp"] === undefined ? textOf(status["phase"]) : `Terminating (lasts ${ageSince(textOf(meta["deletionTimestamp"]), host.nowUs())})`}`);
  w.line(0, `Volume:\t${textOf(spec["volumeName"])}`);
  marks(w, object);
  w.line(0, `Finalizers:\t${goList(meta["finalizers"])}`);
  const bound = textOf(spec["volumeName"]) !== "";
  w.line(0, `Capacity:\t${bound ? canonicalQuantity(textOf(objectOf(status["capacity"])["storage"]) || "0") : ""}`);
  w.line(0, `Access Modes:\t${bound ? accessModes(status["accessModes"]) : ""}`);
  if (spec["volumeMode"] !== undefined) w.line(0, `VolumeMode:\t${textOf(spec["volumeMode"])}`);
  const pods = await host.client.send({ verb: "list", path: `/api/v1/namespaces/${textOf(meta["namespace"])}/pods`, query: { limit: "500" } });
  const users = ok(pods) ? listOf(objectOf(pods.body)["items"]).filter((pod) => listOf(objectOf(pod["spec"])["volumes"]).some((volume) => objectOf(volume["persistentVolumeClaim"])["claimName"] === nameOf(object))).map(nameOf) : [];
  w.write(0, "Used By:\t");
  if (users.length === 0) w.write(0, "<none>\n");
  users.forEach((name, at) => w.write(0, `${at === 0 ? "" : "\t"}${name}\n`));
};

function accessModes(value: Json | undefined): string {
  const short: Readonly<Record<string, string>> = { ReadWriteOnce: "RWO", ReadOnlyMany: "ROX", ReadWriteMany: "RWX", ReadWriteOncePod: "RWOP" };
  const modes = Array.isArray(value) ? value.map(String) : [];
  return Object.keys(short).filter((mode) => modes.includes(mode)).map((mode) => short[mode]).join(",");
}

export const volume: Describer = (w, object, host) => {
  const spec = objectOf(object["spec"]);
  const meta = metaOf(object);
  w.line(0, `Name:\t${nameOf(object)}`);
  marks(w, object);
  w.line(0, `Finalizers:\t${goList(meta["finalizers"])}`);
  w.line(0, `StorageClass:\t${textOf(spec["storageClassName"])}`);
  w.line(0, `Status:\t${meta["deletionTimestamp"] === undefined ? textOf(objectOf(object["status"])["phase"]) : `Terminating (lasts ${ageSince(textOf(meta["deletionTimestamp"]), host.nowUs())})`}`);
  const reference = objectOf(spec["claimRef"]);
  w.line(0, `Claim:\t${spec["claimRef"] === undefined ? "" : `${textOf(reference["namespace"])}/${textOf(reference["name"])}`}`);
  w.line(0, `Reclaim Policy:\t${textOf(spec["persistentVolumeReclaimPolicy"])}`);
  w.line(0, `Access Modes:\t${accessModes(spec["accessModes"])}`);
  w.line(0, `VolumeMode:\t${textOf(spec["volumeMode"])}`);
  w.line(0, `Capacity:\t${canonicalQuantity(textOf(objectOf(spec["capacity"])["storage"]) || "0")}`);
  const terms = listOf(objectOf(objectOf(spec["nodeAffinity"])["required"])["nodeSelectorTerms"]);
  w.write(0, "Node Affinity:\t");
  if (terms.length === 0) w.write(0, "<none>\n");
  else {
    w.write(0, "\n  Required Terms:\t");
    w.write(0, "\n");
    terms.forEach((term, at) => {
      const words = listOf(term["matchExpressions"]).map((one) => `${textOf(one["key"])} ${textOf(one["operator"]).toLowerCase()} ${goList(one["values"])}`);
      w.write(2, `Term ${at}:\t${words.length === 0 ? "<none>\n" : ""}`);
      words.forEach((word, line) => w.write(0, `${line === 0 ? "" : "\t\t"}${word}\n`));
    });
  }
  w.line(0, "Message:\t" + textOf(objectOf(object["status"])["message"]));
  w.line(0, "Source:");
  const hostPath = spec["hostPath"];
  const csi = spec["csi"];
  const local = spec["local"];
  const nfs = spec["nfs"];
  if (hostPath !== undefined) for (const line of ["Type:\tHostPath (bare host directory volume)", `Path:\t${textOf(objectOf(hostPath)["path"])}`, `HostPathType:\t${textOf(objectOf(hostPath)["type"])}`]) w.line(2, line);
  else if (local !== undefined) for (const line of ["Type:\tLocalVolume (a persistent volume backed by local storage on a node)", `Path:\t${textOf(objectOf(local)["path"])}`]) w.line(2, line);
  else if (nfs !== undefined) for (const line of ["Type:\tNFS (an NFS mount that lasts the lifetime of a pod)", `Server:\t${textOf(objectOf(nfs)["server"])}`, `Path:\t${textOf(objectOf(nfs)["path"])}`, `ReadOnly:\t${objectOf(nfs)["readOnly"] === true}`]) w.line(2, line);
  else if (csi !== undefined) {
    const source = objectOf(csi);
    for (const line of ["Type:\tCSI (a Container Storage Interface (CSI) volume source)", `Driver:\t${textOf(source["driver"])}`, `FSType:\t${textOf(source["fsType"])}`, `VolumeHandle:\t${textOf(source["volumeHandle"])}`, `ReadOnly:\t${source["readOnly"] === true}`, ...attributeLines(objectOf(source["volumeAttributes"]))]) w.line(2, line);
  } else w.line(1, "<unknown>");
};

export const namespace: Describer = async (w, object, host) => {
  w.line(0, `Name:\t${nameOf(object)}`);
  marks(w, object);
  w.line(0, `Status:\t${textOf(objectOf(object["status"])["phase"])}`);
  const list = async (plural: string) => {
    const response = await host.client.send({ verb: "list", path: `/api/v1/namespaces/${nameOf(object)}/${plural}`, query: { limit: "500" } });
    return ok(response) ? listOf(objectOf(response.body)["items"]) : [];
  };
  const quotas = await list("resourcequotas");
  if (quotas.length === 0) w.write(0, "\nNo resource quota.\n");
  else w.write(0, "\nResource Quotas\n");
  for (const quota of quotas) {
    const hard = objectOf(objectOf(quota["status"])["hard"]);
    const used = objectOf(objectOf(quota["status"])["used"]);
    w.write(0, `  Name:\t${nameOf(quota)}\n  Resource\tUsed\tHard\n  --------\t---\t---\n`);
    for (const name of Object.keys(hard).sort()) w.line(1, `${name}\t${textOf(used[name])}\t${textOf(hard[name])}`);
  }
  const ranges = await list("limitranges");
  if (ranges.length === 0) {
    w.write(0, "\nNo LimitRange resource.\n");
    return;
  }
  w.write(0, "\nResource Limits\n Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio\n ----\t--------\t---\t---\t---------------\t-------------\t-----------------------\n");
  for (const range of ranges) limitLines(w, range, " ");
};

export const serviceAccount: Describer = (w, object) => {
  head(w, object);
  marks(w, object);
  const named = (title: string, value: readonly JsonObject[]) => {
    w.write(0, `${title}:\t`);
    if (value.length === 0) w.write(0, "<none>\n");
    value.forEach((one, at) => w.write(0, `${at === 0 ? "" : `${" ".repeat(title.length + 1)}\t`}${textOf(one["name"])}\n`));
  };
  named("Image pull secrets", listOf(object["imagePullSecrets"]));
  if (listOf(object["secrets"]).length > 0) named("Mountable secrets", listOf(object["secrets"]));
};

export const role: Describer = (w, object) => {
  w.line(0, `Name:\t${nameOf(object)}`);
  marks(w, object);
  w.write(0, "PolicyRule:\n");
  w.line(1, "Resources\tNon-Resource URLs\tResource Names\tVerbs");
  w.line(1, "---------\t-----------------\t--------------\t-----");
  for (const cells of ruleRows(listOf(object["rules"]))) w.line(1, cells.join("\t"));
};

export const binding: Describer = (w, object) => {
  w.line(0, `Name:\t${nameOf(object)}`);
  marks(w, object);
  const reference = objectOf(object["roleRef"]);
  w.write(0, "Role:\n");
  w.line(1, `Kind:\t${textOf(reference["kind"])}`);
  w.line(1, `Name:\t${textOf(reference["name"])}`);
  w.write(0, "Subjects:\n");
  w.line(1, "Kind\tName\tNamespace");
  w.line(1, "----\t----\t---------");
  for (const one of listOf(object["subjects"])) w.line(1, `${textOf(one["kind"])}\t${textOf(one["name"])}\t${textOf(one["namespace"])}`);
};

/** What every node has, in the order it is told. */
const ofEveryNode: readonly (keyof ResourceAmounts)[] = ["cpuMilli", "memoryBytes", "ephemeralStorageBytes"];

/** What a pod asks for: its containers together, and no less than any init container by itself. */
function podAmounts(pod: JsonObject, list: "requests" | "limits"): ResourceAmounts {
  const spec = objectOf(pod["spec"]);
  const of = (container: JsonObject) => resourceAmounts(objectOf(objectOf(container["resources"])[list]) as Readonly<Record<string, string>>);
  const sum = listOf(spec["containers"]).reduce<ResourceAmounts>((all, container) => addResources(all, of(container)), noResources);
  const sidecars = listOf(spec["initContainers"]).filter((container) => container["restartPolicy"] === "Always").reduce<ResourceAmounts>((all, container) => addResources(all, of(container)), noResources);
  const first = listOf(spec["initContainers"]).filter((container) => container["restartPolicy"] !== "Always").reduce<ResourceAmounts>((all, container) => maxResources(all, of(container)), noResources);
  return maxResources(addResources(sum, sidecars), first);
}

function share(part: number, whole: number): string {
  return `(${whole === 0 ? 0 : Math.trunc((part / whole) * 100)}%)`;
}

export const node: Describer = async (w, object, host) => {
  const spec = objectOf(object["spec"]);
  const status = objectOf(object["status"]);
  w.line(0, `Name:\t${nameOf(object)}`);
  const roles = Object.keys(labelsOf(object)).flatMap((key) => (key.startsWith("node-role.kubernetes.io/") ? [key.slice("node-role.kubernetes.io/".length)] : [])).filter((name) => name !== "").sort();
  w.line(0, `Roles:\t${roles.length === 0 ? "<none>" : roles.join(",")}`);
  marks(w, object);
  w.line(0, `CreationTimestamp:\t${longTime(metaOf(object)["creationTimestamp"])}`);
  const taints = listOf(spec["taints"]).map((taint) => `${textOf(taint["key"])}${textOf(taint["value"]) === "" ? "" : `=${textOf(taint["value"])}`}:${textOf(taint["effect"])}`).sort();
  w.write(0, "Taints:\t");
  if (taints.length === 0) w.write(0, "<none>\n");
  taints.forEach((taint, at) => w.write(0, `${at === 0 ? "" : "\t"}${taint}\n`));
  w.line(0, `Unschedulable:\t${spec["unschedulable"] === true}`);
  const lease = await host.client.send({ verb: "get", path: `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${nameOf(object)}` });
  const held = ok(lease) ? objectOf(objectOf(lease.body)["spec"]) : {};
  w.line(0, "Lease:");
  w.line(1, `HolderIdentity:\t${textOf(held["holderIdentity"]) || "<unset>"}`);
  w.line(1, `AcquireTime:\t${held["acquireTime"] === undefined ? "<unset>" : longTime(held["acquireTime"])}`);
  w.line(1, `RenewTime:\t${held["renewTime"] === undefined ? "<unset>" : longTime(held["renewTime"])}`);
  const conditions = listOf(status["conditions"]);
  if (conditions.length > 0) {
    w.write(0, "Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage\n");
    w.line(1, "----\t------\t-----------------\t------------------\t------\t-------");
    for (const one of conditions) w.line(1, `${textOf(one["type"])} \t${textOf(one["status"])} \t${longTime(one["lastHeartbeatTime"])} \t${longTime(one["lastTransitionTime"])} \t${textOf(one["reason"])} \t${textOf(one["message"])}`);
  }
  w.write(0, "Addresses:\n");
  for (const address of listOf(status["addresses"])) w.line(1, `${textOf(address["type"])}:\t${textOf(address["address"])}`);
  for (const [word, key] of [["Capacity", "capacity"], ["Allocatable", "allocatable"]] as const) {
    const list = objectOf(status[key]);
    if (Object.keys(list).length === 0) continue;
    w.line(0, `${word}:`);
    for (const name of Object.keys(list).sort()) w.line(1, `${name}:\t${canonicalQuantity(String(list[name]))}`);
  }
  const info = objectOf(status["nodeInfo"]);
  w.line(0, "System Info:");
  for (const [word, key] of [["Machine ID", "machineID"], ["System UUID", "systemUUID"], ["Boot ID", "bootID"], ["Kernel Version", "kernelVersion"], ["OS Image", "osImage"], ["Operating System", "operatingSystem"], ["Architecture", "architecture"], ["Container Runtime Version", "containerRuntimeVersion"], ["Kubelet Version", "kubeletVersion"], ["Kube-Proxy Version", "kubeProxyVersion"]] as const) w.line(1, `${word}:\t${textOf(info[key])}`);
  if (textOf(spec["podCIDR"]) !== "") w.line(0, `PodCIDR:\t${textOf(spec["podCIDR"])}`);
  if (Array.isArray(spec["podCIDRs"]) && spec["podCIDRs"].length > 0) w.line(0, `PodCIDRs:\t${spec["podCIDRs"].join(",")}`);
  if (textOf(spec["providerID"]) !== "") w.line(0, `ProviderID:\t${textOf(spec["providerID"])}`);
  const listed = await host.client.send({ verb: "list", path: "/api/v1/pods", query: { fieldSelector: `spec.nodeName=${nameOf(object)},status.phase!=Failed,status.phase!=Succeeded`, limit: "500" } });
  const pods = ok(listed) ? listOf(objectOf(listed.body)["items"]) : [];
  const room = resourceAmounts(objectOf(Object.keys(objectOf(status["allocatable"])).length > 0 ? status["allocatable"] : status["capacity"]) as Readonly<Record<string, string>>);
  const cpu = (amount: number) => quantityText(milliQuantity(amount));
  // As upstream sums them: the first quantity's unit is kept.
  const memory = (amount: number) => quantityText(unitQuantity(amount, amount % 1024 === 0 && amount !== 0 ? "BinarySI" : "DecimalSI"));
  w.line(0, `Non-terminated Pods:\t(${pods.length} in total)`);
  w.line(1, "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge");
  w.line(1, "---------\t----\t\t------------\t----------\t---------------\t-------------\t---");
  let requests = noResources;
  let limits = noResources;
  for (const pod of pods) {
    const asked = podAmounts(pod, "requests");
    const most = podAmounts(pod, "limits");
    requests = addResources(requests, asked);
    limits = addResources(limits, most);
    w.line(1, `${textOf(metaOf(pod)["namespace"])}\t${nameOf(pod)}\t\t${cpu(asked.cpuMilli)} ${share(asked.cpuMilli, room.cpuMilli)}\t${cpu(most.cpuMilli)} ${share(most.cpuMilli, room.cpuMilli)}\t${memory(asked.memoryBytes)} ${share(asked.memoryBytes, room.memoryBytes)}\t${memory(most.memoryBytes)} ${share(most.memoryBytes, room.memoryBytes)}\t${ageSince(textOf(metaOf(pod)["creationTimestamp"]), host.nowUs())}`);
  }
  w.write(0, "Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)\n");
  w.line(1, "Resource\tRequests\tLimits");
  w.line(1, "--------\t--------\t------");
  for (const key of ofEveryNode) {
    const name = { cpuMilli: "cpu", memoryBytes: "memory", ephemeralStorageBytes: "ephemeral-storage", scalar: "" }[key];
    const told = key === "cpuMilli" ? cpu : memory;
    const asked = Number(requests[key]);
    const most = Number(limits[key]);
    w.line(1, `${name}\t${told(asked)} ${share(asked, Number(room[key]))}\t${told(most)} ${share(most, Number(room[key]))}`);
  }
  const allocatable = objectOf(status["allocatable"]);
  for (const name of Object.keys(allocatable).filter((one) => one.startsWith("hugepages-")).sort()) w.line(1, `${name}\t${quantityText(unitQuantity(requests.scalar[name] ?? 0, "DecimalSI"))} (0%)\t${quantityText(unitQuantity(limits.scalar[name] ?? 0, "DecimalSI"))} (0%)`);
  for (const name of Object.keys(allocatable).filter((one) => !["cpu", "memory", "ephemeral-storage", "pods"].includes(one) && !one.startsWith("hugepages-")).sort()) w.line(1, `${name}\t${requests.scalar[name] ?? 0}\t${limits.scalar[name] ?? 0}`);
};

const acronyms: ReadonlySet<string> = new Set(["API", "URL", "UID", "OSB", "GUID"]);

/** "creationTimestamp" -> "Creation Timestamp"; "podIP" -> "Pod IP"; "uid" -> "UID". Follows smartLabelFor. */
export function smartLabel(field: string): string {
  if (!/^[a-zA-Z0-9]+$/.test(field)) return field;
  const parts = field.split(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[a-zA-Z])(?=\d)|(?<=\d)(?=[a-zA-Z])/);
  return parts.map((part) => (acronyms.has(part.toUpperCase()) ? part.toUpperCase() : part.charAt(0).toUpperCase() + part.slice(1))).join(" ");
}

/** Any kind that has no describer of its own: its fields, walked through. Follows GenericDescriber. */
export const generic: Describer = (w, object) => {
  w.line(0, `Name:\t${nameOf(object)}`);
  w.line(0, `Namespace:\t${textOf(metaOf(object)["namespace"])}`);
  marks(w, object);
  const skipped = new Set(["metadata.name", "metadata.namespace", "metadata.labels", "metadata.annotations", "metadata.managedFields"]);
  const walk = (value: JsonObject, level: number, prefix: string) => {
    for (const key of Object.keys(value).sort()) {
      const path = prefix === "" ? key : `${prefix}.${key}`;
      if (skipped.has(path)) continue;
      field(smartLabel(key), value[key] ?? null, level, path);
    }
  };
  const field = (label: string, value: Json, level: number, path: string) => {
    if (isJsonObject(value)) {
      w.line(level, `${label}:`);
      walk(value, level + 1, path);
    } else if (Array.isArray(value)) {
      w.line(level, `${label}:`);
      for (const item of value as readonly Json[]) {
        if (isJsonObject(item)) walk(item, level + 1, path);
        else w.line(level + 1, String(item));
      }
    } else w.line(level, `${label}:\t${value === null ? "<nil>" : String(value)}`);
  };
  walk(object, 0, "");
};
