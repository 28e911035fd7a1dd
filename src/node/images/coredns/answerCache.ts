// Follows coredns plugin/cache.
import type { DnsAnswer, DnsRecord } from "../../../network/dns.ts";
import type { SimTime } from "../../../sim/time.ts";
import { isInZones, type CacheRule } from "./corefile.ts";

interface Kept {
  readonly answer: DnsAnswer;
  readonly at: SimTime;
  readonly ttlSeconds: number;
}

/** Answers of each kind that upstream keeps. */
const mostKept = 9_984;
const servfailSeconds = 5;

/** Answers that were given, for their time to live: the next asker gets what is left of it, and a change is not seen until then. */
export class AnswerCache {
  #kept = new Map<string, Kept>();

  /** null: not there, or too old. */
  find(name: string, record: DnsRecord, now: SimTime): DnsAnswer | null {
    const key = `${record} ${name}`;
    const kept = this.#kept.get(key);
    if (kept === undefined) return null;
    const left = kept.ttlSeconds - Math.floor((now - kept.at) / 1_000_000);
    if (left <= 0) {
      this.#kept.delete(key);
      return null;
    }
    return withTtl(kept.answer, left);
  }

  /** What to answer: the first asker, too, gets no longer time than the cache keeps it. */
  keep(rule: CacheRule, name: string, record: DnsRecord, answer: DnsAnswer, now: SimTime): DnsAnswer {
    const isSuccess = answer.answers.length > 0;
    if (isInZones(name, isSuccess ? rule.noSuccess : rule.noDenial)) return answer;
    const own = answer.answers.reduce((least, { ttlSeconds }) => Math.min(least, ttlSeconds), Number.POSITIVE_INFINITY);
    const ttlSeconds = answer.code === "SERVFAIL" ? servfailSeconds : Math.min(own, isSuccess ? rule.successSeconds : rule.denialSeconds);
    if (ttlSeconds <= 0) return answer;
    this.#kept.delete(`${record} ${name}`);
    if (this.#kept.size >= mostKept) for (const oldest of this.#kept.keys()) {
      this.#kept.delete(oldest);
      break;
    }
    this.#kept.set(`${record} ${name}`, { answer, at: now, ttlSeconds });
    return withTtl(answer, ttlSeconds);
  }

  clear(): void {
    this.#kept.clear();
  }

  snapshot(): readonly (readonly [string, Kept])[] {
    return [...this.#kept];
  }

  restore(saved: readonly (readonly [string, Kept])[]): void {
    this.#kept = new Map(saved);
  }
}

function withTtl(answer: DnsAnswer, ttlSeconds: number): DnsAnswer {
  return { ...answer, answers: answer.answers.map((entry) => ({ ...entry, ttlSeconds })) };
}
