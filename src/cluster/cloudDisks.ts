import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { disksPerNode, type CloudDisk } from "../kinds/volumes/diskDriver.ts";
import type { ProcessContext, ProcessId } from "../sim/process.ts";
import { groupOf } from "../sim/link.ts";
import { second } from "../sim/time.ts";

type Op = "create" | "delete" | "attach" | "detach" | "resize";
type Files = Readonly<Record<string, string>>;

/** What an operation takes at such providers, at least and at most. */
const takesUs: Readonly<Record<Op, readonly [number, number]>> = {
  create: [1 * second, 3 * second], delete: [1 * second, 2 * second], attach: [2 * second, 5 * second], detach: [2 * second, 4 * second], resize: [2 * second, 4 * second],
};

/** Begins the key of a disk operation's timer. */
const diskTimer = "disk ";
const index = "disks";
const contentOf = (id: string): string => `disk/${id}`;
const longestWayUs = 300 * second;
/** When each file was last written: the network may bring an older writing later, by its longest way at most. */
const timesOf = (id: string): string => `times/${id}`;
const mostDisks = 10_000;
const mostContent = 4 * 1024 * 1024;

interface Asked {
  readonly op: Op;
  readonly id: string;
  readonly node: string;
  readonly zone: string;
  readonly bytes: number;
  readonly replyTo: ProcessId;
}

/** Where the cloud's machines are; undefined for one that it does not have. */
export type ZoneOf = (node: string) => string | undefined;

// The provider's disks: what is on them lies on the cloud's own storage, so it follows a disk from machine to machine. Operations take
// their time, are the same however often they are asked for, and end in {type: "heard", topic: "disk <id>"} to who asked.

/** A message {type: "disk/..."}; `pending`: the operations under way, by their timers. */
export function toldOfDisk(body: JsonObject, from: ProcessId, pending: Set<string>, zoneOf: ZoneOf, ctx: ProcessContext): void {
  const type = String(body["type"]);
  const id = String(body["disk"]);
  if (type === "disk/read") return read(id, from, ctx);
  if (type === "disk/write") return write(id, body["files"] ?? null, Number(body["at"]), from, ctx);
  const asked = { op: type.slice("disk/".length) as Op, id, node: String(body["node"] ?? ""), zone: String(body["zone"] ?? ""), bytes: Number(body["bytes"] ?? 0), replyTo: String(body["replyTo"] ?? from) };
  const key = `${diskTimer}${JSON.stringify(asked)}`;
  // One thing at a time with each disk: who asks for another asks again.
  if (!Object.hasOwn(takesUs, asked.op) || [...pending].some((other) => askedOf(other).id === id)) return;
  if (isDone(asked, diskOf(id, ctx))) return end(asked, zoneOf, ctx);
  const [least, most] = takesUs[asked.op];
  pending.add(key);
  ctx.setTimer(key, ctx.random.fork(asked.op).int(least, most));
}

/** An operation has taken its time. */
export function diskDue(key: string, pending: Set<string>, zoneOf: ZoneOf, ctx: ProcessContext): void {
  pending.delete(key);
  end(askedOf(key), zoneOf, ctx);
}

const askedOf = (timer: string): Asked => JSON.parse(timer.slice(diskTimer.length)) as Asked;

/** A machine was given back: its disks are free. */
export function freeDisks(node: string, ctx: ProcessContext): void {
  const disks = disksOf(ctx);
  for (const [id, disk] of Object.entries(disks)) if (disk.nodes.includes(node)) disks[id] = { ...disk, nodes: disk.nodes.filter((each) => each !== node) };
  ctx.disk.write(index, disks as unknown as Json);
}

function end(asked: Asked, zoneOf: ZoneOf, ctx: ProcessContext): void {
  const { op, id, node, replyTo } = asked;
  const disks = disksOf(ctx);
  const before = Object.hasOwn(disks, id) ? disks[id] : undefined;
  const fault = isDone(asked, before) ? null : faultOf(asked, before, disks, zoneOf);
  const heard = (topic: string, value: Json): void => ctx.sendDatagram(replyTo, { type: "heard", topic, value });
  if (fault === null) {
    const after = changed(asked, before);
    if (after === null) delete disks[id];
    else disks[id] = after;
    ctx.disk.write(index, disks as unknown as Json);
    if (op === "delete") for (const name of [contentOf(id), timesOf(id)]) ctx.disk.write(name, null);
    heard(`disk ${id}`, after as unknown as Json);
  }
  heard(`fault ${op} ${id} ${node}`, fault);
}

