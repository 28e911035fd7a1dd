import { connect } from "node:net";
import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GatewayUnderTest } from "./gatewayUnderTest.ts";

interface Said {
  readonly code: number;
  readonly status: { readonly reason?: string; readonly message?: string; readonly kind?: string };
}

const configMaps = "/api/v1/namespaces/default/configmaps";
const map = (name: string, more = ""): string => `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"${name}"}${more}}`;
const keys = (count: number): string => Array.from({ length: count }, (_, index) => `"k${index}":""`).join(",");
const yaml = "application/yaml";
const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefghi".split("").map((name, index) => `${name}: &${name} [${Array.from({ length: 9 }, () => `*${"abcdefghi"[index]}`).join(",")}]`).join("\n")}`;

/** [what, body, content type, code, reason, message] */
const refused: readonly (readonly [string, string | Buffer, string, number, string, RegExp])[] = [
  ["JSON that ends too soon", map("x").slice(0, -1), "application/json", 400, "BadRequest", /couldn't get version\/kind; json parse error: unexpected end of JSON input/],
  ["a list", "[1]", "application/json", 400, "BadRequest", /cannot unmarshal array into Go value/],
  ["null", "null", "application/json", 400, "BadRequest", /unexpected end of JSON input \(<empty>\)/],
  ["nothing", "", "application/json", 400, "BadRequest", /unexpected end of JSON input \(<empty>\)/],
  ["broken YAML", "a: [b\nc: }", yaml, 400, "BadRequest", /^error converting YAML to JSON: yaml: |yaml: line /],
  ["an unknown kind", map("x").replace("ConfigMap", "Nope"), "application/json", 400, "BadRequest", /no kind "Nope" is registered for version "v1"/],
  ["another kind", map("x").replace("ConfigMap", "Pod"), "application/json", 400, "BadRequest", /cannot be handled as a ConfigMap/],
  ["another media type", "hello", "text/plain", 415, "UnsupportedMediaType", /the body of the request was in an unknown format - accepted media types include/],
  ["invalid UTF-8", Buffer.from([...Buffer.from('{"a":"'), 0xff, 0xfe, 0x22, 0x7d]), "application/json", 400, "BadRequest", /UTF-8/],
  ["4 MiB", map("x", `,"data":{"a":"${"x".repeat(4 << 20)}"}`), "application/json", 413, "RequestEntityTooLarge", /^Request entity too large: limit is 3145728$/],
  ["2 MiB of data", map("x", `,"data":{"a":"${"x".repeat(2 << 20)}"}`), "application/json", 422, "Invalid", /Too long: may not be more than 1048576 bytes/],
  ["an alias bomb", bomb, yaml, 400, "BadRequest", /document contains excessive aliasing/],
  ["depth in JSON", `{"a":`.repeat(100_000), "application/json", 400, "BadRequest", /exceeded max depth/],
  ["depth in flow YAML", "[".repeat(100_000), yaml, 400, "BadRequest", /exceeded max depth/],
  ["depth behind a quote", `a: "\n${"[".repeat(100_000)}`, yaml, 400, "BadRequest", /exceeded max depth/],
  ["depth in block YAML", "- ".repeat(20_000), yaml, 400, "BadRequest", /exceeded max depth/],
  ["depth by indents", Array.from({ length: 1_500 }, (_, index) => `${" ".repeat(index)}a:`).join("\n"), yaml, 400, "BadRequest", /exceeded max depth/],
  ["too many keys", map("x", `,"data":{${keys(200_000)}}`), "application/json", 413, "RequestEntityTooLarge", /limit is 50000 fields and items/],
  ["too many keys in YAML", `apiVersion: v1\nkind: ConfigMap\ndata:\n${keys(100_000).replaceAll(",", "\n").replaceAll(/^/gm, " ").replaceAll(":", ": ")}`, yaml, 413, "RequestEntityTooLarge", /limit is 50000 fields and items/],
  ["a name that is none", map("A_b"), "application/json", 422, "Invalid", /a lowercase RFC 1123 subdomain must consist of/],
];

describe("bad input over HTTP", { timeout: 60_000 }, () => {
  let gateway: GatewayUnderTest;
  beforeAll(async () => {
    gateway = await GatewayUnderTest.start("kubectl", ["--nodes", "0", "--addons", "none", "--insecure-http"]);
  }, 60_000);
  afterAll(async () => {
    expect(await gateway.stop()).toBe(0);
  });

  function send(method: string, path: string, body: string | Buffer = "", contentType = "application/json", headers: Record<string, string> = {}): Promise<Said> {
    return new Promise((resolve, reject) => {
      const sent = httpRequest(`${gateway.address}${path}`, { method, headers: { authorization: "Bearer under-test", "content-type": contentType, "content-length": Buffer.byteLength(body), ...headers } }, (response) => {
        let text = "";
        response.on("data", (data: Buffer) => {
          text += data.toString();
        });
        response.on("end", () => resolve({ code: response.statusCode ?? 0, status: text.startsWith("{") ? (JSON.parse(text) as Said["status"]) : { message: text } }));
      });
      sent.on("error", reject);
      sent.end(body);
    });
  }

  /** What the server says to bytes that may be no HTTP at all. */
  function raw(bytes: string): Promise<string> {
    const { port } = new URL(gateway.address);
    return new Promise((resolve) => {
      let text = "";
      const socket = connect(Number(port), "127.0.0.1", () => socket.write(bytes));
      socket.on("data", (data: Buffer) => {
        text += data.toString();
      });
      socket.on("error", () => resolve(text));
      socket.on("close", () => resolve(text));
    });
  }

  /** But for the one that the cluster makes itself, sooner or later. */
  async function stored(): Promise<readonly string[]> {
    const { status } = await send("GET", configMaps);
    return (status as unknown as { readonly items: readonly { readonly metadata: { readonly name: string } }[] }).items.map((item) => item.metadata.name).filter((name) => name !== "kube-root-ca.crt");
  }

  it("refuses each body with a Status, soon, and stores nothing", async () => {
    const before = await stored();
    for (const [what, body, contentType, code, reason, message] of refused) {
      const began = performance.now();
      const said = await send("POST", configMaps, body, contentType);
      expect([what, said.code, said.status.kind, said.status.reason]).toEqual([what, code, "Status", reason]);
      expect(said.status.message, what).toMatch(message);
      expect(performance.now() - began, what).toBeLessThan(2_000);
    }
    expect(await stored()).toEqual(before);
  });

  it("keeps serving when a body has thousands of unknown fields, and names a hundred", async () => {
    const said = await send("POST", configMaps, map("many", `,${keys(40_000)}`));
    expect(said.code).toBe(201);
    expect((await send("GET", `${configMaps}/many`)).code).toBe(200);
    expect((await send("DELETE", `${configMaps}/many`)).code).toBe(200);
  });

  it("takes names of JavaScript's own for names", async () => {
    const body = map("own", ',"data":{"constructor":"a","hasOwnProperty":"b","toString":"c"},"__proto__":{"polluted":1},"constructor":{"prototype":{"p":1}}');
    expect((await send("POST", configMaps, body)).code).toBe(201);
    expect(await send("GET", `${configMaps}/own`)).toMatchObject({ code: 200, status: { data: { constructor: "a", hasOwnProperty: "b", toString: "c" } } });
    expect(Object.hasOwn((await send("GET", `${configMaps}/own`)).status, "constructor")).toBe(false);
    for (const path of ["/api/v1/namespaces/default/constructor", "/apis/constructor/v1", "/apis/__proto__/v1/x", "/api/v1/namespaces/__proto__"]) expect([path, (await send("GET", path)).code]).toEqual([path, 404]);
    expect((await send("POST", "/orrery/v1/faults", JSON.stringify({ id: "__proto__", type: "constructor", target: "x" }))).code).toBe(422);
    expect((await send("DELETE", `${configMaps}/own`)).code).toBe(200);
  });

  it("answers paths, hosts and methods that are wrong", async () => {
    expect((await send("GET", "/api/v1/namespaces/%zz/pods")).code).toBe(400);
    expect((await send("GET", "/orrery/v1/decisions/%zz/x")).code).toBe(400);
    expect((await send("GET", "//")).code).toBe(200);
    expect((await send("GET", "/api", "", "", { host: "evil.example.com" })).code).toBe(403);
    expect((await send("PUT", configMaps, "{}")).code).toBe(405);
    expect((await send("GET", "/api/v1/pods?limit=abc")).code).toBe(400);
    expect((await send("GET", "/api/v1/pods?continue=abc")).code).toBe(400);
  });

  it("survives what is no HTTP", async () => {
    expect(await raw("GARBAGE\r\n\r\n")).toMatch(/^HTTP\/1.1 40[05] /);
    expect(await raw("GET /api HTTP/x\r\n\r\n")).toMatch(/^HTTP\/1.1 400 /);
    expect(await raw(`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"a".repeat(200_000)}\r\n\r\n`)).toMatch(/^HTTP\/1.1 431 /);
    expect(await raw("POST /api HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")).toMatch(/^HTTP\/1.1 400 /);
    expect(await raw("GET http:// HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")).toMatch(/^HTTP\/1.1 400 /);
    expect(await raw("CONNECT a:1 HTTP/1.1\r\nHost: localhost\r\n\r\n")).toBe("");
    expect((await send("GET", "/readyz")).code).toBe(200);
  });

  it("serves others while clients dawdle or break off", async () => {
    const { port } = new URL(gateway.address);
    const dawdlers = Array.from({ length: 50 }, (_, index) => {
      const socket = connect(Number(port), "127.0.0.1", () => socket.write(index % 2 === 0 ? "GET /api" : `POST ${configMaps} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{`));
      socket.on("error", () => undefined);
      return socket;
    });
    expect((await send("POST", configMaps, map("beside"))).code).toBe(201);
    for (const socket of dawdlers) socket.destroy();
    expect(await stored()).toContain("beside");
  });
});
