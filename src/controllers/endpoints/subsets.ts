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

/** A pod's address with its ports, and the ports as text: those of the same text stand together. */
interface Row {
  readonly service: Service;
  readonly address: EndpointAddress;
  readonly ready: boolean;
  readonly ports: readonly EndpointPort[];
  readonly portsText: string;
}

export interface PackedSubsets {
  readonly subsets: readonly EndpointSubset[];
  readonly truncated: boolean;
}

/** Pods and Services are immutable: the row of a pod that did not change is taken from here. */
const rows = new WeakMap<Pod, Row>();

/** The subsets of a Service: addresses that have the same ports stand together. */
export function endpointSubsets(service: Service, pods: readonly Pod[]): PackedSubsets {
  const groups = new Map<string, { readonly ports: readonly EndpointPort[]; readonly rows: Row[] }>();
  for (const pod of pods) {
    const row = rowOf(pod, service);
    if (row === null) continue;
    const group = groups.get(row.portsText);
    if (group === undefined) groups.set(row.portsText, { ports: row.ports, rows: [row] });
    else group.rows.push(row);
  }
  return truncate([...groups.keys()].sort(compareText).map((text) => subsetOf(groups.get(text)?.ports ?? [], groups.get(text)?.rows ?? [])));
}

function rowOf(pod: Pod, service: Service): Row | null {
  const known = rows.get(pod);
  if (known !== undefined && known.service === service) return known;
  const publish = service.spec.publishNotReadyAddresses === true;
  if (!isEndpoint(pod, publish)) return null;
  const wanted: readonly ServicePort[] = service.spec.ports ?? [];
  const ports: EndpointPort[] = [];
  for (const port of wanted) {
    const number = targetPort(pod, port);
    if (number !== null) ports.push(portOf(port, number));
  }
  const withoutPorts = wanted.length === 0 && service.spec.clusterIP === "None";
  if (ports.length === 0 && !withoutPorts) return null;
  const texts = ports.map((port) => ({ port, text: canonicalJson(port as unknown as Json) })).sort((a, b) => compareText(a.text, b.text));
  const row: Row = { service, address: addressOf(pod, service), ready: publish || isPodReady(pod), ports: texts.map(({ port }) => port), portsText: texts.map(({ text }) => text).join() };
  rows.set(pod, row);
  return row;
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

function subsetOf(ports: readonly EndpointPort[], group: readonly Row[]): EndpointSubset {
  const sorted = [...group].sort((a, b) => compareText(a.address.ip, b.address.ip) || compareText(a.address.targetRef?.uid ?? "", b.address.targetRef?.uid ?? ""));
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
