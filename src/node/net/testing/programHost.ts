import type { ClientContext } from "../../../client/clientSet.ts";
import type { Json } from "../../../base/json.ts";
import { CorednsProgram } from "../../images/coredns/program.ts";
import { corefileText } from "../../images/coredns/manifests.ts";
import { controllerFlags } from "../../images/ingress-nginx/flags.ts";
import { IngressNginxProgram } from "../../images/ingress-nginx/program.ts";
import type { Program, ProgramContext, ProgramEvent } from "../../images/program.ts";
import { answeredWay, answerPacket, newFlow, requestPacket } from "../../../network/packet.ts";
import type { FromNet, Hop, Packet, Payload, Way } from "../../../network/packet.ts";
import type { Process, ProcessContext, ProcessEvent, ProcessFactory } from "../../../sim/process.ts";

export type HostOrder =
  | { readonly type: "run"; readonly pod: string; readonly ip: string; readonly program: "echo" | "silent" | "coredns" | "ingress"; readonly ports: readonly number[]; readonly hostPort?: number; readonly flags?: readonly string[] }
  | { readonly type: "stop"; readonly pod: string }
  /** Only the process ends: the pod keeps its address. */
  | { readonly type: "unlisten"; readonly pod: string };

interface Running {
  readonly pod: string;
  readonly ip: string;
  readonly kind: string;
  readonly ports: readonly number[];
  /** Of an ingress controller's command line. */
  readonly flags: readonly string[];
  readonly program: Program | null;
}

function programOf(kind: string, flags: readonly string[]): Program | null {
  if (kind === "coredns") return new CorednsProgram("/etc/coredns/Corefile");
  return kind === "ingress" ? new IngressNginxProgram(controllerFlags(["--publish-service=ingress-nginx/ingress-nginx-controller", "--configmap=ingress-nginx/ingress-nginx-controller", ...flags])) : null;
}

const epochUs = 1_767_225_600_000_000;

/** As much of a container runtime as the network needs for its tests: it runs programs in pods and opens their ports. */
export class ProgramHost implements Process {
  readonly id: string;
  readonly #net: string;
  readonly #pods = new Map<string, Running>();
  #requests = new Map<string, { readonly packet: Packet; readonly way: Way; readonly through: readonly Hop[] }>();
  #calls = new Map<string, { readonly pod: string; readonly tag: Json; readonly within: string }>();
  /** The request that the event in hand belongs to. */
  #within = "";
  #connections = new Map<string, string>();
  #next = 1;
  readonly logs: string[] = [];

  constructor(id: string) {
    this.id = id;
    this.#net = `${id.slice(0, id.indexOf("/"))}/net`;
  }

  cost(): number {
    return 5;
  }

  handle(event: ProcessEvent, ctx: ProcessContext): void {
    if (event.type === "datagram") this.#datagram(event.body as HostOrder | FromNet, event.notes as Way, ctx);
    else if (event.type === "timer") {
      const [kind = "", pod = "", key = ""] = event.key.split("|");
      if (kind === "program") this.#tell(pod, { type: "timer", key }, ctx);
      else if (kind === "api") this.#tell(pod, { type: "api", event: { type: "timer", key } }, ctx);
      else if (kind === "call") this.#answered(key, null, [], ctx);
    } else if (event.type !== "start") {
      const pod = this.#connections.get(event.connection);
      if (pod !== undefined) this.#tell(pod, { type: "api", event }, ctx);
    }
  }

