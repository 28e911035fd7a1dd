/** Which answers a cache keeps, for how long; the zones that are left out ("." is all). */
export interface CacheRule {
  readonly successSeconds: number;
  readonly denialSeconds: number;
  readonly noSuccess: readonly string[];
  readonly noDenial: readonly string[];
}

/** The parts of a Corefile that change what the simulated server does. */
export interface Corefile {
  /** The first server block's port. */
  readonly port: number;
  readonly plugins: readonly string[];
  readonly clusterDomain: string;
  /** Whether `kubernetes` has the reverse zone. */
  readonly reverse: boolean;
  readonly ttlSeconds: number;
  readonly lameduckSeconds: number;
  readonly cache: CacheRule | null;
  /** Of `hosts`: name to addresses; whether other names go on to the next plugin. */
  readonly hosts: { readonly entries: Readonly<Record<string, readonly string[]>>; readonly fallsThrough: boolean } | null;
  /** Of `rewrite name`: what is asked instead. */
  readonly renames: Readonly<Record<string, string>>;
  /** What stands there and is not simulated. */
  readonly warnings: readonly string[];
}

const simulated: ReadonlySet<string> = new Set(["errors", "health", "ready", "kubernetes", "prometheus", "forward", "cache", "loop", "reload", "loadbalance", "log", "hosts", "rewrite"]);
/** Of https://coredns.io/plugins, without those above. */
const known: ReadonlySet<string> = new Set([
  "acl", "any", "auto", "autopath", "azure", "bind", "bufsize", "cancel", "chaos", "clouddns", "debug", "dns64", "dnssec", "dnstap", "erratic", "etcd", "file", "geoip", "grpc", "header", "import", "k8s_external",
  "local", "metadata", "minimal", "multisocket", "nsid", "pprof", "quic", "root", "route53", "secondary", "sign", "template", "timeouts", "tls", "trace", "transfer", "tsig", "view", "whoami",
]);
/** Upstream's, where the file names none. */
const longestSuccess = 3_600;
const longestDenial = 1_800;

interface Directive {
  readonly words: readonly string[];
  readonly inner: string[][];
}

/** null where the text is no Corefile (unbalanced braces, no server block, a directive that does not exist). */
export function parseCorefile(text: string): Corefile | null {
  const blocks = blocksOf(text);
  const [main, ...others] = blocks ?? [];
  if (main === undefined) return null;
  const { directives } = main;
  if (directives.some(({ words }) => !simulated.has(words[0] ?? "") && !known.has(words[0] ?? ""))) return null;
  const named = (name: string): Directive | undefined => directives.find(({ words }) => words[0] === name);
  const inKubernetes = (name: string): string => named("kubernetes")?.inner.find(([first]) => first === name)?.[1] ?? "";
  const zones = (named("kubernetes")?.words ?? []).slice(1).filter((word) => word !== "{");
  return {
    port: main.port,
    plugins: directives.map(({ words }) => words[0] ?? ""),
    clusterDomain: (zones.find((zone) => !zone.endsWith(".arpa")) ?? "cluster.local").replace(/\.$/, ""),
    reverse: zones.includes("in-addr.arpa"),
    ttlSeconds: seconds(inKubernetes("ttl"), 5),
    lameduckSeconds: seconds(named("health")?.inner.find(([first]) => first === "lameduck")?.[1] ?? "", 0),
    cache: cacheOf(named("cache")),
    hosts: hostsOf(named("hosts")),
    renames: renamesOf(directives),
    warnings: [
      ...directives.filter(({ words }) => !simulated.has(words[0] ?? "")).map(({ words }) => `plugin/${words[0] ?? ""}: not simulated, it does nothing`),
      ...directives.filter(({ words }) => words[0] === "rewrite" && renameOf(words) === null).map(({ words }) => `plugin/rewrite: only "rewrite name NAME NAME" is simulated, not "${words.join(" ")}"`),
      ...others.map(({ address }) => `server block ${address}: not simulated, only the first one is`),
    ],
  };
}

