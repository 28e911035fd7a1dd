import { describe, expect, it } from "vitest";
import type { Ingress, IngressSpec } from "../kinds/networking/ingress/types.ts";
import type { IngressClass } from "../kinds/networking/ingressclass/types.ts";
import { buildIngressConfig, matchIngress, nginxConf, servedIngresses, upstreamName } from "./ingress.ts";

function ingress(name: string, spec: IngressSpec, options: { readonly created?: string; readonly annotations?: Readonly<Record<string, string>> } = {}): Ingress {
  return { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name, namespace: "default", uid: name, resourceVersion: "1", creationTimestamp: options.created ?? "2026-01-01T00:00:00Z", annotations: options.annotations ?? {} }, spec };
}

function backend(name: string): { readonly service: { readonly name: string; readonly port: { readonly number: number } } } {
  return { service: { name, port: { number: 80 } } };
}

function rule(host: string, ...paths: readonly (readonly [string, string, string])[]): NonNullable<IngressSpec["rules"]>[number] {
  return { ...(host === "" ? {} : { host }), http: { paths: paths.map(([path, pathType, name]) => ({ path, pathType, backend: backend(name) })) } };
}

const config = buildIngressConfig([
  ingress("a", { rules: [rule("shop.example.com", ["/", "Prefix", "root"], ["/foo", "Prefix", "foo"], ["/foo/bar", "Prefix", "foobar"], ["/foo", "Exact", "exact"], ["/impl", "ImplementationSpecific", "impl"])] }),
  ingress("b", { rules: [rule("*.example.com", ["/", "Prefix", "wild"])] }),
  ingress("c", { rules: [rule("", ["/any", "Prefix", "any"])] }),
  ingress("d", { defaultBackend: backend("fallback"), rules: [rule("partial.example.com", ["/only", "Prefix", "only"])] }),
  ingress("e", { rules: [rule("bare.example.com", ["/x/", "Prefix", "x"])] }),
  ingress("f", { tls: [{ hosts: ["safe.example.com"] }], rules: [rule("safe.example.com", ["/", "Prefix", "safe"])] }),
  ingress("g", { rules: [rule("rewrite.example.com", ["/app", "Prefix", "app"])] }, { annotations: { "nginx.ingress.kubernetes.io/rewrite-target": "/" } }),
]);

describe("which backend a request gets", () => {
  const rows: readonly [string, string, string][] = [
    ["shop.example.com", "/", "default-root-80"],
    ["shop.example.com", "/foo", "default-exact-80"],
    ["shop.example.com", "/foo?x=1", "default-exact-80"],
    ["shop.example.com", "/foo/", "default-foo-80"],
    ["shop.example.com", "/foo/bar", "default-foobar-80"],
    ["shop.example.com", "/foo/barn", "default-foo-80"],
    ["shop.example.com", "/food", "default-root-80"],
    ["shop.example.com", "/implementation", "default-impl-80"],
    ["SHOP.example.com:80", "/", "default-root-80"],
    ["x.example.com", "/", "default-wild-80"],
    ["a.b.example.com", "/", "upstream-default-backend"],
    ["example.com", "/", "upstream-default-backend"],
    ["elsewhere.org", "/any/thing", "default-any-80"],
    ["elsewhere.org", "/", "upstream-default-backend"],
    ["partial.example.com", "/only", "default-only-80"],
    ["partial.example.com", "/", "default-fallback-80"],
    ["bare.example.com", "/", "upstream-default-backend"],
    ["bare.example.com", "/x", "default-x-80"],
    ["bare.example.com", "/x/y", "default-x-80"],
    ["203.0.113.1", "/any", "default-any-80"],
  ];
  it.each(rows)("%s%s", (host, path, expected) => expect(upstreamName(matchIngress(config, host, path).location.backend)).toBe(expected));

  it("a rewrite keeps the query", () => expect(matchIngress(config, "rewrite.example.com", "/app/x?y=1").path).toBe("/?y=1"));
  it("hosts with TLS redirect", () => expect(matchIngress(config, "safe.example.com", "/").location.sslRedirect).toBe(true));
  it("a default backend without rules is the catch-all's", () => {
    const only = buildIngressConfig([ingress("z", { defaultBackend: backend("all") })]);
    expect(upstreamName(matchIngress(only, "x.y", "/z").location.backend)).toBe("default-all-80");
  });
  it("on a conflict the older Ingress keeps its path", () => {
    const classes: IngressClass[] = [{ apiVersion: "networking.k8s.io/v1", kind: "IngressClass", metadata: { name: "nginx", uid: "c", resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" }, spec: { controller: "k8s.io/ingress-nginx" } }];
    const spec = (name: string): IngressSpec => ({ ingressClassName: "nginx", rules: [rule("h.example.com", ["/", "Prefix", name])] });
    const newer = ingress("a", spec("newer"), { created: "2026-01-02T00:00:00Z" });
    const older = ingress("b", spec("older"));
    const foreign = ingress("c", { ...spec("foreign"), ingressClassName: "haproxy" });
    const served = servedIngresses([newer, foreign, older], classes, "nginx");
    expect(served.map((each) => each.metadata.name)).toEqual(["b", "a"]);
    expect(upstreamName(matchIngress(buildIngressConfig(served), "h.example.com", "/").location.backend)).toBe("default-older-80");
  });
});

it("the generated configuration names servers and locations in nginx's own words", () => {
  const text = nginxConf(config);
  for (const part of ["server_name shop.example.com ;", "server_name ~^(?<subdomain>[\\w-]+)\\.example\\.com$ ;", "location = /foo {", "location /foo/bar/ {", 'set $proxy_upstream_name "default-foobar-80";', 'set $proxy_upstream_name "upstream-default-backend";']) expect(text).toContain(part);
});
