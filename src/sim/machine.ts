import { initialTransition, transition, type AnyMachineSnapshot, type AnyStateMachine } from "xstate";
import type { Json, JsonObject } from "../base/json.ts";
import { millisecond, type DurationUs } from "./time.ts";

/** A lifecycle's whole state, as plain data. */
export interface MachineState {
  readonly value: Json;
  readonly context: Json;
  readonly done: boolean;
  /** Events that wait for their timers, by timer key. */
  readonly delayed: Readonly<Record<string, MachineEvent>>;
}

export interface MachineEvent extends JsonObject {
  readonly type: string;
}

/** What the owner is to do; nothing in a machine acts by itself. */
export type MachineEffect =
  | { readonly type: "setTimer"; readonly key: string; readonly delayUs: DurationUs }
  | { readonly type: "cancelTimer"; readonly key: string }
  | { readonly type: "action"; readonly name: string; readonly params: Json };

export interface MachineStep {
  readonly state: MachineState;
  readonly effects: readonly MachineEffect[];
}

/** Enters the initial state. Of XState only pure transitions are used: no actors, no clock, no actions run by it. */
export function startMachine(machine: AnyStateMachine, input?: Json): MachineStep {
  const [snapshot, actions] = initialTransition(machine, input);
  return step(snapshot as AnyMachineSnapshot, actions, {});
}

export function stepMachine(machine: AnyStateMachine, state: MachineState, event: MachineEvent): MachineStep {
  const snapshot = machine.resolveState({ value: state.value as never, context: state.context });
  const [next, actions] = transition(machine, snapshot, event);
  return step(next as AnyMachineSnapshot, actions, state.delayed);
}

/** The timer of an earlier `setTimer` has fired. A key that no longer waits changes nothing. */
export function fireMachineTimer(machine: AnyStateMachine, state: MachineState, key: string): MachineStep {
  const event = state.delayed[key];
  if (event === undefined) return { state, effects: [] };
  const { [key]: _fired, ...delayed } = state.delayed;
  return stepMachine(machine, { ...state, delayed }, event);
}

function step(snapshot: AnyMachineSnapshot, actions: readonly { readonly type: string; readonly params: unknown }[], before: Readonly<Record<string, MachineEvent>>): MachineStep {
  if (snapshot.status === "error") throw new Error(`state machine failed: ${String(snapshot.error)}`);
  const delayed: Record<string, MachineEvent> = { ...before };
  const effects: MachineEffect[] = [];
  for (const action of actions) {
    const params = (action.params ?? null) as Json;
    if (action.type === "xstate.raise") {
      const { id, delay, event } = params as unknown as { id: string; delay: number; event: MachineEvent };
      delayed[id] = { ...event };
      effects.push({ type: "setTimer", key: id, delayUs: Math.round(delay * millisecond) });
    } else if (action.type === "xstate.cancel") {
      const { sendId } = params as unknown as { sendId: string };
      if (delayed[sendId] === undefined) continue;
      delete delayed[sendId];
      effects.push({ type: "cancelTimer", key: sendId });
    } else {
      effects.push({ type: "action", name: action.type, params });
    }
  }
  return { state: { value: snapshot.value as Json, context: snapshot.context as Json, done: snapshot.status === "done", delayed }, effects };
}
