import type { Json } from "../base/json.ts";
import type { ProcessId } from "../sim/process.ts";
import type { SimTime } from "../sim/time.ts";
import type { WindowReport } from "../sim/window.ts";
import type { Composition } from "./composition.ts";
import type { Grant, HostAssignment, SavedProcesses } from "./hostPort.ts";
import { InlineHost } from "./transports/inline.ts";

/** Coordinator -> host thread; answered in order. */
export type ToHost<Spec> =
  | { readonly type: "open"; readonly assignment: HostAssignment<Spec> }
  | { readonly type: "window"; readonly grant: Grant }
  | { readonly type: "keyframe" }
  | { readonly type: "restore"; readonly saved: SavedProcesses; readonly own: readonly string[] }
  | { readonly type: "observe"; readonly process: ProcessId; readonly question: Json; readonly now: SimTime };

export type FromHost =
  | { readonly type: "done"; readonly result: HostResult }
  | { readonly type: "error"; readonly message: string };

export type HostResult = WindowReport | SavedProcesses | SimTime | Json | null;

/** The thread's side: one message in, one answer out. */
export class HostServer<Spec, Command> {
  private readonly host: InlineHost<Spec, Command>;

  constructor(composition: Composition<Spec, Command>) {
    this.host = new InlineHost(composition);
  }

  answer(message: ToHost<Spec>): FromHost {
    try {
      return { type: "done", result: this.perform(message) };
    } catch (thrown) {
      return { type: "error", message: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) };
    }
  }

  private perform(message: ToHost<Spec>): HostResult {
    switch (message.type) {
      case "open":
        this.host.open(message.assignment);
        return null;
      case "window":
        return this.host.runWindow(message.grant);
      case "keyframe":
        return this.host.keyframe();
      case "restore":
        return this.host.restore(message.saved, message.own);
      case "observe":
        return this.host.observe(message.process, message.question, message.now);
    }
  }
}
