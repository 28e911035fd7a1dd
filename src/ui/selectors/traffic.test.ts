import { describe, expect, it } from "vitest";
import type { TrafficSource } from "../../network/traffic.ts";
import { draftOf, newDraft, sourceOf } from "../dock/sourceDraft.ts";
import { fact, podFact } from "../engine/testing/demoFacts.ts";
import { whyUnreachable } from "./trafficReach.ts";
import { rateText, shapeText, shortRate } from "./trafficText.ts";

const edge = { tier: "edge", type: "ClusterIP", addresses: ["10.96.0.9"], ports: ["80/TCP"], rules: [], readyEndpoints: 0, totalEndpoints: 0 } as const;
const facts = [
  fact("s", "Service", "services", "default", "web", "ok", "", edge),
  fact("h", "Service", "services", "default", "db", "ok", "", { ...edge, addresses: [], ports: ["5432/TCP"] }),
  fact("i", "Ingress", "ingresses", "default", "web", "ok", "", { ...edge, rules: [{ host: "shop.example.com", path: "/", backend: "web:80" }, { host: "*.wild.example.com", path: "/", backend: "web:80" }] }),
  podFact({ uid: "p", namespace: "default", name: "client", node: "node-1", status: "Running", ready: true, image: "busybox" }),
];
const source: TrafficSource = { id: "visitors", from: "internet", url: "http://shop.example.com/", method: "GET", perSecond: 40, clients: 8, keepAlive: true };
const client = { namespace: "default", name: "client" };

describe("whether requests can get there", () => {
  it.each<readonly [TrafficSource["from"], string, RegExp | null]>([
    ["internet", "http://shop.example.com/cart", null],
    ["internet", "http://a.wild.example.com/", null],
    ["internet", "http://172.18.0.2:30080/", null],
    ["internet", "shop.example.com", /no address of HTTP/],
    ["internet", "http://bad host/", /no address of HTTP/],
    ["internet", "http://blog.example.com/", /^No Ingress has a rule for blog\.example\.com: the ingress controller answers 404\.$/],
    ["internet", "http://web/", /^web is a name inside the cluster.*send from a pod\.$/],
    ["internet", "http://web.default.svc.cluster.local/", /is a name inside the cluster/],
    ["internet", "http://10.96.0.9/", /^10\.96\.0\.9 is the address of Service web inside the cluster/],
    ["internet", "http://10.244.1.3/", /address inside the cluster/],
    ["internet", "http://localhost/", /the client's own machine/],
    [client, "http://web/", null],
    [client, "http://web.default/", null],
    [client, "http://db:80/", null],
    [client, "http://shop.example.com/", null],
    [client, "http://web:8080/", /^Service web has no port 8080; it has 80\.$/],
    [client, "http://api/", /^There is no Service api in namespace default/],
    [client, "http://web.shop.svc/", /^There is no Service web in namespace shop/],
    [client, "http://example.org/", /servers outside of the cluster are not simulated/],
    [{ namespace: "default", name: "gone" }, "http://web/", /^There is no pod gone in default/],
  ])("from %o to %s", (from, url, why) => {
    const said = whyUnreachable({ from, url }, facts);
    if (why === null) expect(said).toBeNull();
    else expect(said).toMatch(why);
  });
});

describe("a source's form", () => {
  it.each<TrafficSource>([
    source,
    { ...source, from: client, keepAlive: false },
    { ...source, perSecond: 0, ramp: { toPerSecond: 200, seconds: 90 } },
    { ...source, perSecond: 50 / 7, burst: 50 },
  ])("says what it was given", (given) => {
    const said = sourceOf(draftOf(given));
    expect({ ...said, perSecond: given.perSecond }).toEqual(given);
    expect(said.perSecond).toBeCloseTo(given.perSecond, 3);
  });

  it("gives a name that is free", () => {
    expect(newDraft([source, { ...source, id: "visitors-1" }]).id).toBe("visitors-2");
  });
});

describe("words of traffic", () => {
  it("are short, and exact", () => {
    expect([0.001, 0.25, 0.5, 2, 2.5, 7.02, 9.97, 13.4, 999, 1_250, 12_500].map(shortRate)).toEqual(["0", "0.25", "0.5", "2", "2.5", "7", "10", "13", "999", "1.3k", "13k"]);
    expect(rateText([source, { ...source, perSecond: 10, ramp: { toPerSecond: 100, seconds: 5 } }])).toBe("50\u2013140/s");
    expect(shapeText({ ...source, perSecond: 5, burst: 50, clients: 1, keepAlive: false })).toBe("50 at once every 10 s from 1 client, a connection each");
    expect(shapeText({ ...source, ramp: { toPerSecond: 0, seconds: 30 } })).toBe("40 to 0 a second over 30 s from 8 clients");
  });
});
