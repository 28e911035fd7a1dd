import { canonicalJson } from "../../base/canonicalJson.ts";
import { compareText } from "../../base/compareText.ts";
import type { Json } from "../../base/json.ts";
import type { EndpointAddress, EndpointPort, EndpointSubset } from "../../kinds/core/endpoints/types.ts";
import { isPodReady } from "../../kinds/core/pod/podStatus.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import type { Service, ServicePort } from "../../kinds/core/service/types.ts";
import { endpointHostname, isEndpoint, podAddresses, targetPort } from "../servicePods.ts";

// Follows pkg/controller/endpoint/endpoints_controller.go and pkg/api/v1/endpoints/util.go (RepackSubsets).

const maximumAddresses = 1000;

interface Row {
  readonly address: EndpointAddress;
  readonly ready: boolean;
  readonly ports: EndpointPort[];
}

export interface PackedSubsets {
  readonly subsets: readonly EndpointSubset[];
  readonly truncated: boolean;
}

/** The subsets of a Service: addresses that have the same ports stand together. */
export function endpointSubsets(service: Service, pods: readonly Pod[]): PackedSubsets {
  const rows = new Map<string, Row>();
  for (const pod of pods) addPod(rows, service, pod);
  const groups = new Map<string, { readonly ports: readonly EndpointPort[]; readonly rows: Row[] }>();
  for (const row of rows.values()) {
    const ports = [...row.ports].sort((a, b) => compareText(canonicalJson(a as unknown as Json), canonicalJson(b as unknown as Json)));
    const text = canonicalJson(ports as unknown as Json);
    const group = groups.get(text);
    if (group === undefined) groups.set(text, { ports, rows: [row] });
    else group.rows.push(row);
  }
  const subsets = [...groups.keys()].sort(compareText).map((text) => subsetOf(groups.get(text)?.ports ?? [], groups.get(text)?.rows ?? []));
  return truncate(subsets);
}

function addPod(rows: Map<string, Row>, service: Service, pod: Pod): void {
  const publish = service.spec.publishNotReadyAddresses === true;
  if (!isEndpoint(pod, publish)) return;
  const ports: readonly ServicePort[] = service.spec.ports ?? [];
  const ready = publish || isPodReady(pod);
  const address = addressOf(pod, service);
  const row: Row = { address, ready, ports: [] };
  for (const port of ports) {
    const number = targetPort(pod, port);
    if (number !== null) row.ports.push(portOf(port, number));
  }
  const withoutPorts = ports.length === 0 && service.spec.clusterIP === "None";
  if (row.ports.length > 0 || withoutPorts) rows.set(`${address.ip}/${pod.metadata.uid}`, row);
}

function portOf(port: ServicePort, number: number): EndpointPort {
  const { name, protocol, appProtocol } = port;
  return { ...(name === undefined || name === "" ? {} : { name }), port: number, protocol: protocol ?? "TCP", ...(appProtocol === undefined ? {} : { appProtocol }) };
}

function addressOf(pod: Pod, service: Service): EndpointAddress {
  const hostname = endpointHostname(pod, service);
  const { nodeName } = pod.spec;
  const { namespace, name, uid } = pod.metadata;
  return {
    ip: podAddresses(pod)[0] ?? "",
    ...(hostname === undefined ? {} : { hostname }),
    ...(nodeName === undefined ? {} : { nodeName }),
    targetRef: { kind: "Pod", ...(namespace === undefined ? {} : { namespace }), name, uid },
  };
}

function subsetOf(ports: readonly EndpointPort[], rows: readonly Row[]): EndpointSubset {
  const sorted = [...rows].sort((a, b) => compareText(a.address.ip, b.address.ip) || compareText(a.address.targetRef?.uid ?? "", b.address.targetRef?.uid ?? ""));
  const ready = sorted.filter((row) => row.ready).map((row) => row.address);
  const notReady = sorted.filter((row) => !row.ready).map((row) => row.address);
  return {
    ...(ready.length === 0 ? {} : { addresses: ready }),
    ...(notReady.length === 0 ? {} : { notReadyAddresses: notReady }),
    ...(ports.length === 0 ? {} : { ports }),
  };
}

/** Endpoints hold a thousand addresses at most, ready ones first. */
function truncate(subsets: readonly EndpointSubset[]): PackedSubsets {
  const ready = subsets.reduce((sum, subset) => sum + (subset.addresses?.length ?? 0), 0);
  const notReady = subsets.reduce((sum, subset) => sum + (subset.notReadyAddresses?.length ?? 0), 0);
  if (ready + notReady <= maximumAddresses) return { subsets, truncated: false };
  const cutReady = ready > maximumAddresses;
  const room = cutReady ? maximumAddresses : maximumAddresses - ready;
  const total = cutReady ? ready : notReady;
  let left = room;
  const cut = subsets.map((subset): EndpointSubset => {
    const { addresses, notReadyAddresses, ...rest } = subset;
    const list = (cutReady ? addresses : notReadyAddresses) ?? [];
    const kept = list.slice(0, Math.min(left, Math.ceil((list.length / total) * room)));
    left -= kept.length;
    if (cutReady) return kept.length === 0 ? rest : { ...rest, addresses: kept };
    return { ...rest, ...(addresses === undefined ? {} : { addresses }), ...(kept.length === 0 ? {} : { notReadyAddresses: kept }) };
  });
  return { subsets: cut, truncated: true };
}
