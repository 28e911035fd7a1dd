import { honesty as etcd } from "../etcd/etcdProcess.ts";
import { honesty as client } from "../client/clientSetImpl.ts";
import { honesty as net } from "../node/net/netProcess.ts";
import { honesty as proxy } from "../node/proxy/proxyProcess.ts";
import { honesty as kubelet } from "../node/kubelet/kubelet.ts";
import { honesty as scheduler } from "../scheduler/schedulerProcess.ts";
import { honesty as sim } from "../sim/processHost.ts";

export interface Honesty {
  readonly component: string;
  readonly implemented: readonly string[];
  readonly notImplemented: readonly string[];
}

/** What each component does and does not do, in its own words. */
export function honestyOfAll(): readonly Honesty[] {
  return [etcd, scheduler, kubelet, proxy, net, client, sim];
}
