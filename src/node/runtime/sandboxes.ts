import type { Json } from "../../base/json.ts";
import { PodIpam } from "../../network/ipam.ts";
import { resolvConfText } from "../../network/resolvConf.ts";
import type { SandboxSpec } from "./criMessages.ts";

export interface Sandbox {
  readonly spec: SandboxSpec;
  readonly ip: string;
  /** Names of its /etc/hosts. */
  readonly hosts: Readonly<Record<string, string>>;
}

/** What the plugin host-local keeps on the node's disk: after a reboot it goes on behind the last address given. */
export interface LastAddress {
  readonly podCidr: string;
  readonly last: number;
}

/** What the kernel keeps of a name. */
const longestHostname = 64;

/** The pods' sandboxes of one node and the addresses they hold. */
export class Sandboxes {
  readonly #nodeIp: string;
  readonly #asked = new Map<string, SandboxSpec>();
  readonly #up = new Map<string, Sandbox>();
  #podCidr = "";
  #ipam: PodIpam | null = null;

  constructor(nodeIp: string) {
    this.#nodeIp = nodeIp;
  }

  /** `onDisk`: of an earlier life of the machine. */
  configure(podCidr: string, onDisk: LastAddress | null = null): void {
    if (podCidr === this.#podCidr) return;
    this.#podCidr = podCidr;
    this.#ipam = new PodIpam(podCidr);
    if (onDisk?.podCidr === podCidr) this.#ipam.goOnAfter(onDisk.last);
    for (const sandbox of this.#up.values()) if (!sandbox.spec.hostNetwork) this.#ipam.allocate(sandbox.spec.podUid);
  }

  get lastAddress(): LastAddress | null {
    return this.#ipam === null ? null : { podCidr: this.#podCidr, last: this.#ipam.last };
  }

  ask(spec: SandboxSpec): void {
    this.#asked.set(spec.podUid, spec);
  }

  get(podUid: string): Sandbox | null {
    return this.#up.get(podUid) ?? null;
  }

  up(): readonly Sandbox[] {
    return [...this.#up.values()];
  }

  /** The sandbox that was asked for comes up; null where nobody asks for it any more. */
  bringUp(podUid: string): Sandbox | { readonly failure: string } | null {
    const known = this.#up.get(podUid);
    if (known !== undefined) return known;
    const spec = this.#asked.get(podUid);
    if (spec === undefined) return null;
    if (spec.hostname.length > longestHostname) return { failure: `Failed to construct FQDN from pod hostname and cluster domain, FQDN ${spec.hostname} is too long (${longestHostname} characters is the max, ${spec.hostname.length} characters requested)` };
    const ip = spec.hostNetwork ? this.#nodeIp : (this.#ipam?.allocate(podUid) ?? null);
    if (ip === null) {
      this.#asked.delete(podUid);
      return { failure: `rpc error: code = Unknown desc = failed to setup network for sandbox: plugin type="bridge" failed (add): failed to allocate for range 0: no IP addresses available in range set: ${this.#podCidr}` };
    }
    const hosts: Record<string, string> = { localhost: "127.0.0.1", ...(spec.domain === "" ? {} : { [`${shortName(spec)}.${spec.domain}`]: ip }), [shortName(spec)]: ip };
    for (const alias of spec.hostAliases) for (const name of alias.hostnames) hosts[name] = alias.ip;
    const sandbox = { spec, ip, hosts };
    this.#up.set(podUid, sandbox);
    return sandbox;
  }

  stop(podUid: string): Sandbox | null {
    this.#asked.delete(podUid);
    const sandbox = this.#up.get(podUid);
    if (sandbox === undefined) return null;
    this.#up.delete(podUid);
    this.#ipam?.release(podUid);
    return sandbox;
  }

  /** Files that the kubelet gives every container. */
  etcFile(podUid: string, path: string): string | null {
    const sandbox = this.#up.get(podUid);
    if (sandbox === undefined || !path.startsWith("/etc/")) return null;
    switch (path) {
      case "/etc/hostname":
        return `${sandbox.spec.hostname}\n`;
      case "/etc/resolv.conf":
        return resolvConfText(sandbox.spec.dns);
      case "/etc/hosts":
        return hostsFile(sandbox);
      default:
        return null;
    }
  }

  snapshot(): Json {
    return { podCidr: this.#podCidr, ipam: this.#ipam?.snapshot() ?? null, asked: [...this.#asked.values()], up: [...this.#up.values()] } as unknown as Json;
  }

  restore(data: Json): void {
    const saved = data as unknown as { podCidr: string; ipam: Json; asked: readonly SandboxSpec[]; up: readonly Sandbox[] };
    this.#podCidr = saved.podCidr;
    this.#ipam = saved.podCidr === "" ? null : new PodIpam(saved.podCidr);
    if (saved.ipam !== null) this.#ipam?.restore(saved.ipam);
    this.#asked.clear();
    this.#up.clear();
    for (const spec of saved.asked) this.#asked.set(spec.podUid, spec);
    for (const sandbox of saved.up) this.#up.set(sandbox.spec.podUid, sandbox);
  }
}

/** Without the domain, also where the kernel knows the host by its full name. */
function shortName({ hostname, domain }: SandboxSpec): string {
  return domain !== "" && hostname.endsWith(`.${domain}`) ? hostname.slice(0, -domain.length - 1) : hostname;
}

/** As upstream's managedHostsFileContent (kubelet_pods.go) writes it, one line an address. */
function hostsFile({ spec, ip }: Sandbox): string {
  const own = spec.domain === "" ? spec.hostname : `${shortName(spec)}.${spec.domain}\t${shortName(spec)}`;
  const aliases = spec.hostAliases.map((alias) => `${alias.ip}\t${alias.hostnames.join("\t")}\n`).join("");
  return `# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n${ip}\t${own}\n${aliases === "" ? "" : `\n# Entries added by HostAliases.\n${aliases}`}`;
}
