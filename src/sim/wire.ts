import { deepFreeze } from "../base/freeze.ts";
import { groupOf, healthyDelayUs, retransmissionDelayUs, type LinkState, type LinkTable } from "./link.ts";
import type { CauseId, ConnectionId, ProcessEvent, ProcessId } from "./process.ts";
import type { ConnectionEnd, Pending, ProcessRecord, Stalled } from "./processRecord.ts";
import { addTime, second, type SimTime } from "./time.ts";
import type { Envelope } from "./window.ts";

/** Upstream's HTTP/2 clients ping after 30 s of silence and give up 15 s later. */
const brokenAfterUs = 45 * second;
/** Upstream's dial time-out (net.Dialer in client-go's transport). */
const dialTimeoutUs = 30 * second;

/** Where a message goes from here. */
export interface WireTarget {
  readonly links: LinkTable;
  record(process: ProcessId): ProcessRecord | undefined;
  /** A group on another host. */
  isElsewhere(group: string): boolean;
  isPowered(group: string): boolean;
  push(item: Pending): void;
  sendOut(envelope: Envelope): void;
  noteObsolete(): void;
}

/** Carries messages between processes: delays, faults, and the two ends of every connection. */
export class Wire {
  private readonly target: WireTarget;
  private readonly freezeBodies: boolean;

  constructor(target: WireTarget, freezeBodies: boolean) {
    this.target = target;
    this.freezeBodies = freezeBodies;
  }

  /** `leaveAt`: when the sender's work is done and the message goes out. */
  datagram(sender: ProcessRecord, to: ProcessId, body: unknown, notes: unknown, cause: CauseId, leaveAt: SimTime): void {
    const event = this.datagramEvent(sender, body, notes);
    if (to === "") {
      this.target.sendOut({ at: leaveAt, from: sender.id, seq: ++sender.seq, to, cause, event });
      return;
    }
    const toGroup = groupOf(to);
    let arriveAt = addTime(leaveAt, healthyDelayUs(sender.group, toGroup));
    const fault = this.target.links.between(sender.group, toGroup);
    if (fault !== null) {
      if (fault.cut) return;
      if (fault.lossPerMille > 0 && sender.randoms.stream("link").chance({ num: fault.lossPerMille, den: 1000 })) return;
      arriveAt = addTime(arriveAt, fault.extraDelayUs + (fault.jitterUs > 0 ? sender.randoms.stream("link").int(0, fault.jitterUs) : 0));
    }
    this.post(sender, to, arriveAt, cause, event);
  }

  datagramEvent(sender: ProcessRecord, body: unknown, notes: unknown): ProcessEvent {
    if (!this.freezeBodies) return { type: "datagram", from: sender.id, body, notes };
    return { type: "datagram", from: sender.id, body: deepFreeze(body), notes: deepFreeze(notes) };
  }

  connect(sender: ProcessRecord, to: ProcessId, cause: CauseId, leaveAt: SimTime): ConnectionId {
    const id = `${sender.id}>${++sender.connections}`;
    const end: ConnectionEnd = { id, peer: to, established: false, closing: false, peerLost: !this.target.isPowered(groupOf(to)), lastArrivalAt: leaveAt, stalled: [], endsBySeq: null };
    sender.ends.set(id, end);
    const reachable = this.target.isPowered(groupOf(to)) && !this.target.links.isCut(sender.group, groupOf(to));
    if (!reachable) this.endLater(sender, end, addTime(leaveAt, dialTimeoutUs), cause);
    this.carry(sender, end, { type: "connected", connection: id, peer: sender.id }, cause, leaveAt);
    return id;
  }

  /** Ignored on a connection that is gone: its end has been told already, or is on its way. */
  send(sender: ProcessRecord, connection: ConnectionId, body: unknown, cause: CauseId, leaveAt: SimTime): void {
    const end = sender.ends.get(connection);
    if (end === undefined || end.closing) return;
    this.carry(sender, end, { type: "received", connection, body: this.freezeBodies ? deepFreeze(body) : body }, cause, leaveAt);
  }

