import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { get, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toolPath } from "../../src/gateway/scripts/kubectl.mjs";
import { GatewayUnderTest } from "./gatewayUnderTest.ts";

const kubectlPath = await toolPath("kubectl");
const soon = { timeout: 20_000, interval: 100 };
const pods = ["web nginx:1.27", "box busybox:1.36", "pause registry.k8s.io/pause:3.10"].map((line) => {
  const [name = "", image = ""] = line.split(" ");
  const command = name === "box" ? { command: ["sh", "-c", "i=0; while true; do echo line $i; i=$((i+1)); sleep 1; done"] } : {};
  return stringify({ apiVersion: "v1", kind: "Pod", metadata: { name, labels: { app: name } }, spec: { containers: [{ name: "main", image, ...command }] } });
});

/** An upgrade by hand: the answer's code, and its body or the socket. */
function upgrade(gateway: GatewayUnderTest, path: string, headers: Readonly<Record<string, string>>): Promise<{ readonly code: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(`${gateway.address}${path}`, { rejectUnauthorized: false, headers: { authorization: `Bearer ${gateway.token}`, connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13", "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==", ...headers } });
    sent.on("response", (response: IncomingMessage) => {
      let text = "";
      response.on("data", (data: Buffer) => {
        text += data.toString();
      });
      response.on("end", () => resolve({ code: response.statusCode ?? 0, text }));
    });
    sent.on("upgrade", (response, socket) => {
      socket.destroy();
      resolve({ code: response.statusCode ?? 0, text: String(response.headers["sec-websocket-protocol"]) });
    });
    sent.on("error", reject);
    sent.end();
  });
}

function page(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, (response) => {
      let text = "";
      response.on("data", (data: Buffer) => {
        text += data.toString();
      });
      response.on("end", () => resolve(`${response.statusCode} ${text}`));
    }).on("error", reject);
  });
}

