import type { Hop, HttpResponse } from "./packet.ts";

/** In the rule of a proxy's answer: the answer is that of the pod it asked last. */
export const proxied = "proxied to";

/** "namespace/name" of the pod that made the answer: behind a proxy, the pod the proxy asked. "" if none did. */
export function podThatAnswered(hops: readonly Hop[]): string {
  let pod = "";
  for (let last = hops.length - 1; last >= 0; last--) {
    const hop = hops[last];
    if (hop === undefined || hop.verdict !== "answer" || !hop.at.startsWith("pod ")) continue;
    pod = hop.at.slice("pod ".length);
    if (!hop.rule.includes(proxied)) break;
  }
  return pod;
}

/** Why an answered request failed all the same: the rule of whoever gave the status. null for answers below 400. */
export function flowFailure(response: HttpResponse | null, hops: readonly Hop[]): string | null {
  if (response === null) return "no answer";
  if (response.status < 400) return null;
  const giver = hops.findLast((hop) => hop.verdict === "answer");
  return giver === undefined ? `answered ${response.status}` : `answered ${response.status} by ${giver.at}${giver.rule === "" ? "" : `: ${giver.rule}`}`;
}
