import { processTitles, replacesShell, shownCommand, userName, userOf } from "../../processTitles.ts";
import type { ProgramContext } from "../../program.ts";
import type { Applet, CommandIo } from "../shell/commandIo.ts";

/** Whether a command runs beside the container's own program. */
export function isBeside(ctx: ProgramContext): boolean {
  return ctx.mainCommand !== ctx.command;
}

/** The number of the shell's n-th thread: of the container's own processes, or behind all others where it runs beside them. */
export function pidOf(ctx: ProgramContext, thread: number): number {
  const { own, others } = ctx.sharedPids ?? { own: 1, others: [] };
  return thread + (isBeside(ctx) ? Math.max(own, ...others.map(({ pid }) => pid)) + 5 : own - 1);
}

interface Row {
  readonly pid: number;
  readonly user: string;
  readonly command: string;
}

/** All that a command sees run, itself apart. */
function processes({ ctx, threads }: CommandIo): readonly Row[] {
  const user = userName(userOf(ctx).uid);
  const { own, others } = ctx.sharedPids ?? { own: 1, others: [] };
  const rows: Row[] = [...others];
  if (isBeside(ctx)) rows.push(...processTitles(ctx.mainCommand, ctx).map(({ offset, ...title }) => ({ pid: own + offset, ...title })));
  for (const { id, name } of threads) rows.push({ pid: pidOf(ctx, id), user, command: id === 1 ? shownCommand(ctx.command) : name });
  return rows.sort((a, b) => a.pid - b.pid);
}

function ps(io: CommandIo): number {
  const wide = io.args.slice(1).join("").includes("aux") || io.args.includes("-ef");
  const rows = processes(io);
  const last = rows[rows.length - 1]?.pid ?? 0;
  if (wide) io.out("USER       PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n");
  else io.out("PID   USER     TIME  COMMAND\n");
  const own = isBeside(io.ctx) && replacesShell(io.ctx.command) ? [] : [{ pid: last + 1, user: userName(userOf(io.ctx).uid), command: io.args.join(" ") }];
  for (const { pid, user, command } of [...rows, ...own]) {
    io.out(wide ? `${user} ${String(pid).padStart(13 - user.length)}  0.0  0.0   4400  1200 ?        S    00:00   0:00 ${command}\n` : `${String(pid).padStart(5)} ${user.padEnd(8)}  0:00 ${command}\n`);
  }
  return 0;
}

function id(io: CommandIo): number {
  const { uid, gid, groups } = userOf(io.ctx);
  const full = (number: number): string => (number === 0 ? "0(root)" : String(number));
  const asked = new Set(io.args.slice(1).join(""));
  const shown = (number: number): string => (asked.has("n") ? userName(number) : String(number));
  if (asked.has("u")) io.out(`${shown(uid)}\n`);
  else if (asked.has("g")) io.out(`${shown(gid)}\n`);
  else if (asked.has("G")) io.out(`${groups.map(shown).join(" ")}\n`);
  else io.out(`uid=${full(uid)} gid=${full(gid)} groups=${groups.map(full).join(",")}\n`);
  return 0;
}

function whoami(io: CommandIo): number {
  const { uid } = userOf(io.ctx);
  if (uid === 0) io.out("root\n");
  else io.err(`whoami: unknown uid ${uid}\n`);
  return uid === 0 ? 0 : 1;
}

function pgrep(io: CommandIo): number {
  const name = io.args[io.args.length - 1] ?? "";
  const whole = io.args.includes("-f");
  const found = processes(io).filter(({ command }) => (whole ? command : command.split(" ")[0] ?? "").includes(name));
  for (const { pid } of found) io.out(`${pid}\n`);
  return found.length === 0 ? 1 : 0;
}

function pidof(io: CommandIo): number {
  const found = processes(io).filter(({ command }) => command.split(" ").some((word) => (word.replace(/:$/, "").split("/").pop() ?? "") === io.args[1]));
  if (found.length > 0) io.out(`${found.map(({ pid }) => pid).reverse().join(" ")}\n`);
  return found.length === 0 ? 1 : 0;
}

export const processApplets: Readonly<Record<string, Applet>> = {
  ps: { run: ps }, id: { run: id }, whoami: { run: whoami }, pgrep: { run: pgrep }, pidof: { run: pidof },
  groups: { run: (io) => (io.out(`${userOf(io.ctx).groups.map(userName).join(" ")}\n`), 0) },
};
