import { request } from "node:https";
import type { ApiResponse, WatchFrame } from "../../src/apimachinery/apiRequest.ts";
import type { Json } from "../../src/base/json.ts";
import type { KubeClient, KubectlHost, KubeRequest } from "../../src/kubectl/host.ts";
import { runKubectl } from "../../src/kubectl/kubectl.ts";
import type { Answer, GatewayUnderTest } from "./gatewayUnderTest.ts";

const methods = { get: "GET", list: "GET", watch: "GET", create: "POST", update: "PUT", patch: "PATCH", delete: "DELETE", deletecollection: "DELETE" } as const;

function headersOf({ contentType, accept, body, impersonate }: KubeRequest, token: string): Record<string, string> {
  return {
    ...(impersonate === undefined ? {} : { "impersonate-user": impersonate.user }), authorization: `Bearer ${token}`, accept: accept ?? "application/json", ...(body === undefined ? {} : { "content-type": contentType ?? "application/json", "content-length": String(Buffer.byteLength(JSON.stringify(body))) }) };
}

function urlOf(gateway: GatewayUnderTest, { path, query = {} }: KubeRequest): string {
  const search = new URLSearchParams(query).toString();
  return `${gateway.address}${path}${search === "" ? "" : `?${search}`}`;
}

/** The terminal's kubectl against a gateway, over HTTP as the real one is. */
export function httpClient(gateway: GatewayUnderTest): KubeClient {
  const send = (asked: KubeRequest): Promise<ApiResponse> =>
    new Promise((resolve, reject) => {
      const sent = request(urlOf(gateway, asked), { method: methods[asked.verb], rejectUnauthorized: false, headers: headersOf(asked, gateway.token) }, (response) => {
        let text = "";
        response.on("data", (data: Buffer) => (text += data.toString()));
        response.on("end", () => {
          const json = (response.headers["content-type"] ?? "").includes("json");
          const warnings = [response.headers["warning"] ?? []].flat().flatMap((line) => [...line.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, message]) => (message ?? "").replace(/\\(.)/g, "$1")));
          resolve({ code: response.statusCode ?? 0, body: json ? (JSON.parse(text) as Json) : text, warnings });
        });
      });
      sent.on("error", reject);
      sent.end(asked.body === undefined ? undefined : JSON.stringify(asked.body));
    });
  return {
    send,
    watch: (asked, listener) =>
      new Promise((resolve, reject) => {
        const sent = request(urlOf(gateway, asked), { rejectUnauthorized: false, headers: headersOf(asked, gateway.token) }, (response) => {
          let text = "";
          response.on("data", (data: Buffer) => {
            const lines = (text + data.toString()).split("\n");
            text = lines.pop() ?? "";
            for (const line of lines) listener.frame({ ...(JSON.parse(line) as WatchFrame), cause: "" });
          });
          response.on("end", () => listener.ended());
          resolve({ close: () => sent.destroy() });
        });
        sent.on("error", (error) => (sent.destroyed ? listener.ended() : reject(error)));
        sent.end();
      }),
    exec: () => Promise.reject(new Error("no streams in this client")),
  };
}

export interface OwnKubectl {
  run(words: readonly string[], input?: string): Promise<Answer>;
}

/** A terminal's kubectl whose files are those of `files`. */
export function ownKubectl(gateway: GatewayUnderTest, files: Readonly<Record<string, string>>, namespace = "default"): OwnKubectl {
  const cache = new Map<string, unknown>();
  const client = httpClient(gateway);
  return {
    run: async (words, input = "") => {
      let out = "";
      let err = "";
      const host: KubectlHost = {
        client, cache,
        out: (text) => void (out += text),
        err: (text) => void (err += text),
        readInput: () => Promise.resolve(input),
        readFile: (path) => files[path] ?? null,
        listFolder: () => null,
        nowUs: () => Date.now() * 1000,
        sleep: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
        interrupted: () => false,
        onInterrupt: () => () => undefined,
        namespace: () => namespace,
        setNamespace: () => undefined,
      };
      const code = await runKubectl(host, words);
      return { code, out, err };
    },
  };
}
