import type { Applet, AppletEvent, CommandIo, CommandResult } from "../shell/commandIo.ts";
import { readOptions } from "./options.ts";

/** busybox' nslookup; up to 1.28 it printed another form. */
function printLookup(name: string, event: AppletEvent, io: CommandIo): number {
  const server = /nameserver (\S+)/.exec(io.ctx.readFile("/etc/resolv.conf") ?? "")?.[1] ?? "10.96.0.10";
  const old = /busybox.*:1\.(2[0-8]|1[0-9])\b/.test(io.ctx.image);
  const answers = event.type === "answer" && event.payload?.type === "dnsAnswer" ? event.payload.answers.filter((answer) => answer.record === "A") : [];
  const silent = event.type === "answer" && event.payload === null;
  if (old) {
    io.out(`Server:    ${server}\nAddress 1: ${server} kube-dns.kube-system.svc.cluster.local\n\n`);
    if (answers.length === 0) io.err(`nslookup: can't resolve '${name}'\n`);
    else io.out(`Name:      ${name}\n${answers.map((answer, index) => `Address ${index + 1}: ${answer.data} ${answer.name.replace(/\.$/, "")}\n`).join("")}`);
    return answers.length === 0 ? 1 : 0;
  }
  if (silent) {
    io.out(";; connection timed out; no servers could be reached\n\n");
    return 1;
  }
  io.out(`Server:\t\t${server}\nAddress:\t${server}${/busybox/.test(io.ctx.image) ? ":" : "#"}53\n\n`);
  if (answers.length === 0) io.out(`** server can't find ${name}: NXDOMAIN\n\n`);
  else io.out(`${answers.map((answer) => `Name:\t${answer.name.replace(/\.$/, "")}\nAddress: ${answer.data}\n`).join("")}\n`);
  return answers.length === 0 ? 1 : 0;
}

/** The name that a command line asks about: options and record types aside; a second operand is the server. */
function nameAsked(io: CommandIo): string | undefined {
  return readOptions(io.args, ["t"]).words.find((word) => !/^[@+]/.test(word) && !["A", "AAAA", "SRV", "ANY", "CNAME", "TXT", "PTR"].includes(word));
}

function lookUp(io: CommandIo): CommandResult {
  const name = nameAsked(io);
  if (name === undefined) {
    io.err(`${io.args[0] ?? "nslookup"}: missing host name\n`);
    return 1;
  }
  io.ctx.resolve(name, io.tag);
  return { kind: "applet", name: io.args[0] ?? "nslookup", args: io.args, state: name };
}

function addresses(event: AppletEvent): readonly string[] {
  return event.type === "answer" && event.payload?.type === "dnsAnswer" ? event.payload.answers.filter((answer) => answer.record === "A").map((answer) => answer.data) : [];
}

function printDig(name: string, event: AppletEvent, io: CommandIo): number {
  const found = addresses(event);
  if (io.args.includes("+short")) {
    for (const address of found) io.out(`${address}\n`);
    return 0;
  }
  const server = /nameserver (\S+)/.exec(io.ctx.readFile("/etc/resolv.conf") ?? "")?.[1] ?? "10.96.0.10";
  const status = found.length > 0 ? "NOERROR" : "NXDOMAIN";
  io.out(`\n; <<>> DiG 9.18 <<>> ${io.args.slice(1).join(" ")}\n;; global options: +cmd\n;; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: ${status}, id: 1\n;; flags: qr aa rd; QUERY: 1, ANSWER: ${found.length}, AUTHORITY: 0, ADDITIONAL: 0\n\n;; QUESTION SECTION:\n;${name}.\t\tIN\tA\n\n`);
  if (found.length > 0) io.out(`;; ANSWER SECTION:\n${found.map((address) => `${name}.\t30\tIN\tA\t${address}\n`).join("")}\n`);
  io.out(`;; SERVER: ${server}#53(${server})\n`);
  return 0;
}

export const nameApplets: Readonly<Record<string, Applet>> = {
  nslookup: { run: lookUp, resume: (state, event, io) => printLookup(String(state), event, io) },
  dig: { run: lookUp, resume: (state, event, io) => printDig(String(state), event, io) },
  host: {
    run: lookUp,
    resume: (state, event, io) => {
      const found = addresses(event);
      for (const address of found) io.out(`${String(state)} has address ${address}\n`);
      if (found.length === 0) io.out(`Host ${String(state)} not found: 3(NXDOMAIN)\n`);
      return found.length === 0 ? 1 : 0;
    },
  },
  getent: {
    run: (io) => {
      if (io.args[1] !== "hosts" && io.args[1] !== "ahosts") return 2;
      io.ctx.resolve(io.args[2] ?? "", io.tag);
      return { kind: "applet", name: "getent", args: io.args, state: io.args[2] ?? "" };
    },
    resume: (state, event, io) => {
      const found = addresses(event);
      for (const address of found) io.out(`${address.padEnd(15)} ${String(state)}\n`);
      return found.length === 0 ? 2 : 0;
    },
  },
};