describe.skipIf(kubectlPath === null)("kubectl's streams", { timeout: 60_000 }, () => {
  let gateway: GatewayUnderTest;
  beforeAll(async () => {
    gateway = await GatewayUnderTest.start(kubectlPath as string, ["--speed", "20", "--nodes", "2"]);
    await gateway.run("apply -f -", pods.join("---\n"));
    await gateway.run("wait pod web box pause --for=condition=Ready --timeout=60s");
  }, 60_000);
  afterAll(async () => {
    expect(await gateway.stop()).toBe(0);
  });

  const commands: readonly (readonly [args: readonly string[], out: string | RegExp, err?: string | RegExp, code?: number])[] = [
    [["exec", "web", "--", "env"], /^HOME=\/root\nHOSTNAME=web\n[^]*KUBERNETES_SERVICE_HOST=10\.96\.0\.1\n/],
    [["exec", "web", "--", "cat", "/etc/hostname"], "web\n"],
    [["exec", "web", "--", "curl", "-s", "localhost"], /Welcome to nginx!/],
    [["exec", "web", "--", "nginx", "-v"], "", "nginx version: nginx/1.27.0\n"],
    [["exec", "box", "--", "hostname"], "box\n"],
    [["exec", "box", "--", "sh", "-c", "echo out; echo err >&2; exit 3"], "out\n", "err\ncommand terminated with exit code 3\n", 3],
    [["exec", "box", "--", "echo", "-n", "no end"], "no end"],
    [["exec", "box", "--", "ps"], /1 root\s+0:00 sh -c i=0; while/],
    [["exec", "box", "--", "nslookup", "kubernetes.default.svc.cluster.local"], /Address: 10\.96\.0\.1/],
    [["exec", "box", "--", "sh", "-c", "wget -qO- $(hostname):1 || echo refused"], "refused\n", /can't connect to remote host/],
    [["exec", "box", "--", "foo"], "", /^error: Internal error occurred: Internal error occurred: error executing command in container: failed to exec in container: failed to start exec "[0-9a-f]{64}": OCI runtime exec failed: exec failed: unable to start container process: exec: "foo": executable file not found in \$PATH: unknown\n$/, 1],
    [["exec", "pause", "--", "/bin/sh"], "", /exec: "\/bin\/sh": stat \/bin\/sh: no such file or directory: unknown\n$/, 1],
    [["exec", "box", "-c", "other", "--", "ls"], "", "Error from server (BadRequest): container other is not valid for pod box\n", 1],
    [["exec", "none", "--", "ls"], "", 'Error from server (NotFound): pods "none" not found\n', 1],
    [["exec", "box"], "", /you must specify at least one command for the container/, 1],
  ];
  it.each(commands.map((each) => [each[0].join(" "), each] as const))("%s", async (_name, [args, out, err = "", code = 0]) => {
    const answer = await gateway.kubectl(args);
    expect({ code: answer.code, err: typeof err === "string" ? answer.err : "" }).toEqual({ code, err: typeof err === "string" ? err : "" });
    if (typeof err !== "string") expect(answer.err).toMatch(err);
    if (typeof out === "string") expect(answer.out).toBe(out);
    else expect(answer.out).toMatch(out);
  });

  it("exec -i: a script, and what a command reads until its end", async () => {
    expect(await gateway.kubectl("exec -i box -- sh", "read x\nhello\nfor i in 1 2\ndo echo $x $i; done\nexit 4\n")).toEqual({ code: 4, out: "hello 1\nhello 2\n", err: "command terminated with exit code 4\n" });
    expect(await gateway.run("exec -i box -- sort", "b\na\n")).toBe("a\nb\n");
    expect(await gateway.run("exec -i box -- cat", "x".repeat(100_000))).toHaveLength(100_000);
  });

  it("run -i --rm: attach to a pod's own input", async () => {
    expect(await gateway.run("run once -i --rm --image=busybox:1.36 --restart=Never -- cat", "hello\n")).toMatch(/^hello\npod "once" deleted/);
  });

  it("attach and logs -f go on with what the container writes", async () => {
    const attached = gateway.stream("attach box");
    const followed = gateway.stream("logs -f box --tail=1");
    try {
      await expect.poll(() => attached.text().match(/line \d+\n/g)?.length ?? 0, soon).toBeGreaterThan(3);
      await expect.poll(() => followed.text().match(/line \d+\n/g)?.length ?? 0, soon).toBeGreaterThan(3);
    } finally {
      attached.stop();
      followed.stop();
    }
    const numbers = (followed.text().match(/\d+/g) ?? []).map(Number);
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
  });

  it("cp: a file and a folder, there and back; binary content is refused by name", async () => {
    const folder = mkdtempSync(join(tmpdir(), "orrery-cp-"));
    mkdirSync(join(folder, "in/sub"), { recursive: true });
    writeFileSync(join(folder, "in/a.txt"), "täxt\n");
    writeFileSync(join(folder, "in/sub/b.txt"), "b".repeat(2_000));
    await gateway.run(`cp ${folder}/in box:/tmp/`);
    expect(await gateway.run("exec box -- cat /tmp/in/a.txt")).toBe("täxt\n");
    await gateway.run(`cp box:/tmp/in ${folder}/out`);
    expect(readFileSync(join(folder, "out/a.txt"), "utf8")).toBe("täxt\n");
    expect(readFileSync(join(folder, "out/sub/b.txt"), "utf8")).toHaveLength(2_000);
    writeFileSync(join(folder, "binary"), Buffer.from(Array.from({ length: 2_000 }, (_, at) => (at * 37) & 255)));
    expect((await gateway.kubectl(`cp ${folder}/binary box:/tmp/binary`)).err).toMatch(/tar: .*files that are not text are not simulated/);
  });

  it("port-forward: pages over many connections, and who does not listen", async () => {
    const forward = gateway.stream("port-forward pod/web :80");
    try {
      await expect.poll(forward.text, soon).toMatch(/Forwarding from 127\.0\.0\.1:(\d+) -> 80/);
      const port = /127\.0\.0\.1:(\d+)/.exec(forward.text())?.[1] ?? "";
      expect(await page(`http://127.0.0.1:${port}/`)).toMatch(/^200 [^]*Welcome to nginx!/);
      expect(await Promise.all(Array.from({ length: 8 }, async (_, at) => (await page(`http://127.0.0.1:${port}/none-${at}`)).slice(0, 3)))).toEqual(Array.from({ length: 8 }, () => "404"));
    } finally {
      forward.stop();
    }
    expect(await gateway.run("logs web --tail=1")).toMatch(/"GET \/none-\d HTTP\/1\.1" 404/);
    const refused = gateway.stream("port-forward pod/web :81");
    try {
      await expect.poll(refused.text, soon).toMatch(/127\.0\.0\.1:(\d+) -> 81/);
      await page(`http://127.0.0.1:${/127\.0\.0\.1:(\d+)/.exec(refused.text())?.[1] ?? ""}/`).catch(() => "");
      await expect.poll(refused.text, soon).toMatch(/an error occurred forwarding \d+ -> 81: error forwarding port 81 to pod [0-9a-f]{64}, uid : failed to execute portforward in network namespace/);
    } finally {
      refused.stop();
    }
  });

  it("exec ends when its pod is deleted", async () => {
    await gateway.run("run short --image=busybox:1.36 --restart=Never -- sleep 3600");
    await gateway.run("wait pod/short --for=condition=Ready --timeout=60s");
    const ended = gateway.kubectl("exec short -- sleep 3000");
    await new Promise((resolve) => setTimeout(resolve, 500));
    await gateway.run("delete pod short --grace-period=1");
    expect(await ended).toMatchObject({ code: 137, err: "command terminated with exit code 137\n" });
  });

  it("answers upgrades that are none", async () => {
    const path = "/api/v1/namespaces/default/pods/box/exec?command=ls&stdout=true";
    const v4 = { "sec-websocket-protocol": "channel.k8s.io, v4.channel.k8s.io" };
    expect(await upgrade(gateway, path, v4)).toEqual({ code: 101, text: "v4.channel.k8s.io" });
    expect(await upgrade(gateway, path, {})).toMatchObject({ code: 400, text: expect.stringContaining("none of the offered protocols is served") as unknown as string });
    expect(await upgrade(gateway, path, { ...v4, "sec-websocket-version": "8" })).toMatchObject({ code: 400 });
    expect(await upgrade(gateway, path, { ...v4, authorization: "Bearer wrong" })).toMatchObject({ code: 401 });
    expect(await upgrade(gateway, path, { ...v4, authorization: "" })).toMatchObject({ code: 403 });
    expect(await upgrade(gateway, path, { ...v4, "impersonate-user": "nobody" })).toMatchObject({ code: 403 });
    expect(await upgrade(gateway, path, { ...v4, host: "evil.example" })).toMatchObject({ code: 403 });
    expect(await upgrade(gateway, "/api/v1/namespaces/default/pods", v4)).toMatchObject({ code: 400 });
    expect(await upgrade(gateway, "/api/v1/namespaces/default/pods/none/exec?command=ls", v4)).toMatchObject({ code: 404 });
  });

  it("replays what went through its streams", async () => {
    const recording = join(mkdtempSync(join(tmpdir(), "orrery-replay-")), "recording.json");
    const kept = (await gateway.orrery("GET", "/orrery/v1/recording")) as { readonly journal: readonly { readonly command: { readonly type: string } }[]; readonly checkpoints: readonly { readonly digest: string }[] };
    expect(kept.journal.filter(({ command }) => command.type === "stream").length).toBeGreaterThan(20);
    writeFileSync(recording, JSON.stringify(kept));
    const replayed = await GatewayUnderTest.start(kubectlPath as string, ["--recording", recording, "--speed", "0.1"]);
    const again = (await replayed.orrery("GET", "/orrery/v1/recording")) as typeof kept;
    expect(again.checkpoints.map(({ digest }) => digest)).toContain(kept.checkpoints.at(-1)?.digest);
    expect(replayed.log).not.toContain("The replay differs");
    expect(await replayed.stop()).toBe(0);
  });

  it("speaks SPDY by itself too, as clients before WebSockets do", async () => {
    const old = (args: readonly string[], input = ""): Promise<string> => new Promise((resolve) => {
      const env = { ...process.env, KUBECTL_REMOTE_COMMAND_WEBSOCKETS: "false" };
      const child = execFile(kubectlPath as string, ["--kubeconfig", gateway.kubeconfig, ...args], { env }, (error, out, err) => resolve(`${error?.code ?? 0} ${out}${err}`));
      child.stdin?.end(input);
    });
    expect(await old(["exec", "box", "--", "sh", "-c", "echo out; echo err >&2; exit 5"])).toBe("5 out\nerr\ncommand terminated with exit code 5\n");
    expect(await old(["exec", "-i", "box", "--", "sort"], "b\na\n")).toBe("0 a\nb\n");
    expect(await old(["exec", "box", "--", "foo"])).toMatch(/^1 error: Internal error occurred: error executing command in container: failed to exec in container/);
  });

  it("proxies to pods and services", async () => {
    await gateway.run("expose pod web --port=8080 --target-port=80");
    await gateway.run("create service clusterip empty --tcp=80");
    const proxied = (target: string) => gateway.kubectl(`get --raw /api/v1/namespaces/default/${target}`);
    for (const target of ["pods/web/proxy/", "pods/web:80/proxy/", "pods/http:web:80/proxy/", "services/web:8080/proxy/"]) await expect.poll(async () => (await proxied(target)).out, soon).toContain("Welcome to nginx!");
    expect((await proxied("pods/web:81/proxy/")).err).toMatch(/^Error from server \(ServiceUnavailable\): error trying to reach service: dial tcp 10\.244\.\d+\.\d+:81: connect: connection refused\n$/);
    expect((await proxied("services/web:9/proxy/")).err).toBe('Error from server (ServiceUnavailable): no service port "9" found for service "web"\n');
    expect((await proxied("services/empty/proxy/")).err).toBe('Error from server (ServiceUnavailable): no endpoints available for service "empty"\n');
    expect((await proxied("pods/none/proxy/")).err).toBe('Error from server (NotFound): pods "none" not found\n');
  });
});
