import type { ResolvConf } from "./resolvConf.ts";
import type { Payload } from "./packet.ts";
import { parseIpv4 } from "./ipv4.ts";

/**
 * A stub resolver as a pure machine (glibc's res_search): its owner sends each question as a UDP packet to `question.server`:53, sets a timer
 * of `question.timeoutUs`, and hands in what came back (null: nothing came in time). Plain data throughout.
 *
 *     let step = startLookup(conf, "web");
 *     while (step.type === "ask") { send(step.question); ...; step = continueLookup(step.lookup, payload); }
 *
 * NOT IMPLEMENTED: AAAA questions (the cluster is single stack), /etc/hosts (its owner looks there first), `rotate`, EDNS, TCP after truncation.
 */
export interface Lookup {
  readonly conf: ResolvConf;
  readonly name: string;
  /** Full names still to try, in order. */
  readonly candidates: readonly string[];
  readonly candidate: number;
  /** Questions sent for this candidate so far without an answer. */
  readonly tries: number;
  /** A server failed or was silent for an earlier candidate: the end is then "try again", not "no such name". */
  readonly sawFailure: boolean;
}

export interface Question {
  readonly server: string;
  readonly port: 53;
  readonly name: string;
  readonly timeoutUs: number;
}

export type LookupResult =
  | { readonly type: "addresses"; readonly addresses: readonly string[]; readonly ttlSeconds: number; readonly canonicalName: string }
  /** "notFound": NXDOMAIN everywhere; "noAddress": the name exists without an A record; "tryAgain": no server answered (EAI_AGAIN). */
  | { readonly type: "failed"; readonly reason: "notFound" | "noAddress" }
  | { readonly type: "failed"; readonly reason: "tryAgain"; readonly why: string };

export type LookupStep =
  | { readonly type: "ask"; readonly lookup: Lookup; readonly question: Question }
  | { readonly type: "done"; readonly result: LookupResult };

/** The names that res_search tries for `name`, in order. */
export function searchCandidates(conf: ResolvConf, name: string): readonly string[] {
  if (name.endsWith(".")) return [name];
  const absolute = `${name}.`;
  const searched = conf.search.map((domain) => `${name}.${domain}.`);
  const dots = name.split(".").length - 1;
  return dots >= conf.ndots ? [absolute, ...searched] : [...searched, absolute];
}

/** Begins a lookup; an address literal or "localhost" needs no question. */
export function startLookup(conf: ResolvConf, name: string): LookupStep {
  if (parseIpv4(name) !== null) return found([name], 0, name);
  if (name === "localhost") return found(["127.0.0.1"], 0, name);
  if (!isHostName(name)) return failed("notFound");
  return ask({ conf, name, candidates: searchCandidates(conf, name), candidate: 0, tries: 0, sawFailure: false });
}

/** The next step after an answer's payload, or after silence (null). */
export function continueLookup(lookup: Lookup, payload: Payload | null): LookupStep {
  if (payload === null || payload.type !== "dnsAnswer" || payload.code === "SERVFAIL") {
    if (lookup.tries + 1 < lookup.conf.attempts * lookup.conf.nameservers.length) return ask({ ...lookup, tries: lookup.tries + 1 });
    // A silent or failing server ends the search at once: glibc does not go on to the next domain on a timeout.
    if (payload === null || payload.type !== "dnsAnswer") return unanswered(lookup, payload);
    return next({ ...lookup, sawFailure: true }, false);
  }
  const addresses = payload.answers.filter((answer) => answer.record === "A");
  if (payload.code === "NOERROR" && addresses.length > 0) {
    const ttl = Math.min(...payload.answers.map((answer) => answer.ttlSeconds));
    return found(addresses.map((answer) => answer.data), ttl, addresses[0]?.name ?? lookup.name);
  }
  return next(lookup, payload.code === "NOERROR");
}

function next(lookup: Lookup, exists: boolean): LookupStep {
  if (lookup.candidate + 1 < lookup.candidates.length) return ask({ ...lookup, candidate: lookup.candidate + 1, tries: 0 });
  if (lookup.sawFailure) return tryAgain(`${servers(lookup.conf)} answered SERVFAIL`);
  return failed(exists ? "noAddress" : "notFound");
}

function ask(lookup: Lookup): LookupStep {
  const server = lookup.conf.nameservers[lookup.tries % Math.max(1, lookup.conf.nameservers.length)];
  const name = lookup.candidates[lookup.candidate];
  if (server === undefined || name === undefined) return tryAgain("no name server is known");
  return { type: "ask", lookup, question: { server, port: 53, name, timeoutUs: lookup.conf.timeoutSeconds * 1_000_000 } };
}

function found(addresses: readonly string[], ttlSeconds: number, canonicalName: string): LookupStep {
  return { type: "done", result: { type: "addresses", addresses, ttlSeconds, canonicalName } };
}

function unanswered({ conf, tries }: Lookup, payload: Payload | null): LookupStep {
  const refusal = payload?.type === "refused" || payload?.type === "reset" ? payload.reason : null;
  return tryAgain(refusal === null ? `no answer from ${servers(conf)} in ${tries + 1} tries of ${conf.timeoutSeconds} s` : `${servers(conf)}: ${refusal}`);
}

const servers = (conf: ResolvConf): string => conf.nameservers.join(", ");

function tryAgain(why: string): LookupStep {
  return { type: "done", result: { type: "failed", reason: "tryAgain", why } };
}

function failed(reason: "notFound" | "noAddress"): LookupStep {
  return { type: "done", result: { type: "failed", reason } };
}

function isHostName(name: string): boolean {
  return name.length > 0 && name.length <= 253 && /^[A-Za-z0-9_*]([A-Za-z0-9_.*-]*[A-Za-z0-9_.])?$/.test(name) && !name.includes("..");
}
