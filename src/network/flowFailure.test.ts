import { describe, expect, it } from "vitest";
import { flowFailure, podThatAnswered } from "./flowFailure.ts";
import { parseHttpUrl } from "./httpUrl.ts";
import type { Hop, HttpResponse } from "./packet.ts";

function answer(at: string, rule: string = ""): Hop {
  return { at, atUs: 0, rule, verdict: "answer", destination: "x:1" };
}

function response(status: number): HttpResponse {
  return { status, headers: {}, body: "" };
}

describe("which pod answered", () => {
  it.each([
    ["the only one", [answer("pod default/web")], "default/web"],
    ["the one behind a proxy", [answer("pod default/web"), answer("pod ingress/c", "path /: proxied to default-web-80")], "default/web"],
    ["the front, not what it asked itself", [answer("pod default/redis"), answer("pod default/front", "front answered 200")], "default/front"],
    ["the front behind a proxy", [answer("pod default/redis"), answer("pod default/front", "200"), answer("pod ingress/c", "proxied to x")], "default/front"],
    ["the proxy itself, where it asked nobody", [answer("pod ingress/c", "404 from the default backend")], "ingress/c"],
    ["nobody", [{ ...answer("node-1"), verdict: "reject" as const }], ""],
  ])("%s", (_name, hops, pod) => expect(podThatAnswered(hops)).toBe(pod));
});

describe("why an answer is a failure", () => {
  it.each([
    [200, [answer("pod default/web")], null],
    [308, [], null],
    [503, [answer("pod ingress/c", "no endpoint")], "answered 503 by pod ingress/c: no endpoint"],
    [500, [answer("pod default/web")], "answered 500 by pod default/web"],
    [500, [], "answered 500"],
  ])("%i", (status, hops, failure) => expect(flowFailure(response(status), hops)).toBe(failure));
});

describe("addresses of requests", () => {
  it.each([
    ["http://a.b", { scheme: "http", host: "a.b", port: 80, path: "/", authority: "a.b" }],
    ["https://A.b/x?y=1#z", { scheme: "https", host: "a.b", port: 443, path: "/x?y=1", authority: "a.b" }],
    ["web:8080/x", { scheme: "http", host: "web", port: 8080, path: "/x", authority: "web:8080" }],
    ["http://a?x", { scheme: "http", host: "a", port: 80, path: "/?x", authority: "a" }],
    ["ftp://a", null],
    ["http://a:99999/", null],
    ["http://", null],
    ["http://a b", null],
  ])("%s", (text, url) => expect(parseHttpUrl(text)).toEqual(url));
});
