import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ApiWorld } from "../../../apiserver/testing/apiWorld.ts";
import type { Json, JsonObject } from "../../../base/json.ts";
import { NetworkWorld } from "../../net/testing/networkWorld.ts";

const second = 1_000_000;
const prefix = "nginx.ingress.kubernetes.io/";
const ingresses = "/apis/networking.k8s.io/v1/namespaces/default/ingresses";

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

/** A controller on node-1, Services web (two pods), v2 and outer, and clients on the internet. */
class IngressWorld extends NetworkWorld {
  constructor(flags: readonly string[] = []) {
    super(3);
    const { api } = this;
    for (const name of ["ingress-nginx", "default"]) api.call("POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name } });
    this.service("ingress-nginx-controller", { type: "LoadBalancer", externalTrafficPolicy: "Local", ports: [{ name: "http", port: 80, targetPort: 80 }, { name: "https", port: 443, targetPort: 443 }] }, "203.0.113.1", "ingress-nginx");
    this.endpoints("ingress-nginx-controller", [{ name: "http", port: 80 }, { name: "https", port: 443 }], [{ ip: "10.244.1.5", node: "node-1", pod: "ingress-nginx-controller-x" }], "ingress-nginx");
    api.call("POST", "/apis/networking.k8s.io/v1/ingressclasses", { apiVersion: "networking.k8s.io/v1", kind: "IngressClass", metadata: { name: "nginx" }, spec: { controller: "k8s.io/ingress-nginx" } });
    this.order("node-1", { type: "run", pod: "ingress-nginx/ingress-nginx-controller-x", ip: "10.244.1.5", program: "ingress", ports: [], flags });
    for (const [service, pods] of [["web", ["10.244.1.2", "10.244.2.2"]], ["v2", ["10.244.3.2"]]] as const) {
      this.service(service, { clusterIP: service === "web" ? "10.96.5.5" : "10.96.5.6", ports: [{ port: 80 }] });
      this.endpoints(service, [{ port: 80 }], pods.map((ip, at) => ({ ip, node: `node-${ip.split(".")[2] ?? ""}`, pod: `${service}-${at}` })));
      pods.forEach((ip, at) => this.order(`node-${ip.split(".")[2] ?? ""}`, { type: "run", pod: `default/${service}-${at}`, ip, program: "echo", ports: [80] }));
    }
    this.runFor(6 * second);
  }

  /** Its warnings. */
  ingress(name: string, annotations: Readonly<Record<string, string>> = {}, { host = "shop.example.com", path = "/", pathType = "Prefix", service = "web", tls = null as JsonObject[] | null, className = "nginx" as string | null } = {}): void {
    const spec = { ...(className === null ? {} : { ingressClassName: className }), ...(tls === null ? {} : { tls }), rules: [{ host, http: { paths: [{ path, pathType, backend: { service: { name: service, port: { number: 80 } } } }] } }] };
    const made = this.api.call("POST", ingresses, { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name, annotations: Object.fromEntries(Object.entries(annotations).map(([key, value]) => [`${prefix}${key}`, value])) }, spec } as Json);
    if (made.code !== 201) throw new Error(JSON.stringify(made.body));
    this.runFor(5 * second);
  }

  secret(name: string, data: Readonly<Record<string, string>>, type = "Opaque"): void {
    const made = this.api.call("POST", "/api/v1/namespaces/default/secrets", { apiVersion: "v1", kind: "Secret", metadata: { name }, type, data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, base64(text)])) });
    if (made.code !== 201) throw new Error(JSON.stringify(made.body));
  }

  ask(url: string, headers: Readonly<Record<string, string>> = {}, more: { readonly method?: string; readonly body?: string } = {}): ReturnType<NetworkWorld["request"]> & { readonly rule: string } {
    const answer = this.request(url, "internet", { headers, ...more });
    return { ...answer, rule: answer.flow?.hops.findLast((hop) => hop.verdict === "answer")?.rule ?? "" };
  }
}

