import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Ingress, IngressSpec } from "../../../kinds/networking/ingress/types.ts";
import type { IngressClass } from "../../../kinds/networking/ingressclass/types.ts";
import { annotationOf, sizeOf } from "./annotations.ts";
import { servedIngresses } from "./classes.ts";
import { hex, md5, sha1, utf8Bytes } from "./digests.ts";
import { apr1, passwordMatches, refusedBy } from "./htpasswd.ts";
import { poured } from "./limits.ts";
import type { Bucket } from "./limits.ts";
import { matchIngress } from "./matching.ts";
import { upstreamName } from "./model.ts";
import type { IngressConfig } from "./model.ts";
import { nginxConf } from "./nginxConf.ts";
import { buildIngressConfig, noSources } from "./servers.ts";
import { publishedAddresses } from "./status.ts";

const prefix = "nginx.ingress.kubernetes.io/";

function ingress(name: string, spec: IngressSpec, annotations: Readonly<Record<string, string>> = {}, created: string = "2026-01-01T00:00:00Z"): Ingress {
  return { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name, namespace: "default", uid: name, resourceVersion: "1", creationTimestamp: created, annotations: Object.fromEntries(Object.entries(annotations).map(([key, value]) => [key.includes("/") ? key : `${prefix}${key}`, value])) }, spec };
}

function backend(name: string): { readonly service: { readonly name: string; readonly port: { readonly number: number } } } {
  return { service: { name, port: { number: 80 } } };
}

function rule(host: string, ...paths: readonly (readonly [string, string, string])[]): NonNullable<IngressSpec["rules"]>[number] {
  return { ...(host === "" ? {} : { host }), http: { paths: paths.map(([path, pathType, name]) => ({ path, pathType, backend: backend(name) })) } };
}

function build(...served: readonly Ingress[]): IngressConfig {
  return buildIngressConfig(served, noSources);
}

function backendFor(config: IngressConfig, host: string, path: string): string {
  return upstreamName(matchIngress(config, host, path)?.location.backend ?? null);
}

