import { readdirSync, readFileSync } from "node:fs";

/** Of a process: its parent, and the time that it and those of its children that have ended have had, in clock ticks. Null where it is gone. */
function processTimes(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name stands in brackets and may hold anything.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { parent: Number(fields[1]), ticks: fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) };
  } catch {
    return null;
  }
}

/** Ticks that this process and all below it have had. */
function ownTicks() {
  const all = new Map(readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map((name) => [Number(name), processTimes(name)]));
  const isOwn = (pid) => pid === process.pid || (pid > 1 && isOwn(all.get(pid)?.parent ?? 0));
  let ticks = 0;
  for (const [pid, times] of all) if (times !== null && isOwn(pid)) ticks += times.ticks;
  return ticks;
}

function machineTicks() {
  const [, user, nice, system, idle, ioWait, irq, softIrq, stolen] = readFileSync("/proc/stat", "utf8").split("\n")[0].split(/\s+/).map(Number);
  const busy = user + nice + system + irq + softIrq + stolen;
  return { busy, all: busy + idle + ioWait };
}

/** Starts to watch who has the processors; the answer is the share that other programs had since. Null where the system does not tell. */
export function watchOthers() {
  try {
    const own = ownTicks();
    const machine = machineTicks();
    return () => {
      const now = machineTicks();
      const others = now.busy - machine.busy - (ownTicks() - own);
      return Math.max(0, others) / Math.max(1, now.all - machine.all);
    };
  } catch {
    return () => null;
  }
}