/** A key and a certificate as people make them. */
function certificate(...hosts: readonly string[]): { readonly "tls.crt": string; readonly "tls.key": string } {
  const folder = mkdtempSync(join(tmpdir(), "orrery-"));
  const [key, crt] = [join(folder, "tls.key"), join(folder, "tls.crt")];
  execFileSync("openssl", ["req", "-x509", "-nodes", "-newkey", "rsa:2048", "-days", "365", "-keyout", key, "-out", crt, "-subj", `/CN=${hosts[0] ?? ""}`, "-addext", `subjectAltName=${hosts.map((host) => `DNS:${host}`).join(",")}`], { stdio: "ignore" });
  return { "tls.crt": readFileSync(crt, "utf8"), "tls.key": readFileSync(key, "utf8") };
}

describe("TLS", () => {
  it("shows the certificate of the host that the client asks for, and the controller's own to others", () => {
    const world = new IngressWorld();
    world.secret("shop-tls", certificate("shop.example.com"), "kubernetes.io/tls");
    world.secret("wild-tls", certificate("*.wild.example.com"), "kubernetes.io/tls");
    world.ingress("shop", {}, { tls: [{ hosts: ["shop.example.com"], secretName: "shop-tls" }] });
    world.ingress("wild", {}, { host: "*.wild.example.com", tls: [{ hosts: ["*.wild.example.com"], secretName: "wild-tls" }] });
    world.ingress("missing", {}, { host: "missing.example.com", tls: [{ hosts: ["missing.example.com"], secretName: "none" }] });
    world.ingress("wrong", {}, { host: "wrong.example.com", tls: [{ hosts: ["wrong.example.com"], secretName: "shop-tls" }] });
    const shop = world.ask("https://shop.example.com/x");
    expect([shop.status, shop.headers["strict-transport-security"]]).toEqual([200, "max-age=31536000; includeSubDomains"]);
    expect(shop.rule).toMatch(/^TLS with the certificate of Secret default\/shop-tls for shop\.example\.com; ingress default\/shop, path \/: proxied to default-web-80/);
    expect(world.ask("https://a.wild.example.com/").rule).toContain("the certificate of Secret default/wild-tls for a.wild.example.com");
    for (const host of ["missing.example.com", "wrong.example.com", "nobody.example.com"]) expect(world.ask(`https://${host}/`).rule).toContain(`TLS with the controller's own certificate (Kubernetes Ingress Controller Fake Certificate) for ${host}; `);
    expect(world.ask("https://203.0.113.1/").rule).toContain("no server name in the hello");
    expect(world.ask("http://203.0.113.1:443/")).toMatchObject({ status: 400 });
    expect(world.ask("http://shop.example.com/cart/")).toMatchObject({ status: 308, headers: { location: "https://shop.example.com/cart" } });
  });

  it("is not spoken by a server that has none", () => {
    const world = new IngressWorld();
    world.order("node-3", { type: "run", pod: "default/plain", ip: "10.244.3.77", program: "echo", ports: [443], hostPort: 443 });
    world.runFor(second);
    expect(world.ask("https://172.18.0.4/").failure).toContain("the TLS handshake failed");
  });
});