/** Whether a name lies in one of the zones. */
export function isInZones(name: string, zones: readonly string[]): boolean {
  return zones.some((zone) => zone === "." || name === zone || name.endsWith(`.${zone}`));
}

interface Block {
  readonly address: string;
  readonly port: number;
  readonly directives: readonly Directive[];
}

function blocksOf(text: string): readonly Block[] | null {
  const blocks: { address: string; port: number; directives: Directive[] }[] = [];
  let depth = 0;
  for (const line of text.split("\n")) {
    const words = line.replace(/#.*$/, "").trim().split(/\s+/).filter((word) => word !== "");
    const [first] = words;
    if (first === undefined) continue;
    if (first === "}") {
      if (--depth < 0) return null;
      continue;
    }
    const block = blocks.at(-1);
    if (depth === 0) blocks.push({ address: first, port: Number(/:([0-9]+)/.exec(first)?.[1] ?? 53), directives: [] });
    else if (depth === 1) block?.directives.push({ words: words.filter((word) => word !== "{"), inner: [] });
    else block?.directives.at(-1)?.inner.push(words);
    if (words.at(-1) === "{") depth++;
  }
  return depth === 0 ? blocks : null;
}

/** `cache [TTL] [ZONES] { success CAPACITY [TTL]; denial CAPACITY [TTL]; disable success|denial [ZONES] }` */
function cacheOf(directive: Directive | undefined): CacheRule | null {
  if (directive === undefined) return null;
  const ttl = directive.words[1] ?? "";
  const of = (what: string): string => directive.inner.find(([first]) => first === what)?.[2] ?? "";
  const disabled = (what: string): readonly string[] => directive.inner.filter(([first, second]) => first === "disable" && second === what).flatMap(([, , ...zones]) => (zones.length === 0 ? ["."] : zones.map((zone) => zone.replace(/\.$/, ""))));
  return {
    successSeconds: seconds(of("success"), seconds(ttl, longestSuccess)), denialSeconds: seconds(of("denial"), seconds(ttl, longestDenial)),
    noSuccess: disabled("success"), noDenial: disabled("denial"),
  };
}

/** `hosts { ADDRESS NAME...; fallthrough }`; a file of hosts is not read. */
function hostsOf(directive: Directive | undefined): Corefile["hosts"] {
  if (directive === undefined) return null;
  const entries = new Map<string, string[]>();
  for (const [address = "", ...names] of directive.inner) {
    if (!/^[0-9]{1,3}(\.[0-9]{1,3}){3}$/.test(address)) continue;
    for (const name of names) entries.set(name.toLowerCase(), [...(entries.get(name.toLowerCase()) ?? []), address]);
  }
  return { entries: Object.fromEntries(entries), fallsThrough: directive.inner.some(([first]) => first === "fallthrough") };
}

function renamesOf(directives: readonly Directive[]): Readonly<Record<string, string>> {
  return Object.fromEntries(directives.flatMap(({ words }) => (words[0] === "rewrite" ? [renameOf(words)].filter((each) => each !== null) : [])));
}

/** `rewrite [continue|stop] name [exact] FROM TO` */
function renameOf(words: readonly string[]): readonly [from: string, to: string] | null {
  const rest = words.slice(1).filter((word, at) => !(at === 0 && (word === "continue" || word === "stop")));
  const [field, ...names] = rest;
  const [from, to, more] = names[0] === "exact" ? names.slice(1) : names;
  if (field !== "name" || from === undefined || to === undefined || more !== undefined || ["prefix", "suffix", "substring", "regex"].includes(from)) return null;
  return [from.toLowerCase().replace(/\.$/, ""), to.toLowerCase().replace(/\.$/, "")];
}

function seconds(text: string, fallback: number): number {
  const match = /^([0-9]{1,5})s?$/.exec(text);
  return match?.[1] === undefined ? fallback : Number(match[1]);
}
