import { describe, expect, it } from "vitest";
import type { Json } from "../../base/json.ts";
import { NodeCluster } from "../testing/nodeCluster.ts";
import type { FromStreams, StreamInput, StreamOpen, StreamOutput } from "./streamMessages.ts";
import { shown, type } from "./terminal.ts";

const runtime = "node-1/runtime";

/** A client of one node's streams. */
class Client {
  readonly cluster: NodeCluster;
  #next = 1;
  #from: number;

  constructor(cluster: NodeCluster) {
    this.cluster = cluster;
    this.#from = cluster.world.replies.length;
  }

  open(open: StreamOpen): string {
    const id = `s${this.#next++}`;
    this.cluster.world.send(runtime, { type: "stream/open", id, open } as unknown as Json);
    this.cluster.world.runFor(50_000);
    return id;
  }

  exec(command: readonly string[], more: { readonly stdin?: boolean; readonly tty?: boolean; readonly container?: string } = {}): string {
    return this.open({ type: "exec", pod: "default/box", container: more.container ?? "main", command, stdin: more.stdin ?? false, tty: more.tty ?? false });
  }

  send(id: string, ...inputs: readonly StreamInput[]): void {
    for (const input of inputs) this.cluster.world.send(runtime, { type: "stream/input", id, input } as unknown as Json);
    this.cluster.world.runFor(50_000);
  }

  type(id: string, text: string): void {
    this.send(id, { type: "stdin", text });
  }

  close(id: string): void {
    this.cluster.world.send(runtime, { type: "stream/close", id });
    this.cluster.world.runFor(50_000);
  }

