// Follows src/http/modules/ngx_http_limit_req_module.c: a leaky bucket in thousandths of a request.
import { cidrContains, parseCidr, parseIpv4 } from "../../../network/ipv4.ts";

export interface Bucket {
  readonly excess: number;
  readonly atUs: number;
}

/** The bucket after one more request; null: it overflows, and the request is refused. `perMinute` and `burst` in requests. */
export function poured(bucket: Bucket | undefined, perMinute: number, burst: number, nowUs: number): Bucket | null {
  if (bucket === undefined) return { excess: 0, atUs: nowUs };
  const drained = Math.floor((perMinute * (nowUs - bucket.atUs)) / 60_000);
  const excess = Math.max(0, bucket.excess - drained + 1_000);
  return excess > burst * 1_000 ? null : { excess, atUs: nowUs };
}

export function inRanges(ranges: readonly string[], ip: string): boolean {
  const address = parseIpv4(ip);
  return address !== null && ranges.some((range) => {
    const cidr = parseCidr(range);
    return cidr !== null && cidrContains(cidr, address);
  });
}
