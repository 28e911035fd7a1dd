import type { Json } from "../../base/json.ts";
import type { ClientContext } from "../../client/clientSet.ts";
import type { HttpResponse, Payload } from "../../network/packet.ts";
import { looseRandom } from "../../sim/streams.ts";
import { simTime } from "../../sim/time.ts";
import type { Program, ProgramContext, ProgramEvent } from "../images/program.ts";
import { isFolder, listFiles, readFile, writeFile, type FileView } from "../runtime/fileSystem.ts";
import { NodeVolumes } from "../runtime/nodeVolumes.ts";

/** A program with a small world of its own: files, a clock that jumps from timer to timer, answers by rule. */
export class FakeProgram {
  readonly out: string[] = [];
  readonly answers: { readonly id: string; readonly payload: Payload }[] = [];
  exitCode: number | null = null;
  spentUs = 0;
  now = 0;
  /** What it writes where its standard input is open, as it comes. */
  written = "";
  stdin: ProgramContext["stdin"] = "none";
  env: Record<string, string> = { PATH: "/bin", HOME: "/root" };
  image = "busybox:1.36";
  /** What a name resolves to and what a request is answered with. */
  names: Record<string, string> = {};
  http: (host: string, path: string) => HttpResponse | null = () => null;
  bytes: (host: string, text: string) => string | null = () => null;
  readonly #command: readonly string[];
  #program: Program;
  readonly #make: () => Program | null;
  #view: FileView = { volumes: new NodeVolumes(), mounts: [], layer: {}, image: {} };
  #timers = new Map<string, number>();
  #queue: ProgramEvent[] = [];
  readonly #random = looseRandom(1, "fake");

  constructor(make: () => Program | null, command: readonly string[] = []) {
    const program = make();
    if (program === null) throw new Error("no such program");
    this.#program = program;
    this.#make = make;
    this.#command = command;
  }

  put(path: string, content: string): void {
    this.#view = { ...this.#view, image: { ...this.#view.image, [path]: content } };
  }

  read(path: string): string | null {
    return readFile(this.#view, path);
  }

  /** What a keyframe would hold of it. */
  state(): Json {
    return this.#program.snapshot();
  }

  /** One event and what it leads to at once. `again`: the program is kept as JSON and restored before each event. */
  send(event: ProgramEvent, again = false): void {
    this.#queue.push(event);
    for (let next = this.#queue.shift(); next !== undefined && this.exitCode === null; next = this.#queue.shift()) {
      if (again) {
        const state = JSON.parse(JSON.stringify(this.#program.snapshot())) as Json;
        this.#program = this.#make() as Program;
        this.#program.restore(state);
      }
      this.#program.handle(next, this.#context());
    }
  }

  /** From the start until it ends or so many virtual seconds are over. */
  run(maxSeconds = 3600, again = false): this {
    this.send({ type: "start" }, again);
    while (this.exitCode === null) {
      const [next] = [...this.#timers].sort((a, b) => a[1] - b[1]);
      if (next === undefined || next[1] > maxSeconds * 1_000_000) break;
      this.#timers.delete(next[0]);
      this.now = next[1];
      this.send({ type: "timer", key: next[0] }, again);
    }
    return this;
  }

  #context(): ProgramContext {
    const answerLater = (tag: Json, payload: Payload | null, failure: string | null): void => void this.#queue.push({ type: "answer", tag, payload, failure });
    const write = (path: string, content: string | null): string | null => {
      const result = writeFile(this.#view, path, content, false);
      if ("error" in result) return result.error;
      this.#view = { ...this.#view, layer: result.layer };
      return null;
    };
    return {
      now: simTime(this.now), clock: () => simTime(this.now), epochUs: 1_767_225_600_000_000, random: this.#random, command: this.#command, mainCommand: this.#command, env: this.env, hostname: "web-0", podIp: "10.244.0.9", namespace: "default", podName: "web-0",
      image: this.image, containerPorts: [80], behaviour: {}, workingDir: "/",
      readFile: (path) => readFile(this.#view, path),
      writeFile: (path, content) => void write(path, content),
      removeFile: (path) => void write(path, null),
      tryWriteFile: write,
      isFolder: (path) => isFolder(this.#view, path),
      listFiles: (folder) => listFiles(this.#view, folder),
      log: (line, stream) => void this.out.push(stream === "stderr" ? `! ${line}` : line),
      write: (text) => this.stdin !== "none" && (this.written += text) !== "",
      stdin: this.stdin,
      listen: (port) => void this.out.push(`(listens on ${port})`),
      answerHttp: (id, response) => void this.answers.push({ id, payload: { type: "httpResponse", response } }),
      answer: (id, payload) => void this.answers.push({ id, payload }),
      call: (to, payload, tag) => {
        if (payload.type === "http") {
          const response = this.http(to.host, payload.request.path);
          answerLater(tag, response === null ? { type: "refused", reason: "nobody listens" } : { type: "httpResponse", response }, response === null ? "refused" : null);
        } else if (payload.type === "bytes") {
          const text = this.bytes(to.host, payload.text);
          answerLater(tag, text === null ? null : { type: "bytes", text }, text === null ? "timed out" : null);
        }
      },
      resolve: (name, tag) => {
        const data = this.names[name];
        if (data === undefined) answerLater(tag, { type: "dnsAnswer", code: "NXDOMAIN", answers: [] }, "no such host");
        else answerLater(tag, { type: "dnsAnswer", code: "NOERROR", answers: [{ name: `${name}.default.svc.cluster.local.`, record: "A", data, ttlSeconds: 30 }] }, null);
      },
      setTimer: (key, delayUs) => void this.#timers.set(key, this.now + delayUs),
      cancelTimer: (key) => void this.#timers.delete(key),
      spend: (us) => void (this.spentUs += us),
      hold: () => undefined,
      burn: () => undefined,
      exit: (code) => void (this.exitCode = code),
      get api(): ClientContext {
        throw new Error("no API here");
      },
    };
  }
}
