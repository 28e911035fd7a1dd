import type { Applet, CommandIo, CommandResult } from "../shell/commandIo.ts";
import { evaluateArithmetic } from "../shell/arithmetic.ts";

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

function sleep(io: CommandIo): CommandResult {
  let seconds = 0;
  for (const arg of io.args.slice(1)) {
    if (arg === "infinity" || arg === "inf") return { kind: "forever" };
    const match = /^([0-9]+(?:\.[0-9]+)?)([smhd]?)$/.exec(arg);
    if (match === null) {
      io.err(`sleep: invalid number '${arg}'\n`);
      return 1;
    }
    seconds += Number(match[1]) * (units[match[2] ?? "s"] ?? 1);
  }
  if (io.args.length === 1) {
    io.err("sleep: missing operand\n");
    return 1;
  }
  io.ctx.setTimer(io.timer, Math.max(1, Math.round(seconds * 1_000_000)));
  return { kind: "sleep" };
}

function env(io: CommandIo): number {
  const name = io.args[1];
  if (io.args[0] === "printenv" && name !== undefined) {
    const value = io.variable(name);
    if (value !== undefined) io.out(`${value}\n`);
    return value === undefined ? 1 : 0;
  }
  for (const key of Object.keys(io.variables).sort()) io.out(`${key}=${io.variables[key] ?? ""}\n`);
  return 0;
}

export const systemApplets: Readonly<Record<string, Applet>> = {
  sleep: { run: sleep, resume: () => 0 },
  env: { run: env }, printenv: { run: env },
  true: { run: () => 0 }, ":": { run: () => 0 }, false: { run: () => 1 },
  hostname: { run: (io) => { io.out(`${io.args.includes("-i") ? io.ctx.podIp : io.ctx.hostname}\n`); return 0; } },
  whoami: { run: (io) => { io.out("root\n"); return 0; } },
  id: { run: (io) => { io.out(io.args.includes("-u") ? "0\n" : "uid=0(root) gid=0(root) groups=0(root)\n"); return 0; } },
  uname: { run: (io) => { io.out(io.args.includes("-a") ? `Linux ${io.ctx.hostname} 6.8.0-orrery #1 SMP x86_64 GNU/Linux\n` : io.args.includes("-r") ? "6.8.0-orrery\n" : "Linux\n"); return 0; } },
  expr: {
    run: (io) => {
      const value = evaluateArithmetic(io.args.slice(1).join(" "), () => "0");
      io.out(`${value}\n`);
      return value === 0 ? 1 : 0;
    },
  },
  ps: { run: (io) => { io.out(`PID   USER     TIME  COMMAND\n    1 root      0:00 ${io.ctx.mainCommand.join(" ")}\n${io.ctx.mainCommand === io.ctx.command ? "" : `    7 root      0:00 ${io.ctx.command.join(" ")}\n`}`); return 0; } },
};
