import type { Json } from "../../base/json.ts";
import type { HttpRequest, HttpResponse, Payload } from "../../network/packet.ts";
import type { ProcessEvent } from "../../sim/process.ts";
import type { Random } from "../../sim/random.ts";
import type { DurationUs, SimTime } from "../../sim/time.ts";
import type { ClientContext } from "../../client/clientSet.ts";

/** What happens to a program. */
export type ProgramEvent =
  | { readonly type: "start" }
  | { readonly type: "http"; readonly id: string; readonly port: number; readonly from: string; readonly request: HttpRequest }
  /** Any other request packet: dns, bytes. Answered with ctx.answer. */
  | { readonly type: "packet"; readonly id: string; readonly port: number; readonly from: string; readonly payload: Payload }
  /** Answer to ctx.call / ctx.resolve; payload.type "refused" if nobody listened; null if nothing came in time. */
  | { readonly type: "answer"; readonly tag: Json; readonly payload: Payload | null; readonly failure: string | null }
  | { readonly type: "timer"; readonly key: string }
  /** Standard input, as far as it came; null: its end. */
  | { readonly type: "input"; readonly text: string | null }
  | { readonly type: "signal"; readonly name: "SIGTERM" | "SIGKILL" | "SIGHUP" | "SIGINT" }
  /** Something for the program's ClientSet (ctx.api): its connection or its timers. */
  | { readonly type: "api"; readonly event: ProcessEvent };

export interface ProcessUser {
  /** null: as whom the image runs. */
  readonly uid: number | null;
  readonly gid: number;
  /** All of them, the first included, in their order. */
  readonly groups: readonly number[];
  /** Of the volumes. */
  readonly fsGroup?: number;
}

export interface SharedPids {
  /** The number of this container's first process. */
  readonly own: number;
  readonly others: readonly { readonly pid: number; readonly user: string; readonly command: string }[];
}

/** The world as a container sees it. Everything is an effect; nothing waits. */
export interface ProgramContext {
  readonly now: SimTime;
  clock(): SimTime;
  /** Unix microseconds of the cluster's epoch: epochUs + clock() is the wall clock. */
  readonly epochUs: number;
  readonly random: Random;
  readonly command: readonly string[];
  /** Of the container's first process; `command` itself where this is it. */
  readonly mainCommand: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly hostname: string;
  readonly podIp: string;
  readonly namespace: string;
  readonly podName: string;
  readonly image: string;
  readonly containerPorts: readonly number[];
  /** sim.orrery.dev/<container>.<param> annotations and ORRERY_SIM_<PARAM>, merged. */
  readonly behaviour: Readonly<Record<string, string>>;
  /** As whom its processes run, where the pod says so. */
  readonly user?: ProcessUser | undefined;
  /** The pid namespace that its processes share with others; absent: they have their own. */
  readonly sharedPids?: SharedPids | undefined;
  /** Its image may not be written to: only volumes may. */
  readonly readOnlyRoot?: boolean;
  /** Content of a mounted or image file; null where there is none. */
  readFile(path: string): string | null;
  writeFile(path: string, content: string): void;
  removeFile(path: string): void;
  /** As writeFile (null removes), but says what hinders it: "Read-only file system". */
  tryWriteFile(path: string, content: string | null): string | null;
  /** Of a file; large ones of zeros are read only in part. */
  sizeOf?(path: string): number | null;
  isFolder(path: string): boolean;
  readonly workingDir: string;
  /** Names in a folder, sorted. */
  listFiles(folder: string): readonly string[];
  log(line: string, stream?: "stdout" | "stderr"): void;
  /** Output as it is, without a line's end, where somebody follows it; false: nobody does, so give whole lines to log. */
  write(text: string, stream: "stdout" | "stderr"): boolean;
  /** Whether "input" events may come, and whether from a terminal. */
  readonly stdin: "none" | "open" | "terminal";
  listen(port: number, protocol?: "TCP" | "UDP"): void;
  /** `rule`: what the program decided, for the trace. The hops of calls made for this request are in the trace already. */
  answerHttp(id: string, response: HttpResponse, rule?: string): void;
  answer(id: string, payload: Payload): void;
  /** To an IP or a DNS name (resolved as the pod's resolv.conf says); the answer comes back with `tag`. */
  call(to: { readonly host: string; readonly port: number; readonly protocol?: "TCP" | "UDP" }, payload: Payload, tag: Json, timeoutUs: DurationUs): void;
  resolve(name: string, tag: Json): void;
  setTimer(key: string, delayUs: DurationUs): void;
  cancelTimer(key: string): void;
  /** Virtual CPU microseconds this event cost. */
  spend(cpuUs: DurationUs): void;
  /** How much memory the program holds from now on, beside what every run of it holds. More than the container's limit: it is killed. */
  hold(bytes: number): void;
  /** Thousandths of a core that it uses all the time from now on, as far as its limit lets it (a busy loop: 1000). */
  burn(cpuMilli: number): void;
  exit(code: number): void;
  /** Of commands beside the container's own program: a signal for that one, when this event is over. */
  signalMain?(name: string): void;
  /** The same for the first process of another container in a shared pid namespace. */
  signalOther?(pid: number, name: string): void;
  /** User and group of a file, where the pod says as whom its processes run. */
  ownerOf?(path: string, isFolder: boolean): readonly [user: number, group: number];
  /**
   * The way to the API server at 10.96.0.1 with the pod's own token: hand it to a ClientSet whose options name server
   * "kubernetes" and identity {type: "bearer", token: readFile(".../token")}. The node's rules must lead there, else it breaks.
   */
  readonly api: ClientContext;
}

/** A synchronous machine; all its state is what snapshot() gives. */
export interface Program {
  /** Takes "input" events. Of one that does not, a shell that started it keeps what comes on standard input for its next command. */
  readonly readsInput?: true;
  handle(event: ProgramEvent, ctx: ProgramContext): void;
  snapshot(): Json;
  restore(state: Json): void;
}

/** One folder an image: what pulling it would bring. */
export interface ImageDefinition {
  /** "nginx", "registry.k8s.io/coredns/coredns", "us-docker.pkg.dev/google-samples/containers/gke/gb-frontend" */
  readonly names: readonly string[];
  /** Of images that readers of a tutorial build themselves and push to a registry of their own: the last part of the name. */
  readonly builtAs?: string;
  /** Which tags exist: nginx:1.161 must fail. */
  tagExists(tag: string): boolean;
  readonly sizeBytes: number;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly exposedPorts: readonly number[];
  /** Told to end, it answers what it has already accepted first (nginx, httpd). */
  readonly finishesRequests?: true;
  readonly files: Readonly<Record<string, string>>;
  /** Folders that its publishers gave to another user than root, with all that lies in them. */
  readonly owned?: { readonly uid: number; readonly gid: number; readonly folders: readonly string[] };
  /** Which program a command line runs; null: `exec: "x": executable file not found in $PATH`. */
  program(command: readonly string[]): Program | null;
  /** Commands that differ when they run beside the container's own program (nginx -v); null: as `program`. */
  exec?(command: readonly string[]): Program | null;
}