  /** Both ends hear of it. */
  disconnect(sender: ProcessRecord, connection: ConnectionId, cause: CauseId, leaveAt: SimTime): void {
    const end = sender.ends.get(connection);
    if (end === undefined || end.closing) return;
    this.sayGoodbye(sender, end, cause, leaveAt);
    end.closing = true;
    this.endLater(sender, end, addTime(leaveAt, 1), cause);
  }

  /**
   * The connection's side of an event that is about to be handled: keeps the table of ends, answers a new connection.
   * False where the event must not reach the process.
   */
  accept(record: ProcessRecord, item: Pending, now: SimTime): boolean {
    const { event } = item;
    if (event.type !== "connected" && event.type !== "received" && event.type !== "disconnected") return true;
    const end = record.ends.get(event.connection);
    switch (event.type) {
      case "received":
        if (end === undefined) this.refuse(record, item, now);
        return end !== undefined && !end.closing;
      case "disconnected":
        return record.ends.delete(event.connection);
      case "connected":
        return end === undefined ? this.acceptNew(record, item, now) : this.acceptAnswer(record, end);
    }
  }

  /** The receiver is not there. A running machine refuses at once; one without power says nothing. */
  refuse(record: ProcessRecord, item: Pending, now: SimTime): void {
    const { event } = item;
    if ((event.type !== "connected" && event.type !== "received") || isOwn(record, event.connection)) return;
    if (!this.target.isPowered(record.group)) return;
    const arriveAt = addTime(now, this.delayTo(record, groupOf(item.from)));
    this.post(record, item.from, arriveAt, item.cause, { type: "disconnected", connection: event.connection, peer: record.id });
  }

  /** The process is gone. Its machine's kernel tells the peers, unless the machine lost its power. */
  dropEnds(record: ProcessRecord, cause: CauseId, now: SimTime, tellPeers: boolean): void {
    if (tellPeers) {
      for (const end of record.ends.values()) {
        if (!end.closing) this.sayGoodbye(record, end, cause, now);
      }
    } else {
      record.goodbyes = [];
    }
    record.ends.clear();
  }

  /** A link was cut or mended: connections across it stall, or go on. */
  linkChanged(record: ProcessRecord, cause: CauseId, now: SimTime): void {
    this.sendGoodbyes(record, now);
    for (const end of record.ends.values()) {
      if (end.closing) continue;
      const peerGroup = groupOf(end.peer);
      const cut = this.target.links.isCut(record.group, peerGroup);
      if (cut && end.endsBySeq === null) this.endLater(record, end, addTime(now, brokenAfterUs), cause);
      if (cut || end.endsBySeq === null || end.peerLost) continue;
      end.endsBySeq = null;
      this.target.noteObsolete();
      const stalled = end.stalled;
      end.stalled = [];
      for (const message of stalled) this.carry(record, end, message.event, message.cause, now);
    }
  }

  /** A machine lost its power: its peers find out when their pings stay unanswered. */
  peerLostPower(record: ProcessRecord, group: string, cause: CauseId, now: SimTime): void {
    for (const end of record.ends.values()) {
      if (end.closing || groupOf(end.peer) !== group) continue;
      end.peerLost = true;
      if (end.endsBySeq !== null) continue;
      this.endLater(record, end, addTime(now, end.established ? brokenAfterUs : dialTimeoutUs), cause);
    }
  }

  private acceptNew(record: ProcessRecord, item: Pending, now: SimTime): boolean {
    const { event } = item;
    if (event.type !== "connected" || isOwn(record, event.connection)) return false;
    const end: ConnectionEnd = { id: event.connection, peer: event.peer, established: true, closing: false, peerLost: !this.target.isPowered(groupOf(event.peer)), lastArrivalAt: now, stalled: [], endsBySeq: null };
    record.ends.set(end.id, end);
    const peerGroup = groupOf(end.peer);
    if (this.target.links.isCut(record.group, peerGroup) || !this.target.isPowered(peerGroup)) this.endLater(record, end, addTime(now, brokenAfterUs), item.cause);
    this.carry(record, end, { type: "connected", connection: end.id, peer: record.id }, item.cause, now);
    return true;
  }

  private acceptAnswer(record: ProcessRecord, end: ConnectionEnd): boolean {
    if (end.established || !isOwn(record, end.id)) return false;
    end.established = true;
    return !end.closing;
  }

