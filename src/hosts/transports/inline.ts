import type { Json } from "../../base/json.ts";
import type { ProcessId } from "../../sim/process.ts";
import { LocalHost } from "../../sim/processHost.ts";
import type { SimTime } from "../../sim/time.ts";
import type { WindowReport } from "../../sim/window.ts";
import type { Composition } from "../composition.ts";
import type { Grant, HostAssignment, HostPort, SavedProcesses } from "../hostPort.ts";

/** A host in the caller's own thread: no copies, no waiting. */
export class InlineHost<Spec, Command> implements HostPort<Spec> {
  private readonly composition: Composition<Spec, Command>;
  private readonly freezeBodies: boolean;
  private host: LocalHost | null = null;

  constructor(composition: Composition<Spec, Command>, options: { readonly freezeBodies?: boolean } = {}) {
    this.composition = composition;
    this.freezeBodies = options.freezeBodies === true;
  }

  open(assignment: HostAssignment<Spec>): void {
    const { spec, seed, own, elsewhere } = assignment;
    const { groups } = this.composition.build(spec, seed);
    this.host = new LocalHost({
      seed, elsewhere, freezeBodies: this.freezeBodies,
      groups: groups.filter((group) => own.includes(group.id)),
      makeGroup: (id, description) => this.composition.makeGroup(spec, id, description),
    });
  }

  runWindow(grant: Grant): WindowReport {
    return this.local.runWindow(grant);
  }

  keyframe(): SavedProcesses {
    return [...this.local.keyframe()];
  }

  restore(saved: SavedProcesses, own: readonly string[]): SimTime | null {
    this.local.restore(new Map(saved), new Set(own));
    return this.local.nextEventAt;
  }

  observe(process: ProcessId, question: Json, now: SimTime): Json | null {
    return this.local.observe(process, question, now);
  }

  close(): void {
    this.host = null;
  }

  get nextEventAt(): SimTime | null {
    return this.local.nextEventAt;
  }

  private get local(): LocalHost {
    if (this.host === null) throw new Error("the host is not open");
    return this.host;
  }
}