describe("the path table of the Ingress specification", () => {
  // Kind of each path with its backend, request path, the backend that answers ("": the default backend).
  const table: readonly (readonly [readonly (readonly [string, string])[], string, string])[] = [
    [[["Prefix", "/"]], "/", "/"], [[["Prefix", "/"]], "/any/path", "/"],
    [[["Exact", "/foo"]], "/foo", "/foo"], [[["Exact", "/foo"]], "/bar", ""], [[["Exact", "/foo"]], "/foo/", ""], [[["Exact", "/foo/"]], "/foo", ""], [[["Exact", "/foo/"]], "/foo/", "/foo/"],
    [[["Prefix", "/foo"]], "/foo", "/foo"], [[["Prefix", "/foo"]], "/foo/", "/foo"], [[["Prefix", "/foo/"]], "/foo", "/foo/"], [[["Prefix", "/foo/"]], "/foo/", "/foo/"],
    [[["Prefix", "/aaa/bb"]], "/aaa/bbb", ""], [[["Prefix", "/aaa/bbb"]], "/aaa/bbb", "/aaa/bbb"], [[["Prefix", "/aaa/bbb/"]], "/aaa/bbb", "/aaa/bbb/"], [[["Prefix", "/aaa/bbb"]], "/aaa/bbb/", "/aaa/bbb"],
    [[["Prefix", "/aaa/bbb"]], "/aaa/bbb/ccc", "/aaa/bbb"], [[["Prefix", "/aaa/bbb"]], "/aaa/bbbxyz", ""],
    [[["Prefix", "/"], ["Prefix", "/aaa"]], "/aaa/ccc", "/aaa"], [[["Prefix", "/"], ["Prefix", "/aaa"], ["Prefix", "/aaa/bbb"]], "/aaa/bbb", "/aaa/bbb"], [[["Prefix", "/"], ["Prefix", "/aaa"], ["Prefix", "/aaa/bbb"]], "/ccc", "/"],
    [[["Prefix", "/aaa"]], "/ccc", ""],
    // Two types at one path: the exact one answers the exact path, the other everything below.
    [[["Prefix", "/foo"], ["Exact", "/foo"]], "/foo", "Exact /foo"], [[["Prefix", "/foo"], ["Exact", "/foo"]], "/foo/x", "Prefix /foo"],
    [[["ImplementationSpecific", "/foo"]], "/foobar", "/foo"], [[["ImplementationSpecific", "/foo"]], "/foo/bar", "/foo"], [[["ImplementationSpecific", "/foo/"]], "/foo", ""],
    [[["ImplementationSpecific", "/foo"], ["Prefix", "/foo"]], "/foo/bar", "Prefix /foo"], [[["ImplementationSpecific", "/foo"], ["Prefix", "/foo"]], "/foobar", "ImplementationSpecific /foo"],
    // Elements and cases count, queries do not.
    [[["Prefix", "/foo"]], "/Foo", ""], [[["Exact", "/foo"]], "/foo?x=/bar", "/foo"], [[["Prefix", "/a"], ["Prefix", "/a/b/c"]], "/a/b", "/a"],
  ];
  it.each(table.map(([paths, request, wanted]) => ({ paths, request, wanted, given: paths.map((path) => path.join(" ")).join(", ") })))("$given: $request -> $wanted", ({ paths, request, wanted }) => {
    const names = new Map(paths.map(([type, path], at) => [`s${at}`, { type, path }]));
    const config = build(ingress("i", { rules: [rule("h.example.com", ...paths.map(([type, path], at) => [path, type, `s${at}`] as const))] }));
    const found = names.get(backendFor(config, "h.example.com", request).split("-")[1] ?? "");
    expect(found === undefined ? "" : wanted.includes(" ") ? `${found.type} ${found.path}` : found.path).toBe(wanted);
  });
});

describe("the host table of the Ingress specification", () => {
  const config = build(ingress("i", { rules: [rule("*.foo.com", ["/", "Prefix", "wild"]), rule("exact.foo.com", ["/", "Prefix", "exact"]), rule("", ["/any", "Prefix", "any"])] }));
  it.each([
    ["bar.foo.com", "/", "wild"], ["baz.bar.foo.com", "/", ""], ["foo.com", "/", ""], ["exact.foo.com", "/", "exact"], ["EXACT.foo.com:80", "/", "exact"], ["bar.foo.com:8080", "/x", "wild"],
    ["elsewhere.org", "/any/thing", "any"], ["elsewhere.org", "/", ""], ["203.0.113.1", "/any", "any"],
    // A host's own server answers for it, whatever those without a host say.
    ["exact.foo.com", "/any", "exact"],
  ])("%s%s -> %s", (host, path, wanted) => expect(backendFor(config, host, path)).toBe(wanted === "" ? "upstream-default-backend" : `default-${wanted}-80`));
});