  outputs(id: string): readonly StreamOutput[] {
    const said = this.cluster.world.replies.slice(this.#from).map(({ body }) => body as unknown as FromStreams);
    return said.filter((message) => message.type === "stream" && message.id === id).map(({ output }) => output);
  }

  text(id: string, stream: "stdout" | "stderr" = "stdout"): string {
    return this.outputs(id).map((output) => (output.type === stream ? output.text : "")).join("");
  }

  isOpen(id: string): boolean {
    return (this.cluster.world.observe(runtime, { type: "streamOpen", id }) as { open: boolean }).open;
  }
}

function clusterWith(container: Json & object): Client {
  const cluster = new NodeCluster().boot();
  cluster.pod("box", { containers: [{ name: "main", image: "busybox:1.36", command: ["sleep", "3600"], ...container }] });
  for (let second = 0; second < 60 && (cluster.status("box")["phase"] as string) !== "Running"; second++) cluster.world.runFor(1_000_000);
  return new Client(cluster);
}

describe("streams of clients", () => {
  const client = clusterWith({});

  it("exec: output by stream, as it is, and the exit code last", () => {
    const id = client.exec(["sh", "-c", "echo -n a; echo b >&2; exit 3"]);
    expect(client.outputs(id)).toEqual([{ type: "opened" }, { type: "stdout", text: "a" }, { type: "stderr", text: "b\n" }, { type: "exited", code: 3 }]);
    expect(client.isOpen(id)).toBe(false);
  });

  it("says what is not there in the words of kubelet and runc", () => {
    expect(client.outputs(client.exec(["foo"]))).toEqual([{ type: "failed", message: expect.stringMatching(/^Internal error occurred: error executing command in container: failed to exec in container: failed to start exec "[0-9a-f]{64}": OCI runtime exec failed: exec failed: unable to start container process: exec: "foo": executable file not found in \$PATH: unknown$/) as unknown as string }]);
    expect(client.outputs(client.exec(["/opt/foo"]))[0]).toMatchObject({ message: expect.stringContaining('exec: "/opt/foo": stat /opt/foo: no such file or directory: unknown') as unknown as string });
    expect(client.outputs(client.exec(["ls"], { container: "other" }))).toEqual([{ type: "failed", message: 'unable to upgrade connection: container not found ("other")' }]);
  });

  it("gives standard input to the command as it comes, and its end", () => {
    const id = client.exec(["cat"], { stdin: true });
    client.send(id, { type: "stdin", text: "one\ntw" });
    expect(client.text(id)).toBe("one\ntw");
    client.send(id, { type: "stdin", text: "o\n" }, { type: "endOfInput" });
    expect(client.text(id)).toBe("one\ntwo\n");
    expect(client.outputs(id).at(-1)).toEqual({ type: "exited", code: 0 });
  });

  it("without -i there is no input: a command that reads ends at once", () => {
    expect(client.outputs(client.exec(["cat"]))).toEqual([{ type: "opened" }, { type: "exited", code: 0 }]);
  });

  it("a shell at a terminal: prompt, echo, ^C and its exit", () => {
    const id = client.exec(["sh"], { stdin: true, tty: true });
    expect(client.text(id)).toBe("/ # ");
    client.type(id, "cd /tmq\u007fp\r");
    client.type(id, "sleep 100\r");
    client.type(id, "\u0003");
    client.type(id, "echo $?\r");
    client.type(id, "exit 4\r");
    expect(client.text(id)).toBe("/ # cd /tmq\b \bp\r\n/tmp # sleep 100\r\n^C\r\n/tmp # echo $?\r\n130\r\n/tmp # exit 4\r\n");
    expect(client.outputs(id).at(-1)).toEqual({ type: "exited", code: 4 });
  });

  it("goes on from a keyframe in the middle of a command that spans lines", () => {
    const first = clusterWith({});
    const id = first.exec(["sh"], { stdin: true, tty: true });
    first.type(id, "read x\r");
    first.type(id, "hello\rfor i in 1 2\rdo ec");
    const cluster = new NodeCluster();
    cluster.world.restore(first.cluster.world.keyframe());
    const second = new Client(cluster);
    expect(second.isOpen(id)).toBe(true);
    second.type(id, 'ho "$x $i"\rdone\rexit 2\r');
    expect(second.text(id)).toBe('ho "$x $i"\r\ndone\r\nexit 2\r\n> hello 1\r\nhello 2\r\n/ # ');
    expect(second.outputs(id).at(-1)).toEqual({ type: "exited", code: 2 });
  });

  it("a client that leaves takes its command with it", () => {
    const id = client.exec(["sh", "-c", "sleep 1; touch /tmp/late"]);
    client.close(id);
    client.cluster.world.runFor(3_000_000);
    expect(client.outputs(id)).toEqual([{ type: "opened" }]);
    expect(client.isOpen(id)).toBe(false);
    expect(client.text(client.exec(["ls", "/tmp"]))).toBe("");
  });

  it("port-forward: connects, asks, and says who does not listen", () => {
    const id = client.open({ type: "portForward", pod: "default/box" });
    client.send(id, { type: "connect", connection: 1, port: 81 });
    expect(client.outputs(id)[1]).toMatchObject({ type: "refused", connection: 1, message: expect.stringMatching(/^error forwarding port 81 to pod [0-9a-f]{64}, uid : .*IPv4: dial tcp4 127\.0\.0\.1:81: connect: connection refused/) as unknown as string });
    expect(client.outputs(client.open({ type: "portForward", pod: "default/none" }))).toEqual([{ type: "failed", message: "unable to upgrade connection: pod does not exist" }]);
    client.close(id);
  });

  it("ends with its container", () => {
    const id = client.exec(["sleep", "100"]);
    client.cluster.write("delete", "/api/v1/namespaces/default/pods/box", null, "", { gracePeriodSeconds: "1" });
    client.cluster.world.runFor(5_000_000);
    expect(client.outputs(id).at(-1)).toEqual({ type: "exited", code: 137 });
  });
});

describe("attach", () => {
  it("follows the container's own output and feeds its input; stdinOnce ends it with the client", () => {
    const client = clusterWith({ command: ["cat"], stdin: true, stdinOnce: true });
    const id = client.open({ type: "attach", pod: "default/box", container: "main", stdin: true, tty: false });
    client.type(id, "hello\n");
    expect(client.text(id)).toBe("hello\n");
    client.close(id);
    client.cluster.world.runFor(2_000_000);
    expect(JSON.stringify(client.cluster.status("box"))).toContain('"exitCode":0');
  });
});

describe("a terminal's line", () => {
  it("erases, ends and breaks off", () => {
    expect(type({ text: "ab" }, "\u007fc\r")).toEqual({ line: { text: "" }, echo: "\b \bc\r\n", keys: [{ key: "line", text: "ac\n" }] });
    expect(type({ text: "" }, "\u0004").keys).toEqual([{ key: "end" }]);
    expect(type({ text: "x" }, "\u0004").keys).toEqual([]);
    expect(type({ text: "" }, "\u001b[Aok").line).toEqual({ text: "ok" });
    expect(type({ text: "abc" }, "\u0015")).toMatchObject({ line: { text: "" }, echo: "\b \b\b \b\b \b" });
    expect(shown("a\nb\r\n")).toBe("a\r\nb\r\n");
  });
});

describe("a signal from a command beside the container's program", () => {
  it("reaches the first process where that has a handler, and SIGKILL does not", () => {
    const client = clusterWith({ command: ["sh", "-c", "trap 'echo bye; exit 4' TERM; while true; do sleep 1; done"] });
    client.exec(["kill", "-9", "1"]);
    client.cluster.world.runFor(3_000_000);
    const state = (): Json => (client.cluster.status("box")["containerStatuses"] as { readonly [key: string]: Json }[])[0] as Json;
    expect(state()).toMatchObject({ restartCount: 0, state: { running: {} } });
    client.exec(["sh", "-c", "kill 1"]);
    client.cluster.world.runFor(8_000_000);
    expect(state()).toMatchObject({ restartCount: 1, lastState: { terminated: { exitCode: 4 } } });
  });
});