describe("an annotation", () => {
  it("of redirects: https without a certificate too, another address, the application's root", () => {
    const world = new IngressWorld();
    world.ingress("force", { "force-ssl-redirect": "true", "preserve-trailing-slash": "true" }, { host: "force.example.com" });
    world.ingress("gone", { "permanent-redirect": "https://new.example.com/x", "permanent-redirect-code": "308" }, { host: "gone.example.com" });
    world.ingress("away", { "temporal-redirect": "https://away.example.com" }, { host: "away.example.com" });
    world.ingress("root", { "app-root": "/app" }, { host: "root.example.com" });
    expect(world.ask("http://force.example.com/a/")).toMatchObject({ status: 308, headers: { location: "https://force.example.com/a/" } });
    expect(world.ask("http://gone.example.com/")).toMatchObject({ status: 308, headers: { location: "https://new.example.com/x" } });
    expect(world.ask("http://away.example.com/")).toMatchObject({ status: 302, headers: { location: "https://away.example.com" } });
    expect([world.ask("http://root.example.com/").headers["location"], world.ask("http://root.example.com/app").status]).toEqual(["http://root.example.com/app", 200]);
  });

  it("rewrites with what was captured", () => {
    const world = new IngressWorld();
    world.ingress("r", { "rewrite-target": "/$2", "use-regex": "true" }, { path: "/something(/|$)(.*)", pathType: "ImplementationSpecific" });
    expect(world.ask("http://shop.example.com/something/new?q=1").body).toMatch(/ \/new\?q=1 from/);
    expect(world.ask("http://shop.example.com/other").status).toBe(404);
  });

  it("of basic auth lets in whom the Secret names", () => {
    const world = new IngressWorld();
    world.secret("users", { auth: `ann:${execFileSync("openssl", ["passwd", "-apr1", "pass"], { encoding: "utf8" })}` });
    world.ingress("a", { "auth-type": "basic", "auth-secret": "users", "auth-realm": "Who are you?" });
    world.ingress("b", { "auth-type": "basic", "auth-secret": "none" }, { host: "b.example.com" });
    const by = (user: string): Record<string, string> => ({ Authorization: `Basic ${base64(user)}` });
    expect(world.ask("http://shop.example.com/")).toMatchObject({ status: 401, headers: { "www-authenticate": 'Basic realm="Who are you?"' } });
    expect(world.ask("http://shop.example.com/", by("ann:wrong"))).toMatchObject({ status: 401, rule: 'ingress default/a, host shop.example.com, path /: user "ann" was refused: password mismatch (Secret default/users)' });
    expect(world.ask("http://shop.example.com/", by("ann:pass")).status).toBe(200);
    expect(world.ask("http://b.example.com/")).toMatchObject({ status: 503 });
    world.secret("none", { auth: "eve:{PLAIN}x" });
    world.runFor(5 * second);
    expect(world.ask("http://b.example.com/", by("eve:x")).status).toBe(200);
  });

  it("of limits answers 503, and names the limit", () => {
    const world = new IngressWorld();
    world.ingress("l", { "limit-rps": "1", "limit-burst-multiplier": "2" });
    world.traffic({ url: "http://shop.example.com/", perSecond: 10, clients: 1 });
    world.runFor(10 * second);
    const flows = world.flows();
    expect(flows.filter((flow) => flow.status === 200).length).toBeGreaterThanOrEqual(11);
    expect(flows.filter((flow) => flow.status === 200).length).toBeLessThanOrEqual(14);
    expect(flows.findLast((flow) => flow.status === 503)?.failure).toMatch(/198\.51\.100\.[0-9]+ asks more often than limit-rps 1 and its burst of 2 allow$/);
  });

  it("of sources and sizes", () => {
    const world = new IngressWorld();
    world.ingress("w", { "whitelist-source-range": "192.0.2.0/24" }, { host: "w.example.com" });
    world.ingress("d", { "denylist-source-range": "198.51.100.0/24" }, { host: "d.example.com" });
    world.ingress("s", { "proxy-body-size": "10" }, { host: "s.example.com" });
    expect([world.ask("http://w.example.com/").status, world.ask("http://d.example.com/").status]).toEqual([403, 403]);
    expect([world.ask("http://s.example.com/", {}, { method: "POST", body: "01234567890" }).status, world.ask("http://s.example.com/", {}, { method: "POST", body: "0123456789" }).status]).toEqual([413, 200]);
  });

  it("of time-outs ends a request that a pod does not answer", () => {
    const world = new IngressWorld();
    world.ingress("t", { "proxy-read-timeout": "2", "proxy-next-upstream": "off" });
    world.order("node-1", { type: "run", pod: "default/web-0", ip: "10.244.1.2", program: "silent", ports: [80] });
    world.order("node-2", { type: "run", pod: "default/web-1", ip: "10.244.2.2", program: "silent", ports: [80] });
    world.runFor(second);
    const answer = world.ask("http://shop.example.com/");
    expect(answer).toMatchObject({ status: 504 });
    expect(answer.rule).toContain("proxy-next-upstream (off) asks no other");
    expect((answer.flow?.endedAtUs ?? 0) - (answer.flow?.startedAtUs ?? 0)).toBeLessThan(2.1 * second);
  });

  it("that is not simulated is warned of by name", () => {
    const api = new ApiWorld([], {}, { warnsOfUnsimulated: true });
    api.call("POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "default" } });
    const spec = { rules: [{ host: "h", http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "web", port: { number: 80 } } } }] } }] };
    const object = (annotations: Json): Json => ({ apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name: "x", annotations }, spec });
    expect(api.call("POST", ingresses, object({ [`${prefix}enable-cors`]: "true", [`${prefix}rewrite-target`]: "/", [`${prefix}auth-type`]: "digest", "other/x": "y" })).warnings).toEqual([
      "Ingress: annotation nginx.ingress.kubernetes.io/enable-cors: kept, but not simulated yet",
      "Ingress: annotation nginx.ingress.kubernetes.io/auth-type: digest: kept, but not simulated yet",
    ]);
  });
});