  /** Tells the peer that this end is closed; across a cut link it hears of it once the link is mended. */
  private sayGoodbye(sender: ProcessRecord, end: ConnectionEnd, cause: CauseId, leaveAt: SimTime): void {
    if (this.target.links.isCut(sender.group, groupOf(end.peer))) sender.goodbyes.push({ to: end.peer, connection: end.id, cause });
    else this.carry(sender, end, { type: "disconnected", connection: end.id, peer: sender.id }, cause, leaveAt);
  }

  private sendGoodbyes(sender: ProcessRecord, now: SimTime): void {
    if (sender.goodbyes.length === 0) return;
    const goodbyes = sender.goodbyes;
    sender.goodbyes = [];
    for (const goodbye of goodbyes) {
      const peerGroup = groupOf(goodbye.to);
      if (this.target.links.isCut(sender.group, peerGroup)) sender.goodbyes.push(goodbye);
      else this.post(sender, goodbye.to, addTime(now, this.delayTo(sender, peerGroup)), goodbye.cause, { type: "disconnected", connection: goodbye.connection, peer: sender.id });
    }
  }

  private carry(sender: ProcessRecord, end: ConnectionEnd, event: ProcessEvent, cause: CauseId, leaveAt: SimTime): void {
    const peerGroup = groupOf(end.peer);
    const fault = this.target.links.between(sender.group, peerGroup);
    if (fault?.cut === true) {
      const stalled: Stalled = { event, cause };
      end.stalled.push(stalled);
      return;
    }
    const computed = addTime(leaveAt, delayUs(sender, peerGroup, fault));
    const arriveAt = computed > end.lastArrivalAt ? computed : end.lastArrivalAt;
    end.lastArrivalAt = arriveAt;
    this.post(sender, end.peer, arriveAt, cause, event);
  }

  private delayTo(sender: ProcessRecord, toGroup: string): number {
    return delayUs(sender, toGroup, this.target.links.between(sender.group, toGroup));
  }

  private endLater(record: ProcessRecord, end: ConnectionEnd, at: SimTime, cause: CauseId): void {
    if (end.endsBySeq !== null) this.target.noteObsolete();
    const seq = ++record.seq;
    end.endsBySeq = seq;
    const event: ProcessEvent = { type: "disconnected", connection: end.id, peer: end.peer };
    this.target.push({ readyAt: at, at, from: record.id, seq, to: record.id, cause, event, record, dropped: false });
  }

  private post(sender: ProcessRecord, to: ProcessId, at: SimTime, cause: CauseId, event: ProcessEvent): void {
    const seq = ++sender.seq;
    const record = this.target.record(to);
    if (record !== undefined) {
      this.target.push({ readyAt: at, at, from: sender.id, seq, to, cause, event, record, dropped: false });
    } else if (this.target.isElsewhere(groupOf(to))) {
      this.target.sendOut({ at, from: sender.id, seq, to, cause, event });
    } else if (event.type === "connected") {
      this.answerForNobody(sender, to, at, seq, cause, event.connection);
    }
  }

  /** There is no such process: "connection refused", in its name. It never sends by itself, so the sender's number is free. */
  private answerForNobody(sender: ProcessRecord, to: ProcessId, at: SimTime, seq: number, cause: CauseId, connection: ConnectionId): void {
    const arriveAt = addTime(at, healthyDelayUs(groupOf(to), sender.group));
    const event: ProcessEvent = { type: "disconnected", connection, peer: to };
    this.target.push({ readyAt: arriveAt, at: arriveAt, from: to, seq, to: sender.id, cause, event, record: sender, dropped: false });
  }
}

/** Opened by this process: a connection's id begins with the one who opened it. */
function isOwn(record: ProcessRecord, connection: ConnectionId): boolean {
  return connection.startsWith(record.id) && connection.charAt(record.id.length) === ">";
}

function delayUs(sender: ProcessRecord, toGroup: string, fault: LinkState | null): number {
  const healthyUs = healthyDelayUs(sender.group, toGroup);
  if (fault === null) return healthyUs;
  return healthyUs + fault.extraDelayUs + (fault.lossPerMille > 0 ? retransmissionDelayUs(fault.lossPerMille, sender.randoms.stream("link")) : 0);
}
