import { compareText } from "../../../base/compareText.ts";
import { array, bulk, failure, integer, none, ok } from "./protocol.ts";

/** Strings, lists, hashes and sets (the keys of a hash with empty values). */
export type RedisValue = string | readonly string[] | { readonly hash: Readonly<Record<string, string>> } | { readonly set: readonly string[] };
export type RedisData = Readonly<Record<string, RedisValue>>;
/** When keys end, in Unix milliseconds. */
export type RedisExpiry = Readonly<Record<string, number>>;

export interface RedisState {
  readonly data: RedisData;
  readonly expires: RedisExpiry;
}

export interface CommandResult {
  readonly reply: string;
  /** What a write leaves; null where the command only read. */
  readonly state: RedisState | null;
}

const wrongType = failure("WRONGTYPE Operation against a key holding the wrong kind of value");
const notInteger = failure("ERR value is not an integer or out of range");
const mostKeys = 20_000;

/** Drops what has ended; the same state where nothing has. */
export function expire(state: RedisState, nowMs: number): RedisState {
  const over = Object.keys(state.expires).filter((key) => (state.expires[key] ?? 0) <= nowMs);
  if (over.length === 0) return state;
  return { data: without(state.data, over), expires: without(state.expires, over) };
}

function without<T>(map: Readonly<Record<string, T>>, keys: readonly string[]): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(map).filter(([key]) => !keys.includes(key)));
}

/** One command on the data. Pure. NOT IMPLEMENTED: sorted sets, streams, transactions, scripts, pub/sub. */
export function runCommand(state: RedisState, words: readonly string[], nowMs: number): CommandResult {
  const name = (words[0] ?? "").toUpperCase();
  const need = Object.hasOwn(arity, name) ? arity[name] : undefined;
  if (need === undefined) return { reply: failure(`ERR unknown command '${words[0] ?? ""}', with args beginning with: ${words.slice(1, 3).map((word) => `'${word}' `).join("")}`), state: null };
  if (words.length < need) return { reply: failure(`ERR wrong number of arguments for '${name.toLowerCase()}' command`), state: null };
  if (Object.keys(state.data).length >= mostKeys && !Object.hasOwn(state.data, words[1] ?? "")) return { reply: failure("OOM command not allowed when used memory > 'maxmemory'."), state: null };
  return commandsOf(state, words, nowMs)[name]?.() ?? { reply: failure(`ERR unknown command '${words[0] ?? ""}'`), state: null };
}