describe("a canary", () => {
  const share = (world: IngressWorld, count: number, headers: Record<string, string> = {}): number => Array.from({ length: count }, () => world.ask("http://shop.example.com/", headers).body).filter((body) => body.startsWith("default/v2")).length;

  it("takes its weight, and whom header and cookie send", () => {
    const world = new IngressWorld();
    world.ingress("main");
    world.ingress("canary", { canary: "true", "canary-weight": "30", "canary-by-header": "X-Canary", "canary-by-cookie": "canary" }, { service: "v2" });
    const taken = share(world, 100);
    expect(taken).toBeGreaterThan(15);
    expect(taken).toBeLessThan(45);
    expect([share(world, 5, { "x-canary": "always" }), share(world, 5, { "x-canary": "never" }), share(world, 5, { cookie: "a=b; canary=always" }), share(world, 5, { cookie: "canary=never" }), share(world, 5, { "x-canary": "never", cookie: "canary=always" })]).toEqual([5, 0, 5, 0, 0]);
    expect(world.ask("http://shop.example.com/", { "x-canary": "always" }).rule).toMatch(/^canary default\/canary \(header x-canary: always\), ingress default\/main, path \/: proxied to default-v2-80/);
  });

  it("by a header's value or pattern, and only while it has endpoints", () => {
    const world = new IngressWorld();
    world.ingress("main");
    world.ingress("canary", { canary: "true", "canary-by-header": "region", "canary-by-header-value": "north" }, { service: "v2" });
    expect([share(world, 4, { region: "north" }), share(world, 4, { region: "always" }), share(world, 4)]).toEqual([4, 0, 0]);
    world.api.call("PATCH", `${ingresses}/canary`, { metadata: { annotations: { [`${prefix}canary-by-header-value`]: null, [`${prefix}canary-by-header-pattern`]: "^no" } } }, { contentType: "application/merge-patch+json" });
    world.runFor(5 * second);
    expect([share(world, 4, { region: "north" }), share(world, 4, { region: "No" }), share(world, 4, { region: "south" })]).toEqual([4, 0, 0]);
    world.endpoints("v2", [{ port: 80 }], []);
    world.runFor(5 * second);
    expect(share(world, 4, { region: "north" })).toBe(0);
  });
});

describe("affinity by cookie", () => {
  it("keeps a client at its pod, names the cookie, and finds another pod when that one goes", () => {
    const world = new IngressWorld();
    world.ingress("a", { affinity: "cookie", "session-cookie-name": "route", "session-cookie-max-age": "600" });
    const first = world.ask("http://shop.example.com/");
    const cookie = first.headers["set-cookie"] ?? "";
    expect(cookie).toMatch(/^route=[0-9.]+\|[0-9a-f]{32}; Max-Age=600; Path=\/; HttpOnly$/);
    const again = Array.from({ length: 6 }, () => world.ask("http://shop.example.com/", { cookie: cookie.split(";")[0] ?? "" }));
    expect(new Set(again.map((answer) => answer.body.split(" ")[0])).size).toBe(1);
    expect(again[0]?.body.split(" ")[0]).toBe(first.body.split(" ")[0]);
    expect(again.map((answer) => answer.headers["set-cookie"])).toEqual(again.map(() => undefined));
    const [gone, left] = first.body.startsWith("default/web-0") ? [0, 1] : [1, 0];
    world.endpoints("web", [{ port: 80 }], [{ ip: left === 0 ? "10.244.1.2" : "10.244.2.2", node: `node-${left + 1}`, pod: `web-${left}` }]);
    world.runFor(5 * second);
    expect(world.ask("http://shop.example.com/", { cookie: cookie.split(";")[0] ?? "" }).body).toMatch(new RegExp(`^default/web-${left} `));
    expect(gone).not.toBe(left);
  });

  it("is kept by the clients of a source, as by browsers", () => {
    const world = new IngressWorld();
    world.ingress("a", { affinity: "cookie" });
    world.traffic({ url: "http://shop.example.com/", perSecond: 20, clients: 8 });
    world.runFor(4 * second);
    const flows = world.flows();
    expect(flows.filter((flow) => flow.hops.some((hop) => hop.rule.includes("new cookie INGRESSCOOKIE"))).length).toBe(8);
    expect(new Set(flows.map((flow) => flow.pod)).size).toBe(2);
  });
});