describe("a rewrite", () => {
  const rewritten = (path: string, pathType: string, target: string, request: string): string | undefined => matchIngress(build(ingress("r", { rules: [rule("h", [path, pathType, "web"])] }, { "rewrite-target": target })), "h", request)?.path;
  it.each([
    ["/something(/|$)(.*)", "ImplementationSpecific", "/$2", "/something", "/"], ["/something(/|$)(.*)", "ImplementationSpecific", "/$2", "/something/", "/"], ["/something(/|$)(.*)", "ImplementationSpecific", "/$2", "/something/new?a=1", "/new?a=1"],
    ["/SomeThing(/|$)(.*)", "ImplementationSpecific", "/$2", "/something/New", "/New"],
    ["/app", "Prefix", "/", "/app/x?y=1", "/?y=1"], ["/api/(v[0-9]+)/(.*)", "ImplementationSpecific", "/$2?version=$1", "/api/v2/items?q=1", "/items?version=v2&q=1"], ["/old", "ImplementationSpecific", "/new?", "/old?q=1", "/new"], ["/(v[0-9]{1,3}|latest)/(users|items)/([^/]+)", "ImplementationSpecific", "/$2/$3/$1", "/V12/users/ann", "/users/ann/V12"],
    ["/same", "ImplementationSpecific", "/same", "/same/x", "/same/x"],
  ])("of %s (%s) to %s: %s -> %s", (path, type, target, request, wanted) => expect(rewritten(path, type, target, request)).toBe(wanted));

  it("to a URL sends the client there", () => expect(matchIngress(build(ingress("r", { rules: [rule("h", ["/go(.*)", "ImplementationSpecific", "web"])] }, { "rewrite-target": "https://other.example.com$1" })), "h", "/go/x")?.moved).toBe("https://other.example.com/x"));

  it("makes every path of its host an expression without cases, those of other Ingresses and exact ones too", () => {
    const config = build(ingress("a", { rules: [rule("h", ["/x(/|$)(.*)", "ImplementationSpecific", "x"])] }, { "use-regex": "true" }), ingress("b", { rules: [rule("h", ["/exact", "Exact", "exact"])] }), ingress("c", { rules: [rule("other", ["/exact", "Exact", "exact"])] }));
    expect(backendFor(config, "h", "/EXACTLY")).toBe("default-exact-80");
    expect(backendFor(config, "other", "/EXACTLY")).toBe("upstream-default-backend");
    expect(nginxConf(config)).toContain('location ~* "^/exact" {');
  });

  it.each(["/(a+)+x", "/(a|aa)*x", "/((a*)b)*x", "/.*.*.*.*.*.*x", "/(x", "/(a)\\1", `/${"a".repeat(600)}`])("by %s matches nothing and is named in the log", (path) => {
    const config = build(ingress("a", { rules: [rule("h", [path, "ImplementationSpecific", "x"])] }, { "use-regex": "true" }));
    expect(backendFor(config, "h", `/${"a".repeat(1_000)}`)).toBe("upstream-default-backend");
    expect(config.problems[0]).toContain("is no regular expression");
  });

  it.each(["/(.*)/(.*)/(.*)x", "/a*a*a*x", "/(.*)(.*)(.*)(.*)x"])("by %s ends soon whatever it is asked", (path) => {
    const config = build(ingress("a", { rules: [rule("h", [path, "ImplementationSpecific", "x"])] }, { "use-regex": "true" }));
    for (const length of [60, 127, 500, 511, 2_000, 100_000]) expect(backendFor(config, "h", `/${"a/".repeat(length / 2)}`)).toBe("upstream-default-backend");
  });

  it("by something that is no expression never matches", () => expect(backendFor(build(ingress("a", { rules: [rule("h", ["/x(", "ImplementationSpecific", "x"])] }, { "use-regex": "true" })), "h", "/x(")).toBe("upstream-default-backend"));
});