function read(id: string, from: ProcessId, ctx: ProcessContext): void {
  const disk = diskOf(id, ctx);
  const node = groupOf(from);
  if (disk?.nodes.includes(node) !== true) ctx.sendDatagram(from, { type: "disk/content", disk: id, error: disk === undefined ? `disk ${id} not found` : `disk ${id} is not attached to ${node}` });
  else ctx.sendDatagram(from, { type: "disk/content", disk: id, files: ctx.disk.read(contentOf(id)) ?? {}, bytes: disk.bytes });
}

/** A machine that lost the disk writes into nothing. */
function write(id: string, files: Json, at: number, from: ProcessId, ctx: ProcessContext): void {
  const disk = diskOf(id, ctx);
  if (disk?.nodes.includes(groupOf(from)) !== true || !isJsonObject(files)) return;
  const content = new Map(Object.entries((ctx.disk.read(contentOf(id)) ?? {}) as Files));
  const times = new Map(Object.entries((ctx.disk.read(timesOf(id)) ?? {}) as Readonly<Record<string, number>>));
  for (const [path, text] of Object.entries(files)) {
    if ((times.get(path) ?? 0) > at) continue;
    times.set(path, at);
    if (typeof text === "string") content.set(path, text);
    else content.delete(path);
  }
  let length = 0;
  for (const [path, text] of content) length += path.length + text.length;
  if (length > Math.min(mostContent, disk.bytes)) return ctx.trace({ type: "diskFull", disk: id });
  ctx.disk.write(contentOf(id), Object.fromEntries(content));
  ctx.disk.write(timesOf(id), Object.fromEntries([...times].filter(([, written]) => written > at - longestWayUs)));
}

function disksOf(ctx: ProcessContext): Record<string, CloudDisk> {
  return { ...(ctx.disk.read(index) as unknown as Record<string, CloudDisk> | null) };
}

function diskOf(id: string, ctx: ProcessContext): CloudDisk | undefined {
  const disks = disksOf(ctx);
  return Object.hasOwn(disks, id) ? disks[id] : undefined;
}

function isDone({ op, node, bytes }: Asked, disk: CloudDisk | undefined): boolean {
  switch (op) {
    case "create": return disk !== undefined;
    case "delete": return disk === undefined;
    case "attach": return disk?.nodes.includes(node) === true;
    case "detach": return disk?.nodes.includes(node) !== true;
    case "resize": return disk !== undefined && disk.bytes >= bytes;
  }
}

function faultOf({ op, id, node, zone }: Asked, disk: CloudDisk | undefined, disks: Readonly<Record<string, CloudDisk>>, zoneOf: ZoneOf): string | null {
  if (op === "create") return Object.keys(disks).length >= mostDisks ? `rpc error: code = ResourceExhausted desc = quota of ${mostDisks} disks exceeded` : zone === "" ? "rpc error: code = InvalidArgument desc = no zone was named" : null;
  if (disk === undefined) return `rpc error: code = NotFound desc = disk ${id} not found`;
  if (op === "delete") return disk.nodes.length === 0 ? null : `rpc error: code = FailedPrecondition desc = disk ${id} is attached to ${disk.nodes.join(", ")}`;
  if (op !== "attach") return null;
  const machineZone = zoneOf(node);
  if (machineZone === undefined) return `rpc error: code = NotFound desc = instance ${node} not found`;
  if (machineZone !== disk.zone) return `rpc error: code = InvalidArgument desc = disk ${id} is in zone ${disk.zone}, instance ${node} in zone ${machineZone}`;
  if (disk.nodes.length > 0) return `rpc error: code = FailedPrecondition desc = disk ${id} is in use by instance ${disk.nodes.join(", ")}`;
  const here = Object.values(disks).filter(({ nodes }) => nodes.includes(node)).length;
  return here >= disksPerNode ? `rpc error: code = ResourceExhausted desc = instance ${node} has ${disksPerNode} disks, the most it takes` : null;
}

/** The disk after the operation; null where it is gone. */
function changed({ op, node, zone, bytes }: Asked, before: CloudDisk | undefined): CloudDisk | null {
  const disk = before ?? { zone, bytes, nodes: [] };
  switch (op) {
    case "create": return disk;
    case "delete": return null;
    case "attach": return { ...disk, nodes: [node] };
    case "detach": return before === undefined ? null : { ...disk, nodes: disk.nodes.filter((each) => each !== node) };
    case "resize": return { ...disk, bytes: Math.max(disk.bytes, bytes) };
  }
}