describe("backends and classes", () => {
  it("a Service is asked at its own address where the annotation says so", () => {
    const world = new IngressWorld();
    world.ingress("via", { "service-upstream": "true", "upstream-vhost": "inner.example.com" }, { host: "via.example.com" });
    expect(world.ask("http://via.example.com/").rule).toMatch(/proxied to default-web-80, 10\.96\.5\.5:80$/);
  });

  it("an Ingress without a class is served where the controller is told so", () => {
    const world = new IngressWorld(["--watch-ingress-without-class=true"]);
    world.ingress("bare", {}, { className: null });
    expect(world.ask("http://shop.example.com/").status).toBe(200);
    const strict = new IngressWorld();
    strict.ingress("bare", {}, { className: null });
    expect(strict.ask("http://shop.example.com/").status).toBe(404);
  });

  it("the ConfigMap's options are defaults of the annotations", () => {
    const world = new IngressWorld();
    world.api.call("POST", "/api/v1/namespaces/ingress-nginx/configmaps", { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "ingress-nginx-controller" }, data: { "proxy-body-size": "4", "limit-req-status-code": "429", "worker-processes": "4", "use-forwarded-headers": "true", "whitelist-source-range": "192.0.2.0/24" } });
    world.ingress("a", { "limit-rps": "1", "limit-burst-multiplier": "1" });
    const from = { "x-forwarded-for": "192.0.2.7, 198.51.100.9" };
    expect(world.ask("http://shop.example.com/").status).toBe(403);
    expect(world.ask("http://shop.example.com/", from, { method: "POST", body: "12345" }).status).toBe(413);
    expect(Array.from({ length: 5 }, () => world.ask("http://shop.example.com/", from).status)).toContain(429);
  });

  it("writes the address into the status within its interval", () => {
    const world = new IngressWorld(["--status-update-interval=10"]);
    world.ingress("a");
    world.runFor(6 * second);
    expect(world.api.call("GET", `${ingresses}/a`).body).toMatchObject({ status: { loadBalancer: { ingress: [{ ip: "203.0.113.1" }] } } });
  });
});

it.each([50_000, 333_333, 1_500_000])("goes on alike after a restore at %i us, with limits, cookies, a canary and TLS", (at) => {
  const world = new IngressWorld();
  world.secret("shop-tls", certificate("shop.example.com"), "kubernetes.io/tls");
  world.ingress("main", { affinity: "cookie", "limit-rps": "5", "limit-burst-multiplier": "1" }, { tls: [{ hosts: ["shop.example.com"], secretName: "shop-tls" }] });
  world.ingress("canary", { canary: "true", "canary-weight": "30" }, { service: "v2" });
  world.traffic({ url: "https://shop.example.com/", perSecond: 60, clients: 3 });
  world.runFor(at);
  const { world: simulation } = world.api;
  const keyframe = simulation.keyframe();
  const end = (): string => {
    world.order("node-1", { type: "stop", pod: "default/web-0" });
    world.runFor(6 * second);
    return simulation.digest();
  };
  const digest = end();
  expect(world.flows().map((flow) => flow.status)).toEqual(expect.arrayContaining([200, 503]));
  simulation.restore(keyframe);
  expect(end()).toBe(digest);
});
