import { mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { GatewayUnderTest } from "./gatewayUnderTest.ts";

interface Said {
  readonly code: number;
  readonly body: string;
}

interface Saved {
  readonly journal: readonly { readonly command: { readonly type: string } }[];
  readonly checkpoints: readonly { readonly at: number; readonly digest: string }[];
  readonly spec: { readonly nodes: readonly { readonly name: string }[]; readonly controllers: readonly string[] };
}

const running: GatewayUnderTest[] = [];
afterEach(async () => {
  for (const gateway of running.splice(0)) await gateway.stop();
});

const folder = mkdtempSync(join(tmpdir(), "orrery-lifecycle-"));
const quick = ["--insecure-http", "--nodes", "1", "--addons", "none"];

async function start(...args: readonly string[]): Promise<GatewayUnderTest> {
  const gateway = await GatewayUnderTest.start("kubectl", args);
  running.push(gateway);
  return gateway;
}

async function stop(gateway: GatewayUnderTest): Promise<number | null> {
  running.splice(running.indexOf(gateway), 1);
  return gateway.stop();
}

function say(gateway: GatewayUnderTest, method: string, path: string, body?: unknown, token: string | null = "under-test"): Promise<Said> {
  const send = gateway.address.startsWith("https") ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const sent = send(`${gateway.address}${path}`, { method, rejectUnauthorized: false, headers: { "content-type": "application/json", ...(token === null ? {} : { authorization: `Bearer ${token}` }) } }, (response) => {
      let text = "";
      response.on("data", (data: Buffer) => {
        text += data.toString();
      });
      response.on("end", () => resolve({ code: response.statusCode ?? 0, body: text }));
    });
    sent.on("error", reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const pod = (name: string) => ({ apiVersion: "v1", kind: "Pod", metadata: { name }, spec: { containers: [{ name: "web", image: "nginx:1.27" }] } });
const pods = "/api/v1/namespaces/default/pods";
const phase = async (gateway: GatewayUnderTest, name: string): Promise<string> => (JSON.parse((await say(gateway, "GET", `${pods}/${name}`)).body) as { readonly status: { readonly phase: string } }).status.phase;
const at = async (gateway: GatewayUnderTest): Promise<number> => (JSON.parse((await say(gateway, "GET", "/orrery/v1/digest")).body) as { readonly at: number }).at;

describe("a gateway from start to end", { timeout: 60_000 }, () => {
  it("a saved recording replays to the same digest and goes on", async () => {
    const first = join(folder, "first.json");
    const second = join(folder, "second.json");
    const original = await start(...quick, "--save", first);
    expect((await say(original, "POST", pods, pod("a"))).code).toBe(201);
    expect((await say(original, "POST", "/orrery/v1/advance?seconds=30")).code).toBe(200);
    expect((await say(original, "POST", "/orrery/v1/faults", { id: "k", type: "kubelet-stopped", target: "node-1", params: {} })).code).toBe(201);
    expect((await say(original, "POST", "/orrery/v1/advance?seconds=70")).code).toBe(200);
    expect(await stop(original)).toBe(0);
    const saved = JSON.parse(readFileSync(first, "utf8")) as Saved;
    expect(saved.journal.map((entry) => entry.command.type)).toEqual(["api", "setFault"]);
    expect(readFileSync(first, "utf8")).not.toContain("under-test");

    const again = await start("--insecure-http", "--recording", first, "--save", second);
    expect(await at(again)).toBeGreaterThanOrEqual(saved.checkpoints.at(-1)?.at ?? 0);
    expect(await phase(again, "a")).toBe("Running");
    expect((await say(again, "DELETE", "/orrery/v1/faults/k")).code).toBe(200);
    expect(again.log).not.toContain("differs");
    expect(await stop(again)).toBe(0);
    const resaved = JSON.parse(readFileSync(second, "utf8")) as Saved;
    expect(resaved.journal).toHaveLength(3);
    expect(resaved.checkpoints.length).toBeGreaterThan(0);

    // The end of the first run, tampered with: the replay says where it differs.
    const other = join(folder, "other.json");
    writeFileSync(other, JSON.stringify({ ...saved, checkpoints: saved.checkpoints.map((checkpoint) => ({ ...checkpoint, digest: "0".repeat(checkpoint.digest.length) })) }));
    expect((await start("--insecure-http", "--recording", other)).log).toContain("The replay differs from the recording at");
  });

  it("a damaged recording, or none, ends with one line", async () => {
    const damaged = join(folder, "damaged.json");
    for (const text of ["{", "[]", "{}", '{"format":1,"seed":1,"spec":{},"journal":[],"checkpoints":[]}', '{"format":2}']) {
      writeFileSync(damaged, text);
      const failure = await start("--insecure-http", "--recording", damaged).then(() => "it started", (error: Error) => error.message);
      expect([text, failure]).toEqual([text, expect.stringMatching(/^the gateway ended with 1: [^\n]*damaged\.json[^\n]*\n?$/)]);
    }
    const missing = await start("--insecure-http", "--recording", join(folder, "missing.json")).then(() => "it started", (error: Error) => error.message);
    expect(missing).toMatch(/^the gateway ended with 1: [^\n]*missing\.json[^\n]*\n?$/);
  });

  it("stops at once with watches and slow requests open", async () => {
    const gateway = await start(...quick);
    const watches = Array.from({ length: 20 }, () => new Promise<void>((resolve) => {
      const sent = httpRequest(`${gateway.address}/api/v1/pods?watch=1`, { headers: { authorization: "Bearer under-test" } }, (response) => {
        response.on("close", resolve);
        response.on("error", () => undefined);
        response.resume();
      });
      sent.on("error", () => resolve());
      sent.end();
    }));
    expect((await say(gateway, "POST", pods, pod("seen"))).code).toBe(201);
    const began = performance.now();
    expect(await stop(gateway)).toBe(0);
    expect(performance.now() - began).toBeLessThan(2_000);
    await Promise.all(watches);
  });

  it("two run side by side; a taken port ends the third with one line", async () => {
    const [one, two] = await Promise.all([start(...quick), start(...quick)]);
    expect((await say(one, "POST", pods, pod("only-here"))).code).toBe(201);
    expect((await say(two, "GET", `${pods}/only-here`)).code).toBe(404);
    const port = new URL(one.address).port;
    const failure = await start(...quick, "--port", port).then(() => "it started", (error: Error) => error.message);
    expect(failure).toMatch(new RegExp(`^the gateway ended with 1: (npm warn.*\n)?port ${port} is taken: choose another with --port, or 0 for a free one\n$`));
  });

  it("answers health without a token, all else only with one, over TLS; the kubeconfig is its owner's", async () => {
    const gateway = await start("--nodes", "0", "--addons", "none");
    expect(gateway.address).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(statSync(gateway.kubeconfig).mode & 0o777).toBe(0o600);
    for (const path of ["/healthz", "/livez", "/readyz"]) expect([path, await say(gateway, "GET", path, undefined, null)]).toEqual([path, { code: 200, body: "ok" }]);
    expect((await say(gateway, "GET", "/orrery/v1/digest", undefined, null)).code).toBe(401);
    expect((await say(gateway, "GET", "/api/v1/pods", undefined, "wrong")).code).toBe(401);
    expect(JSON.parse((await say(gateway, "GET", "/api/v1/nodes")).body)).toMatchObject({ kind: "NodeList", items: [] });
    // The default service account comes by a controller.
    await say(gateway, "POST", "/orrery/v1/advance?seconds=60");
    expect((await say(gateway, "POST", pods, pod("waits"))).code).toBe(201);
    await say(gateway, "POST", "/orrery/v1/advance?seconds=60");
    expect(await phase(gateway, "waits")).toBe("Pending");
  });

  it("keeps a kubeconfig that was open to all for its owner from now on", async () => {
    const path = join(folder, "open");
    writeFileSync(path, "old", { mode: 0o644 });
    await start(...quick, "--kubeconfig", path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("runs the controllers it is told to, on the cluster it is told to", async () => {
    const file = join(folder, "cluster.yaml");
    writeFileSync(file, "controllers: ['*', '-nodelifecycle']\naddons: []\nnodes:\n- name: alpha\n- name: beta\n  cpuMilli: 2000\n");
    const gateway = await start("--insecure-http", "--cluster", file);
    const nodes = async () => (JSON.parse((await say(gateway, "GET", "/api/v1/nodes")).body) as { readonly items: readonly { readonly metadata: { readonly name: string }; readonly status: { readonly capacity: { readonly cpu: string }; readonly conditions: readonly { readonly type: string; readonly status: string }[] } }[] }).items;
    expect((await nodes()).map((node) => `${node.metadata.name} ${node.status.capacity.cpu}`)).toEqual(["alpha 4", "beta 2"]);
    expect((await say(gateway, "POST", "/orrery/v1/faults", { id: "off", type: "node-off", target: "beta" })).code).toBe(201);
    await say(gateway, "POST", "/orrery/v1/advance?seconds=120");
    expect((await nodes())[1]?.status.conditions.find((condition) => condition.type === "Ready")?.status).toBe("True");
  });

  it("what lies beside the API: decisions, rules, faults, traffic, time", async () => {
    const gateway = await start(...quick);
    await say(gateway, "POST", pods, pod("placed"));
    await say(gateway, "POST", "/orrery/v1/advance?seconds=20");
    expect(JSON.parse((await say(gateway, "GET", "/orrery/v1/decisions/default/placed")).body)).toMatchObject({ feasible: ["node-1"], rejected: {}, chosen: "node-1", nominated: null, victims: [] });
    expect((await say(gateway, "GET", "/orrery/v1/decisions/default/nobody")).code).toBe(404);
    expect(JSON.parse((await say(gateway, "GET", "/orrery/v1/rules/node-1")).body)).toEqual(expect.arrayContaining([expect.stringContaining("default/kubernetes")]));
    const before = await at(gateway);
    expect(JSON.parse((await say(gateway, "POST", "/orrery/v1/advance?seconds=100")).body)).toMatchObject({ at: expect.any(Number), digest: expect.stringMatching(/^[0-9a-f]+$/) });
    expect(await at(gateway)).toBeGreaterThanOrEqual(before + 100e6);
    for (const seconds of ["", "0", "-1", "abc", "1e9", "NaN"]) expect([seconds, (await say(gateway, "POST", `/orrery/v1/advance?seconds=${seconds}`)).code]).toEqual([seconds, 400]);
    const source = { id: "v", from: "internet", url: "http://shop.example.com/", method: "GET", perSecond: 1, clients: 1, keepAlive: false };
    expect((await say(gateway, "POST", "/orrery/v1/traffic", source)).code).toBe(201);
    for (const wrong of [{ from: {} }, { url: 5 }, { url: "ftp://x" }, { perSecond: -1 }, { clients: 0.5 }, { method: "FOO BAR" }, { perSecond: 0 }, { ramp: { toPerSecond: 5 } }, { burst: 0 }, { burts: 5 }, { url: `http://${"a".repeat(100_000)}/` }]) {
      expect([wrong, (await say(gateway, "POST", "/orrery/v1/traffic", { ...source, ...wrong })).code]).toEqual([wrong, 422]);
    }
    expect((await say(gateway, "POST", "/orrery/v1/traffic", { ...source, perSecond: 0, ramp: { toPerSecond: 50, seconds: 60 }, burst: 5 })).code).toBe(201);
    expect((await say(gateway, "DELETE", "/orrery/v1/traffic/v")).code).toBe(200);
    expect((await say(gateway, "DELETE", "/orrery/v1/traffic/v")).code).toBe(404);
    expect((await say(gateway, "DELETE", "/orrery/v1/faults/none")).code).toBe(404);
    expect((await say(gateway, "POST", "/orrery/v1/faults", { id: "f", type: "node-off", target: "nowhere" })).code).toBe(422);
    expect((await say(gateway, "GET", "/orrery/v1/nothing")).code).toBe(404);
    const recording = JSON.parse((await say(gateway, "GET", "/orrery/v1/recording")).body) as Saved;
    expect(recording.journal.map((entry) => entry.command.type)).toEqual(["api", "setTraffic", "setTraffic", "clearTraffic"]);
  });
});