function commandsOf(state: RedisState, words: readonly string[], nowMs: number): Readonly<Record<string, () => CommandResult>> {
  const { data, expires } = state;
  const [, key = "", value = "", more = ""] = words;
  const found = Object.hasOwn(data, key) ? data[key] : undefined;
  const read = (reply: string): CommandResult => ({ reply, state: null });
  const text = typeof found === "string" ? found : undefined;
  const list = Array.isArray(found) ? (found as readonly string[]) : undefined;
  const hash = found !== undefined && typeof found === "object" && "hash" in found ? found.hash : undefined;
  const members = found !== undefined && typeof found === "object" && "set" in found ? found.set : undefined;
  const keep = (reply: string, next: RedisValue | null, ends: number | null | undefined = undefined, at = key): CommandResult => {
    const empty = next === null || (typeof next === "object" && (Array.isArray(next) ? next.length === 0 : "set" in next ? next.set.length === 0 : "hash" in next && Object.keys(next.hash).length === 0));
    const nextData = empty ? without(data, [at]) : { ...data, [at]: next as RedisValue };
    const nextExpires = empty || ends === null ? without(expires, [at]) : ends === undefined ? expires : { ...expires, [at]: ends };
    return { reply, state: { data: nextData, expires: nextExpires } };
  };
  const count = (by: number): CommandResult => {
    if (found !== undefined && text === undefined) return read(wrongType);
    const number = Number(text ?? "0");
    if (!Number.isSafeInteger(number) || !Number.isSafeInteger(by)) return read(notInteger);
    return keep(integer(number + by), String(number + by));
  };
  const ttl = (unit: number): CommandResult => read(integer(found === undefined ? -2 : expires[key] === undefined ? -1 : Math.ceil((expires[key] - nowMs) / unit)));
  const ends = (ms: number): CommandResult => (found === undefined ? read(integer(0)) : ms <= nowMs ? keep(integer(1), null) : keep(integer(1), found, ms));
  const push = (added: readonly string[], left: boolean): CommandResult => {
    if (found !== undefined && list === undefined) return read(wrongType);
    const next = left ? [...[...added].reverse(), ...(list ?? [])] : [...(list ?? []), ...added];
    return keep(integer(next.length), next);
  };
  const pop = (left: boolean): CommandResult => {
    if (found !== undefined && list === undefined) return read(wrongType);
    if (list === undefined) return read(none);
    return keep(bulk((left ? list[0] : list[list.length - 1]) ?? ""), left ? list.slice(1) : list.slice(0, -1));
  };
  const slice = (from: number, to: number, size: number): readonly [number, number] => [from < 0 ? Math.max(0, size + from) : from, (to < 0 ? size + to : to) + 1];
  const wrong = (has: unknown): boolean => found !== undefined && has === undefined;
  return {
    PING: () => read(key === "" ? "+PONG\r\n" : bulk(key)),
    ECHO: () => read(bulk(key)),
    SELECT: () => read(ok), COMMAND: () => read("*0\r\n"), CLIENT: () => read(ok), SAVE: () => read(ok), BGSAVE: () => read("+Background saving started\r\n"),
    GET: () => read(found === undefined ? none : text === undefined ? wrongType : bulk(text)),
    SET: () => {
      const options = words.slice(3).map((word) => word.toUpperCase());
      if ((options.includes("NX") && found !== undefined) || (options.includes("XX") && found === undefined)) return read(none);
      const seconds = options.indexOf("EX");
      const millis = options.indexOf("PX");
      const amount = seconds >= 0 ? Number(words[seconds + 4]) * 1000 : millis >= 0 ? Number(words[millis + 4]) : null;
      if (amount !== null && !(amount > 0)) return read(failure("ERR invalid expire time in 'set' command"));
      return keep(ok, value, amount === null ? (options.includes("KEEPTTL") ? undefined : null) : nowMs + amount);
    },
    SETEX: () => (Number(value) > 0 ? keep(ok, more, nowMs + Number(value) * 1000) : read(notInteger)),
    SETNX: () => (found === undefined ? keep(integer(1), value) : read(integer(0))),
    GETSET: () => ({ ...keep("", value, null), reply: text === undefined ? none : bulk(text) }),
    GETDEL: () => (text === undefined ? read(none) : keep(bulk(text), null)),
    MGET: () => read(`*${words.length - 1}\r\n${words.slice(1).map((each) => { const one = Object.hasOwn(data, each) ? data[each] : undefined; return typeof one === "string" ? bulk(one) : none; }).join("")}`),
    MSET: () => {
      const next: Record<string, RedisValue> = { ...data };
      for (let at = 1; at + 1 < words.length; at += 2) next[words[at] ?? ""] = words[at + 1] ?? "";
      return { reply: ok, state: { data: next, expires } };
    },
    STRLEN: () => read(integer((text ?? "").length)),
    APPEND: () => (wrong(text) ? read(wrongType) : keep(integer(`${text ?? ""}${value}`.length), `${text ?? ""}${value}`)),
    INCR: () => count(1), DECR: () => count(-1), INCRBY: () => count(Number(value)), DECRBY: () => count(-Number(value)),
    DEL: () => {
      const gone = [...new Set(words.slice(1).filter((each) => Object.hasOwn(data, each)))];
      return gone.length === 0 ? read(integer(0)) : { reply: integer(gone.length), state: { data: without(data, gone), expires: without(expires, gone) } };
    },
    EXISTS: () => read(integer(words.slice(1).filter((each) => Object.hasOwn(data, each)).length)),
    KEYS: () => read(array(Object.keys(data).filter((each) => matches(key, each)).sort(compareText))),
    SCAN: () => read(`*2\r\n${bulk("0")}${array(Object.keys(data).sort(compareText))}`),
    TYPE: () => read(`+${found === undefined ? "none" : text !== undefined ? "string" : list !== undefined ? "list" : hash !== undefined ? "hash" : "set"}\r\n`),
    RENAME: () => (found === undefined ? read(failure("ERR no such key")) : { reply: ok, state: { data: { ...without(data, [key]), [value]: found }, expires: without(expires, [key]) } }),
    EXPIRE: () => ends(nowMs + Number(value) * 1000), PEXPIRE: () => ends(nowMs + Number(value)), EXPIREAT: () => ends(Number(value) * 1000),
    PERSIST: () => (expires[key] === undefined || found === undefined ? read(integer(0)) : keep(integer(1), found, null)),
    TTL: () => ttl(1000), PTTL: () => ttl(1),
    DBSIZE: () => read(integer(Object.keys(data).length)),
    FLUSHALL: () => ({ reply: ok, state: { data: {}, expires: {} } }), FLUSHDB: () => ({ reply: ok, state: { data: {}, expires: {} } }),
    LPUSH: () => push(words.slice(2), true), RPUSH: () => push(words.slice(2), false), LPOP: () => pop(true), RPOP: () => pop(false),
    LLEN: () => read(wrong(list) ? wrongType : integer(list?.length ?? 0)),
    LINDEX: () => { const at = Number(value) < 0 ? (list?.length ?? 0) + Number(value) : Number(value); return read(list?.[at] === undefined ? none : bulk(list[at])); },
    LRANGE: () => (wrong(list) ? read(wrongType) : read(array((list ?? []).slice(...slice(Number(value), Number(more), list?.length ?? 0))))),
    LREM: () => {
      const rest = [...(list ?? [])];
      let left = Number(value) === 0 ? rest.length : Math.abs(Number(value));
      const before = rest.length;
      for (let at = Number(value) < 0 ? rest.lastIndexOf(more) : rest.indexOf(more); at >= 0 && left > 0; at = Number(value) < 0 ? rest.lastIndexOf(more) : rest.indexOf(more), left--) rest.splice(at, 1);
      return before === rest.length ? read(integer(0)) : keep(integer(before - rest.length), rest);
    },
    RPOPLPUSH: () => {
      if (list === undefined) return read(wrong(list) ? wrongType : none);
      const moved = list[list.length - 1] ?? "";
      const other = key === value ? list.slice(0, -1) : ((Object.hasOwn(data, value) ? data[value] : []) as RedisValue);
      if (!Array.isArray(other)) return read(wrongType);
      const shorter = list.slice(0, -1);
      const rest = shorter.length === 0 ? without(data, [key]) : { ...data, [key]: shorter };
      return { reply: bulk(moved), state: { data: { ...rest, [value]: [moved, ...(other as readonly string[])] }, expires } };
    },
    HSET: () => {
      if (wrong(hash)) return read(wrongType);
      const next: Record<string, string> = { ...hash };
      let added = 0;
      for (let at = 2; at + 1 < words.length; at += 2) {
        if (!Object.hasOwn(next, words[at] ?? "")) added += 1;
        next[words[at] ?? ""] = words[at + 1] ?? "";
      }
      return keep(integer(added), { hash: next });
    },
    HGET: () => read(hash !== undefined && Object.hasOwn(hash, value) ? bulk(hash[value] ?? "") : none),
    HGETALL: () => read(array(Object.entries(hash ?? {}).flat())), HKEYS: () => read(array(Object.keys(hash ?? {}))), HVALS: () => read(array(Object.values(hash ?? {}))), HLEN: () => read(integer(Object.keys(hash ?? {}).length)),
    HEXISTS: () => read(integer(hash !== undefined && Object.hasOwn(hash, value) ? 1 : 0)),
    HDEL: () => { const gone = words.slice(2).filter((field) => hash !== undefined && Object.hasOwn(hash, field)); return gone.length === 0 ? read(integer(0)) : keep(integer(gone.length), { hash: without(hash ?? {}, gone) }); },
    HINCRBY: () => { const next = Number(hash?.[value] ?? "0") + Number(more); return wrong(hash) ? read(wrongType) : Number.isSafeInteger(next) ? keep(integer(next), { hash: { ...hash, [value]: String(next) } }) : read(notInteger); },
    SADD: () => { if (wrong(members)) return read(wrongType); const fresh = [...new Set(words.slice(2))].filter((each) => !(members ?? []).includes(each)); return fresh.length === 0 ? read(integer(0)) : keep(integer(fresh.length), { set: [...(members ?? []), ...fresh] }); },
    SREM: () => { const gone = words.slice(2).filter((each) => (members ?? []).includes(each)); return gone.length === 0 ? read(integer(0)) : keep(integer(gone.length), { set: (members ?? []).filter((each) => !gone.includes(each)) }); },
    SMEMBERS: () => read(wrong(members) ? wrongType : array([...(members ?? [])].sort(compareText))), SCARD: () => read(integer(members?.length ?? 0)), SISMEMBER: () => read(integer((members ?? []).includes(value) ? 1 : 0)),
  };
}

