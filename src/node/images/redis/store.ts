import { array, bulk, failure, integer, none, ok } from "./protocol.ts";

export type RedisValue = string | readonly string[];
export type RedisData = Readonly<Record<string, RedisValue>>;

export interface CommandResult {
  readonly reply: string;
  /** The data after a write; null where the command only read. */
  readonly data: RedisData | null;
}

const wrongType = failure("WRONGTYPE Operation against a key holding the wrong kind of value");

/** One command on the data: strings, counters and lists. Pure. */
export function runCommand(data: RedisData, words: readonly string[]): CommandResult {
  const name = (words[0] ?? "").toUpperCase();
  const [, key = "", value = "", more = ""] = words;
  const read = (reply: string): CommandResult => ({ reply, data: null });
  const found = Object.hasOwn(data, key) ? data[key] : undefined;
  const need = arity[name];
  if (need === undefined) return read(failure(`ERR unknown command '${words[0] ?? ""}', with args beginning with: ${words.slice(1, 3).map((word) => `'${word}' `).join("")}`));
  if (words.length < need) return read(failure(`ERR wrong number of arguments for '${name.toLowerCase()}' command`));
  switch (name) {
    case "PING": return read(key === "" ? "+PONG\r\n" : bulk(key));
    case "ECHO": return read(bulk(key));
    case "GET": return read(found === undefined ? none : typeof found === "string" ? bulk(found) : wrongType);
    case "SET": return { reply: ok, data: { ...data, [key]: value } };
    case "APPEND": {
      if (found !== undefined && typeof found !== "string") return read(wrongType);
      const next = `${found ?? ""}${value}`;
      return { reply: integer(next.length), data: { ...data, [key]: next } };
    }
    case "INCR": case "DECR": case "INCRBY": {
      const number = Number(found ?? "0");
      if (typeof found === "object" || !Number.isSafeInteger(number)) return read(failure("ERR value is not an integer or out of range"));
      const next = number + (name === "INCR" ? 1 : name === "DECR" ? -1 : Number(value));
      return { reply: integer(next), data: { ...data, [key]: String(next) } };
    }
    case "DEL": {
      const gone = words.slice(1).filter((each) => Object.hasOwn(data, each));
      return { reply: integer(gone.length), data: Object.fromEntries(Object.entries(data).filter(([each]) => !gone.includes(each))) };
    }
    case "EXISTS": return read(integer(words.slice(1).filter((each) => Object.hasOwn(data, each)).length));
    case "KEYS": return read(array(Object.keys(data).sort()));
    case "DBSIZE": return read(integer(Object.keys(data).length));
    case "FLUSHALL": case "FLUSHDB": return { reply: ok, data: {} };
    case "LPUSH": case "RPUSH": {
      if (typeof found === "string") return read(wrongType);
      const added = words.slice(2);
      const next = name === "RPUSH" ? [...(found ?? []), ...added] : [...[...added].reverse(), ...(found ?? [])];
      return { reply: integer(next.length), data: { ...data, [key]: next } };
    }
    case "LLEN": return read(typeof found === "string" ? wrongType : integer(found?.length ?? 0));
    case "LRANGE": {
      if (typeof found === "string") return read(wrongType);
      const list = found ?? [];
      const from = Number(value) < 0 ? Math.max(0, list.length + Number(value)) : Number(value);
      const to = Number(more) < 0 ? list.length + Number(more) : Number(more);
      return read(array(list.slice(from, to + 1)));
    }
    default: return read(failure(`ERR unknown command '${words[0] ?? ""}'`));
  }
}

/** Fewest words of each command, its name included. */
const arity: Readonly<Record<string, number>> = {
  PING: 1, ECHO: 2, GET: 2, SET: 3, APPEND: 3, INCR: 2, DECR: 2, INCRBY: 3, DEL: 2, EXISTS: 2, KEYS: 2, DBSIZE: 1, FLUSHALL: 1, FLUSHDB: 1, LPUSH: 3, RPUSH: 3, LLEN: 2, LRANGE: 4,
};
