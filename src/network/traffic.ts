import type { ObjectKey } from "../apimachinery/gvk.ts";

/** A source of HTTP requests, from the internet (through a load balancer or node port) or from inside a pod. */
export interface TrafficSource {
  readonly id: string;
  readonly from: "internet" | ObjectKey;
  readonly url: string;
  readonly method: string;
  readonly perSecond: number;
  readonly clients: number;
  readonly keepAlive: boolean;
}