function matches(pattern: string, key: string): boolean {
  if (pattern === "*" || pattern === "") return true;
  const [start = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return pattern === key;
  let at = start.length;
  if (!key.startsWith(start)) return false;
  for (const [index, part] of rest.entries()) {
    const next = index === rest.length - 1 && part !== "" ? (key.endsWith(part) ? key.length - part.length : -1) : key.indexOf(part, at);
    if (next < at) return false;
    at = next + part.length;
  }
  return true;
}

/** Fewest words of each command, its name included. */
const arity: Readonly<Record<string, number>> = {
  PING: 1, ECHO: 2, SELECT: 2, COMMAND: 1, CLIENT: 1, SAVE: 1, BGSAVE: 1, GET: 2, SET: 3, SETEX: 4, SETNX: 3, GETSET: 3, GETDEL: 2, MGET: 2, MSET: 3, STRLEN: 2, APPEND: 3, INCR: 2, DECR: 2, INCRBY: 3, DECRBY: 3, DEL: 2, EXISTS: 2, KEYS: 2, SCAN: 2, TYPE: 2, RENAME: 3,
  EXPIRE: 3, PEXPIRE: 3, EXPIREAT: 3, PERSIST: 2, TTL: 2, PTTL: 2, DBSIZE: 1, FLUSHALL: 1, FLUSHDB: 1, LPUSH: 3, RPUSH: 3, LPOP: 2, RPOP: 2, LLEN: 2, LINDEX: 3, LRANGE: 4, LREM: 4, RPOPLPUSH: 3, HSET: 4, HGET: 3, HGETALL: 2, HKEYS: 2, HVALS: 2, HLEN: 2, HEXISTS: 3, HDEL: 3, HINCRBY: 4, SADD: 3, SREM: 3, SMEMBERS: 2, SCARD: 2, SISMEMBER: 3,
};
