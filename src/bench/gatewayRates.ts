import { spawn, type ChildProcess } from "node:child_process";
import { Agent, request } from "node:https";
import { join } from "node:path";

export interface Rate {
  /** Requests a second, over 16 connections that stay open. */
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p99: number;
}

export interface GatewayRates {
  readonly echo: Rate;
  readonly create: Rate;
  readonly get: Rate;
  readonly patch: Rate;
  /** Seconds of a LIST of 1,000 objects: the median of nine. */
  readonly listSeconds: number;
}

interface Served {
  readonly child: ChildProcess;
  readonly port: number;
}

const connections = 16;
const requests = 1_600;
const listed = 1_000;
const lists = 9;
const token = "bench";
const path = "/api/v1/namespaces/default/configmaps";

/** Starts a server and waits for the port that its first line names. */
function serve(program: readonly string[]): Promise<Served> {
  const child = spawn(process.execPath, program, { stdio: ["ignore", "pipe", "ignore"] });
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (data: Buffer) => {
      text += String(data);
      const port = /(?:"port":|listening on https:\/\/127\.0\.0\.1:)(\d+)/.exec(text)?.[1];
      if (port !== undefined) resolve({ child, port: Number(port) });
    });
    child.once("exit", (code) => reject(new Error(`${program.join(" ")} ended with ${code} before it listened`)));
  });
}

type Call = (agent: Agent, port: number, method: string, url: string, body: unknown, contentType: string) => Promise<string>;

const call: Call = (agent, port, method, url, body, contentType) =>
  new Promise((resolve, reject) => {
    const text = body === null ? "" : JSON.stringify(body);
    const sent = request({ agent, host: "127.0.0.1", port, method, path: url, headers: { authorization: `Bearer ${token}`, "content-type": contentType, "content-length": Buffer.byteLength(text) } }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () => {
        if ((response.statusCode ?? 500) < 300) resolve(Buffer.concat(parts).toString());
        else reject(new Error(`${method} ${url}: ${response.statusCode} ${Buffer.concat(parts).toString().slice(0, 300)}`));
      });
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(text);
  });

/** As many callers as connections, each with its next request as soon as its last was answered. */
async function rate(count: number, one: (index: number) => Promise<unknown>): Promise<Rate> {
  const taken: number[] = [];
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next < count) {
      const began = performance.now();
      await one(next++);
      taken.push(performance.now() - began);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: connections }, caller));
  const seconds = (performance.now() - began) / 1_000;
  taken.sort((a, b) => a - b);
  return { perSecond: count / seconds, p99: taken[Math.floor(taken.length * 0.99)] ?? 0 };
}

function configMap(index: number): object {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name: `bench-${index}`, labels: { app: "bench" } }, data: { index: String(index), text: "a value of some length, as people keep in such maps" } };
}

/** ConfigMaps through the gateway as it ships, beside an echo of the same bodies by the same client. */
export async function gatewayRates(root: string, folder: string): Promise<GatewayRates> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections, rejectUnauthorized: false });
  const echo = await serve([join(folder, "echoServer.mjs")]);
  const gateway = await serve([join(root, "src/gateway/scripts/gateway.mjs"), "--port", "0", "--nodes", "0", "--addons", "none", "--token", token, "--kubeconfig", join(folder, "kubeconfig")]);
  try {
    const json = "application/json";
    const { port } = gateway;
    // Once to warm up both programs and this one, then what counts.
    await rate(requests, (index) => call(agent, echo.port, "POST", "/", configMap(index), json));
    await rate(requests, (index) => call(agent, port, "POST", path, configMap(index + 50_000), json));
    await rate(requests, (index) => call(agent, port, "PATCH", `${path}/bench-${index + 50_000}`, { data: { index: "warm" } }, "application/merge-patch+json"));
    for (let block = 0; block < lists; block++) await call(agent, port, "GET", `${path}?limit=${listed}`, null, json);
    await call(agent, port, "DELETE", path, null, json);
    const measuredEcho = await rate(requests, (index) => call(agent, echo.port, "POST", "/", configMap(index), json));
    const create = await rate(requests, (index) => call(agent, port, "POST", path, configMap(index), json));
    const get = await rate(requests, (index) => call(agent, port, "GET", `${path}/bench-${index}`, null, json));
    const patch = await rate(requests, (index) => call(agent, port, "PATCH", `${path}/bench-${index}`, { data: { index: "changed" } }, "application/merge-patch+json"));
    const taken: number[] = [];
    for (let block = 0; block < lists; block++) {
      const began = performance.now();
      await call(agent, port, "GET", `${path}?limit=${listed}`, null, json);
      taken.push((performance.now() - began) / 1_000);
    }
    return { echo: measuredEcho, create, get, patch, listSeconds: taken.sort((a, b) => a - b)[lists >> 1] ?? 0 };
  } finally {
    agent.destroy();
    echo.child.kill("SIGTERM");
    gateway.child.kill("SIGTERM");
  }
}
