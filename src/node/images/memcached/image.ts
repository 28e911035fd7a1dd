import type { Json } from "../../../base/json.ts";
import { LineServer, programsWithShell, usualPath } from "../ownPrograms.ts";
import type { ImageDefinition, Program } from "../program.ts";
import { debianFlavours, tagExists } from "../tags.ts";

interface Item {
  readonly [key: string]: Json;
  readonly value: string;
  readonly flags: string;
  /** Seconds since the epoch; 0: never. */
  readonly ends: number;
}
interface State {
  readonly [key: string]: Json;
  readonly items: Readonly<Record<string, Item>>;
  readonly gets: number;
  readonly sets: number;
}

const mostItems = 10_000;

/** memcached's text protocol: get, set, add, replace, delete, incr, decr, flush_all, stats, version. */
function memcached(args: readonly string[]): Program {
  const at = args.findIndex((arg) => arg === "-p");
  const port = Number(at < 0 ? "11211" : args[at + 1]);
  return new LineServer<State>({
    ports: [port], exitOnTerm: 0, begin: () => ({ items: {}, gets: 0, sets: 0 }),
    respond: (text, state, ctx) => {
      const now = Math.floor((ctx.epochUs + ctx.clock()) / 1_000_000);
      let { items, gets, sets } = state;
      const lines = text.split(/\r?\n/);
      let out = "";
      const live = (key: string): Item | undefined => {
        const item = Object.hasOwn(items, key) ? items[key] : undefined;
        return item === undefined || (item.ends !== 0 && item.ends <= now) ? undefined : item;
      };
      const without = (key: string): void => void (items = Object.fromEntries(Object.entries(items).filter(([each]) => each !== key)));
      for (let line = 0; line < lines.length; line++) {
        const [verb = "", key = "", ...rest] = (lines[line] ?? "").trim().split(/\s+/);
        if (verb === "") continue;
        if (verb === "get" || verb === "gets") {
          for (const each of [key, ...rest]) {
            gets += 1;
            const item = live(each);
            if (item !== undefined) out += `VALUE ${each} ${item.flags} ${item.value.length}\r\n${item.value}\r\n`;
          }
          out += "END\r\n";
        } else if (verb === "set" || verb === "add" || verb === "replace") {
          const [flags = "0", expiry = "0"] = rest;
          line += 1;
          sets += 1;
          const stores = verb === "set" || (live(key) === undefined) === (verb === "add");
          if (stores && (Object.hasOwn(items, key) || Object.keys(items).length < mostItems)) {
            items = { ...items, [key]: { value: lines[line] ?? "", flags, ends: Number(expiry) === 0 ? 0 : Number(expiry) > 2_592_000 ? Number(expiry) : now + Number(expiry) } };
            out += "STORED\r\n";
          } else out += "NOT_STORED\r\n";
        } else if (verb === "delete") {
          out += live(key) === undefined ? "NOT_FOUND\r\n" : "DELETED\r\n";
          without(key);
        } else if (verb === "incr" || verb === "decr") {
          const item = live(key);
          const value = item === undefined ? Number.NaN : Math.max(0, Number(item.value) + (verb === "incr" ? 1 : -1) * Number(rest[0] ?? "1"));
          if (item === undefined) out += "NOT_FOUND\r\n";
          else if (!Number.isSafeInteger(value)) out += "CLIENT_ERROR cannot increment or decrement non-numeric value\r\n";
          else {
            items = { ...items, [key]: { ...item, value: String(value) } };
            out += `${value}\r\n`;
          }
        } else if (verb === "flush_all") {
          items = {};
          out += "OK\r\n";
        } else if (verb === "version") out += "VERSION 1.6.39\r\n";
        else if (verb === "stats") out += `STAT pid 1\r\nSTAT time ${now}\r\nSTAT version 1.6.39\r\nSTAT curr_items ${Object.keys(items).length}\r\nSTAT cmd_get ${gets}\r\nSTAT cmd_set ${sets}\r\nEND\r\n`;
        else if (verb !== "quit") out += "ERROR\r\n";
      }
      return { state: { items, gets, sets }, text: out };
    },
  });
}

export const memcachedImage: ImageDefinition = {
  names: ["memcached", "bitnami/memcached", "registry.k8s.io/memcached"], tagExists: (tag) => tagExists({ names: ["latest", "alpine", "bookworm", "trixie", "1"], minors: { "1": 6 }, flavours: debianFlavours }, tag), sizeBytes: 30_000_000,
  entrypoint: ["docker-entrypoint.sh"], command: ["memcached"], env: usualPath, exposedPorts: [11_211], files: {}, program: programsWithShell({ memcached }, ["docker-entrypoint.sh"]),
};
