import { formatRfc3339 } from "../../../../base/rfc3339.ts";
import type { Applet, CommandIo, CommandResult } from "../shell/commandIo.ts";
import { secondsOf } from "../shell/durations.ts";
import { readOptions } from "./options.ts";

const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const longDays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const longMonths = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const dayUs = 86_400_000_000;

/** A sleep shorter than starting the command would be takes as long as that. */
const shortestUs = 1_000;

function sleep(io: CommandIo): CommandResult {
  let seconds = 0;
  for (const arg of io.args.slice(1)) {
    if (arg === "infinity" || arg === "inf") return { kind: "forever" };
    const each = secondsOf(arg);
    if (each === null) {
      io.err(`sleep: invalid number '${arg}'\n`);
      return 1;
    }
    seconds += each;
  }
  if (io.args.length === 1) {
    io.err("sleep: missing operand\n");
    return 1;
  }
  io.ctx.setTimer(io.timer, Math.max(shortestUs, Math.round(seconds * 1_000_000)));
  return { kind: "sleep" };
}

/** `at` in Unix microseconds by strftime's letters, in UTC. */
export function strftime(format: string, at: number): string {
  const stamp = formatRfc3339(at, true);
  const [year = "", month = "", day = ""] = stamp.slice(0, 10).split("-");
  const [hour = "", minute = "", second = ""] = stamp.slice(11, 19).split(":");
  const weekday = (((Math.floor(at / dayUs) + 4) % 7) + 7) % 7;
  const yearDay = Math.floor(at / dayUs) - Math.floor(Date.UTC(Number(year), 0, 1) * 1000 / dayUs) + 1;
  const parts: Readonly<Record<string, string>> = {
    Y: year, y: year.slice(2), C: year.slice(0, 2), m: month, d: day, e: String(Number(day)).padStart(2), H: hour, k: String(Number(hour)).padStart(2), M: minute, S: second, I: String(((Number(hour) + 11) % 12) + 1).padStart(2, "0"), p: Number(hour) < 12 ? "AM" : "PM",
    s: String(Math.floor(at / 1_000_000)), N: `${stamp.slice(20, 26)}000`, F: stamp.slice(0, 10), T: stamp.slice(11, 19), R: stamp.slice(11, 16), D: `${month}/${day}/${year.slice(2)}`, Z: "UTC", z: "+0000", c: `${days[weekday] ?? ""} ${months[Number(month) - 1] ?? ""} ${String(Number(day)).padStart(2)} ${stamp.slice(11, 19)} ${year}`,
    a: days[weekday] ?? "", A: longDays[weekday] ?? "", b: months[Number(month) - 1] ?? "", h: months[Number(month) - 1] ?? "", B: longMonths[Number(month) - 1] ?? "", n: "\n", t: "\t", "%": "%", j: String(yearDay).padStart(3, "0"), u: String(weekday === 0 ? 7 : weekday), w: String(weekday),
  };
  return format.replace(/%(-?)([0-9]?)([A-Za-z%])/g, (whole, bare: string, digits: string, letter: string) => {
    const text = parts[letter];
    if (text === undefined) return whole;
    return bare === "-" ? text.replace(/^[0 ]+(?=.)/, "") : letter === "N" && digits !== "" ? text.slice(0, Number(digits)) : text;
  });
}

const steps: Readonly<Record<string, number>> = { sec: 1, second: 1, min: 60, minute: 60, hour: 3_600, day: 86_400, week: 604_800, month: 2_592_000, year: 31_536_000 };

/** "@seconds", RFC 3339, "2024-01-02 03:04", "1 hour ago", "+5 minutes"; null where it is none of these. */
export function parseDate(text: string, nowUs: number): number | null {
  const trimmed = text.trim().replace(/ UTC$/, "").replace(/ \+0000$/, "");
  if (/^@-?[0-9]+$/.test(trimmed)) return Number(trimmed.slice(1)) * 1_000_000;
  if (trimmed === "now" || trimmed === "") return nowUs;
  if (trimmed === "yesterday" || trimmed === "tomorrow") return nowUs + (trimmed === "tomorrow" ? dayUs : -dayUs);
  const relative = /^([-+]?[0-9]+) ?([a-z]+?)s?( ago)?$/.exec(trimmed);
  const unit = steps[relative?.[2] ?? ""];
  if (relative !== null && unit !== undefined) return nowUs + Number(relative[1]) * unit * 1_000_000 * (relative[3] === undefined ? 1 : -1);
  const absolute = /^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?)?(?:Z|\+00:00)?$/.exec(trimmed);
  if (absolute === null) return null;
  const [, year, month, day, hour = "0", minute = "0", second = "0"] = absolute;
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) * 1000;
}

function date(io: CommandIo): number {
  const nowUs = io.ctx.epochUs + io.ctx.clock();
  const { given, words } = readOptions(io.args.map((arg) => (/^-I./.test(arg) ? `--iso-8601=${arg.slice(2)}` : arg)), ["d", "date", "r", "D"]);
  const asked = given.get("d") ?? given.get("date");
  const at = asked === undefined ? nowUs : parseDate(asked, nowUs);
  if (at === null) {
    io.err(`date: invalid date '${asked ?? ""}'\n`);
    return 1;
  }
  const format = words.find((word) => word.startsWith("+"))?.slice(1);
  const iso = given.get("iso-8601") ?? (given.has("I") ? "" : undefined);
  const isoFormat = iso === undefined ? undefined : iso === "" || iso === "date" ? "%Y-%m-%d" : iso.startsWith("ns") ? "%Y-%m-%dT%H:%M:%S,%N+00:00" : "%Y-%m-%dT%H:%M:%S+00:00";
  io.out(`${strftime(format ?? isoFormat ?? (given.has("R") ? "%a, %d %b %Y %H:%M:%S +0000" : "%a %b %e %H:%M:%S UTC %Y"), at)}\n`);
  return 0;
}

export const clockApplets: Readonly<Record<string, Applet>> = {
  sleep: { run: sleep, resume: () => 0 }, date: { run: date },
  usleep: { run: (io) => { io.ctx.setTimer(io.timer, Math.max(shortestUs, Number(io.args[1] ?? "0") || 0)); return { kind: "sleep" }; } },
  uptime: { run: (io) => { io.out(` ${strftime("%H:%M:%S", io.ctx.epochUs + io.ctx.clock())} up ${Math.floor(io.ctx.clock() / 60_000_000)} min,  0 users\n`); return 0; } },
};