  #datagram(message: HostOrder | FromNet, way: Way, ctx: ProcessContext): void {
    switch (message.type) {
      case "run": {
        const program = programOf(message.program, message.flags ?? []);
        this.#pods.set(message.pod, { pod: message.pod, ip: message.ip, kind: message.program, ports: message.ports, flags: message.flags ?? [], program });
        ctx.sendDatagram(this.#net, { type: "attach", ip: message.ip, pod: message.pod, hostNetwork: false, labels: {} });
        for (const port of message.ports) ctx.sendDatagram(this.#net, { type: "listen", ip: message.ip, port, protocol: "TCP", owner: message.pod, ...(message.hostPort === undefined ? {} : { hostPort: message.hostPort }) });
        if (program !== null) this.#tell(message.pod, { type: "start" }, ctx);
        return;
      }
      case "stop": {
        const running = this.#pods.get(message.pod);
        if (running === undefined) return;
        this.#pods.delete(message.pod);
        ctx.sendDatagram(this.#net, { type: "detach", ip: running.ip, pod: message.pod });
        return;
      }
      case "unlisten": {
        const running = this.#pods.get(message.pod);
        if (running !== undefined) for (const port of running.ports) ctx.sendDatagram(this.#net, { type: "unlisten", ip: running.ip, port, protocol: "TCP", owner: message.pod });
        return;
      }
      case "deliver":
        this.#delivered(message.packet, way, message.owner, ctx);
        return;
      case "apiRoute":
        return;
      default:
        return;
    }
  }

  #delivered(packet: Packet, way: Way, owner: string | null, ctx: ProcessContext): void {
    if (packet.direction === "answer") {
      this.#answered(packet.flow.id, packet.payload, way ?? [], ctx);
      return;
    }
    const running = this.#pods.get(owner ?? "");
    if (running === undefined) return;
    const { payload } = packet;
    if (running.kind === "echo" && payload.type === "http") {
      const body = `${running.pod} ${payload.request.path} from ${packet.fromIp}`;
      ctx.handOver(this.#net, { type: "packet", packet: answerPacket(packet, { type: "httpResponse", response: { status: 200, headers: {}, body } }) }, answeredWay(way, packet, `pod ${running.pod}`, ctx.now, "echo"));
    } else if (running.program !== null) {
      this.#requests.set(packet.flow.id, { packet, way, through: [] });
      this.#within = packet.flow.id;
      if (payload.type === "http") this.#tell(running.pod, { type: "http", id: packet.flow.id, port: packet.toPort, from: packet.fromIp, request: payload.request }, ctx);
      else this.#tell(running.pod, { type: "packet", id: packet.flow.id, port: packet.toPort, from: packet.fromIp, payload }, ctx);
      this.#within = "";
    }
  }

  #answered(call: string, payload: Payload | null, hops: readonly Hop[], ctx: ProcessContext): void {
    const waiting = this.#calls.get(call);
    if (waiting === undefined) return;
    this.#calls.delete(call);
    if (payload !== null) ctx.cancelTimer(`call|${waiting.pod}|${call}`);
    const request = this.#requests.get(waiting.within);
    if (request !== undefined) this.#requests.set(waiting.within, { ...request, through: [...request.through, ...hops] });
    this.#within = waiting.within;
    this.#tell(waiting.pod, { type: "answer", tag: waiting.tag, payload, failure: null }, ctx);
    this.#within = "";
  }

  #tell(pod: string, event: ProgramEvent, ctx: ProcessContext): void {
    const running = this.#pods.get(pod);
    if (running === undefined || running.program === null) return;
    running.program.handle(event, this.#context(running, ctx));
  }

  #context(running: Running, ctx: ProcessContext): ProgramContext {
    const { pod, ip } = running;
    const answer = (id: string, payload: Payload, rule: string): void => {
      const request = this.#requests.get(id);
      this.#requests.delete(id);
      if (request !== undefined) ctx.handOver(this.#net, { type: "packet", packet: answerPacket(request.packet, payload) }, answeredWay(request.way, request.packet, `pod ${pod}`, ctx.now, rule, request.through));
    };
    const api: ClientContext = {
      now: ctx.now, random: ctx.random.fork(`api/${pod}`), cause: ctx.cause,
      clock: () => ctx.clock(), withCause: (cause, body) => ctx.withCause(cause, body), trace: (body) => ctx.trace(body),
      connect: () => {
        const connection = ctx.connect("cp-1/apiserver");
        this.#connections.set(connection, pod);
        return connection;
      },
      // The tests have no token: the pods speak as administrators.
      send: (connection, body) => ctx.send(connection, asAdministrator(body)),
      disconnect: (connection) => ctx.disconnect(connection),
      setTimer: (key, delayUs) => ctx.setTimer(`api|${pod}|${key}`, delayUs),
      cancelTimer: (key) => ctx.cancelTimer(`api|${pod}|${key}`),
    };
    return {
      now: ctx.now, clock: () => ctx.clock(), epochUs, random: ctx.random.fork(pod), command: [], mainCommand: [], env: {}, hostname: pod, podIp: ip, namespace: pod.split("/")[0] ?? "", podName: pod.split("/")[1] ?? "",
      image: "", containerPorts: running.ports, behaviour: {}, api,
      readFile: (path) => (path.endsWith("/token") ? "a token" : path.endsWith("Corefile") ? corefileText("cluster.local") : null),
      writeFile: () => undefined, removeFile: () => undefined, tryWriteFile: () => null, isFolder: () => false, workingDir: "/", listFiles: () => [],
      log: (line) => void this.logs.push(line),
      write: () => false, stdin: "none",
      listen: (port, protocol = "TCP") => ctx.sendDatagram(this.#net, { type: "listen", ip, port, protocol, owner: pod }),
      answerHttp: (id, response, rule = "") => answer(id, { type: "httpResponse", response }, rule),
      answer: (id, payload) => answer(id, payload, ""),
      call: (to, payload, tag, timeoutUs) => {
        const id = `${this.id}:${this.#next++}`;
        this.#calls.set(id, { pod, tag, within: this.#within });
        ctx.setTimer(`call|${pod}|${id}`, timeoutUs);
        const flow = newFlow(id, to.protocol ?? "TCP", ip, 40_000 + (this.#next % 20_000), to.host, to.port);
        ctx.handOver(this.#net, { type: "packet", packet: requestPacket(flow, payload, { process: this.id, tag: null }) }, []);
      },
      resolve: () => undefined, spend: () => undefined, hold: () => undefined, burn: () => undefined, exit: () => undefined,
      setTimer: (key, delayUs) => ctx.setTimer(`program|${pod}|${key}`, delayUs),
      cancelTimer: (key) => ctx.cancelTimer(`program|${pod}|${key}`),
    };
  }

  snapshot(): Json {
    const pods = [...this.#pods.values()].map(({ pod, ip, kind, ports, flags, program }) => ({ pod, ip, kind, ports, flags, state: program?.snapshot() ?? null }));
    return { pods, requests: [...this.#requests], calls: [...this.#calls], connections: [...this.#connections], next: this.#next } as unknown as Json;
  }

  restore(data: Json): void {
    const saved = data as unknown as { pods: { pod: string; ip: string; kind: string; ports: number[]; flags: string[]; state: Json }[]; requests: [string, { packet: Packet; way: Way; through: Hop[] }][]; calls: [string, { pod: string; tag: Json; within: string }][]; connections: [string, string][]; next: number };
    for (const { pod, ip, kind, ports, flags, state } of saved.pods) {
      const program = programOf(kind, flags);
      if (state !== null) program?.restore(state);
      this.#pods.set(pod, { pod, ip, kind, ports, flags, program });
    }
    this.#requests = new Map(saved.requests);
    this.#calls = new Map(saved.calls);
    this.#connections = new Map(saved.connections);
    this.#next = saved.next;
  }
}

export function programHost(id: string): ProcessFactory {
  return { id, create: () => new ProgramHost(id) };
}

function asAdministrator(body: unknown): unknown {
  const message = body as { readonly type: string; readonly request?: object };
  return message.request === undefined ? body : { ...message, request: { ...message.request, identity: { type: "user", name: "program", groups: ["system:masters"] } } };
}