describe("classes", () => {
  const classOf = (name: string, controller: string): IngressClass => ({ apiVersion: "networking.k8s.io/v1", kind: "IngressClass", metadata: { name, uid: name, resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" }, spec: { controller } });
  const classes = [classOf("nginx", "k8s.io/ingress-nginx"), classOf("second", "k8s.io/ingress-nginx"), classOf("inner", "example.com/inner")];
  const named = (name: string): Ingress => ingress(name, { ingressClassName: name });
  const all = [named("nginx"), named("second"), named("inner"), named("unknown"), ingress("bare", {}), ingress("old", {}, { "kubernetes.io/ingress.class": "nginx" }), ingress("both", { ingressClassName: "inner" }, { "kubernetes.io/ingress.class": "nginx" })];
  const standard = { controller: "k8s.io/ingress-nginx", annotation: "nginx", withoutClass: false, byName: false, namespace: "" };
  it.each([
    ["by default", {}, ["nginx", "old", "second"]],
    ["with --watch-ingress-without-class", { withoutClass: true }, ["bare", "nginx", "old", "second"]],
    ["of a second controller", { controller: "example.com/inner", annotation: "inner" }, ["both", "inner"]],
    ["with --ingress-class-by-name", { controller: "example.com/none", annotation: "second", byName: true }, ["second"]],
    ["with --watch-namespace", { namespace: "elsewhere" }, []],
  ])("%s", (_what, options, wanted) => expect(servedIngresses(all, classes, { ...standard, ...options }).map((each) => each.metadata.name)).toEqual(wanted));

  it("on a conflict the older Ingress keeps its path", () => {
    const spec = (name: string): IngressSpec => ({ ingressClassName: "nginx", rules: [rule("h", ["/", "Prefix", name])] });
    const served = servedIngresses([ingress("a", spec("newer"), {}, "2026-01-02T00:00:00Z"), ingress("b", spec("older"))], classes, standard);
    expect(backendFor(build(...served), "h", "/")).toBe("default-older-80");
  });
});

describe("backends", () => {
  it("of resources are the default backend's, and the log says so", () => {
    const config = build(ingress("r", { rules: [{ host: "h", http: { paths: [{ path: "/icons", pathType: "Prefix", backend: { resource: { apiGroup: "k8s.example.com", kind: "StorageBucket", name: "icons" } } }] } }] }));
    expect(backendFor(config, "h", "/icons")).toBe("upstream-default-backend");
    expect(config.problems).toEqual(['Ingress "default/r" and path "/icons" does not contain a service backend, using default backend']);
  });
  it("without rules take what no host takes; with rules, what their hosts leave", () => {
    expect(backendFor(build(ingress("z", { defaultBackend: backend("all") })), "x.y", "/z")).toBe("default-all-80");
    const partial = build(ingress("d", { defaultBackend: backend("fallback"), rules: [rule("h", ["/only", "Prefix", "only"])] }));
    expect([backendFor(partial, "h", "/only"), backendFor(partial, "h", "/"), backendFor(partial, "other", "/")]).toEqual(["default-only-80", "default-fallback-80", "upstream-default-backend"]);
  });
});

describe("passwords", () => {
  // As `openssl passwd -apr1 -salt SALT` makes them.
  it.each([["secret", "saltsalt", "$apr1$saltsalt$LrttParrLPdxvgutaSXWJ0"], ["", "x", "$apr1$x$tMwYqBfQwi3FYAr0aJc8M/"], ["a long one, longer than sixteen", "12345678", "$apr1$12345678$HmdxEv8/7rdKljN7vmcWY/"]])("apr1 of %j with salt %s", (password, salt, known) => {
    const made = apr1(password, salt);
    expect(made).toBe(known);
    expect([passwordMatches(made, password), passwordMatches(made, `${password}x`)]).toEqual([true, false]);
  });
  it("are compared as their form says; others are refused by name", () => {
    const file = `# users\nann:{SHA}${createHash("sha1").update("a").digest("base64")}\nben:{PLAIN}b\ncat:{SSHA}${Buffer.concat([createHash("sha1").update("csalt").digest(), Buffer.from("salt")]).toString("base64")}\ndan:$2y$05$abcdefghijklmnopqrstuv\n`;
    expect([refusedBy(file, "ann", "a"), refusedBy(file, "ben", "b"), refusedBy(file, "cat", "c")]).toEqual([null, null, null]);
    expect([refusedBy(file, "ann", "b"), refusedBy(file, "eve", "a")]).toEqual(["password mismatch", "no such user"]);
    expect(refusedBy(file, "dan", "d")).toContain("not simulated");
  });
  it("and digests are those of OpenSSL", () => {
    for (const text of ["", "abc", "ä€😀", "x".repeat(55), "x".repeat(56), "x".repeat(64), "x".repeat(1_000)]) {
      expect(hex(md5(utf8Bytes(text)))).toBe(createHash("md5").update(text).digest("hex"));
      expect(hex(sha1(utf8Bytes(text)))).toBe(createHash("sha1").update(text).digest("hex"));
    }
  });
});

describe("limits", () => {
  const taken = (perMinute: number, burst: number, everyUs: number, count: number): number => {
    let bucket: Bucket | undefined;
    let passed = 0;
    for (let i = 0; i < count; i++) {
      const next = poured(bucket, perMinute, burst, i * everyUs);
      if (next !== null) [bucket, passed] = [next, passed + 1];
    }
    return passed;
  };
  it("let a burst through at once, and afterwards their rate", () => {
    expect(taken(60, 5, 0, 20)).toBe(6);
    expect(taken(60, 5, 1_000_000, 20)).toBe(20);
    // Ten seconds at ten a second: the burst, the first, and one a second.
    expect(taken(60, 5, 100_000, 101)).toBe(16);
  });
  it.each([["8m", 8_388_608], ["512k", 524_288], ["0", 0], ["1g", 1_073_741_824], ["100", 100], ["nonsense", 1_048_576]])("proxy-body-size %s is %i bytes", (text, bytes) => expect(sizeOf(text)).toBe(bytes));
});

it("the address of an Ingress is that of the published Service", () => {
  const service = (spec: object, balanced: readonly object[] = []): never => ({ metadata: {}, spec, status: { loadBalancer: { ingress: balanced } } }) as never;
  expect(publishedAddresses(service({ type: "LoadBalancer" }, [{ ip: "203.0.113.2" }, { hostname: "lb.example.com" }, { ip: "203.0.113.1" }]), [])).toEqual([{ ip: "203.0.113.1" }, { ip: "203.0.113.2" }, { hostname: "lb.example.com" }]);
  expect(publishedAddresses(service({ type: "NodePort", clusterIP: "10.96.1.1" }), [])).toEqual([{ ip: "10.96.1.1" }]);
  expect(publishedAddresses(service({ type: "NodePort", clusterIP: "10.96.1.1", externalIPs: ["192.0.2.1"] }), [])).toEqual([{ ip: "192.0.2.1" }]);
  expect(publishedAddresses(service({ type: "ExternalName", externalName: "x.example.com" }), [])).toEqual([{ hostname: "x.example.com" }]);
  expect(publishedAddresses(null, ["localhost"])).toEqual([{ hostname: "localhost" }]);
  expect(publishedAddresses(null, [])).toBeNull();
});

it("the generated configuration names servers and locations in nginx's own words", () => {
  const config = build(
    ingress("a", { rules: [rule("shop.example.com", ["/foo", "Exact", "exact"], ["/foo/bar", "Prefix", "foobar"])] }, { "limit-rps": "2", "whitelist-source-range": "198.51.100.0/24", "proxy-body-size": "8m", "permanent-redirect": "https://example.org" }),
    ingress("b", { rules: [rule("*.example.com", ["/", "Prefix", "wild"])] }),
  );
  const text = nginxConf(config);
  for (const part of ["server_name shop.example.com ;", "server_name ~^(?<subdomain>[\\w-]+)\\.example\\.com$ ;", "location = /foo {", "location /foo/bar/ {", "location = /foo/bar {", 'set $proxy_upstream_name "default-foobar-80";', 'set $proxy_upstream_name "upstream-default-backend";', "limit_req zone=default_a_rps burst=10 nodelay;", "zone=default_a_rps:5m rate=2r/s;", "allow 198.51.100.0/24;", "deny all;", "client_max_body_size                    8388608;", "return 301 https://example.org;"]) expect(text).toContain(part);
  expect(annotationOf(ingress("x", {}, { "limit-rps": "2" }), "limit-rps")).toBe("2");
});
