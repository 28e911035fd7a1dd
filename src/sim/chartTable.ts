import { createMachine, transition, type AnyStateMachine } from "xstate";

/** What of a chart decides where an event leads. */
export interface ChartShape {
  readonly id: string;
  readonly initial: string;
  readonly events: Readonly<Record<string, string>>;
  readonly states: Readonly<Record<string, { readonly on: Readonly<Partial<Record<string, string>>> }>>;
}

/** State -> event -> the state after it; events that a state does not know are absent. */
export type ChartTable = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The chart as XState sees it. */
export function machineOf({ id, initial, states }: ChartShape): AnyStateMachine {
  const config = { id, initial, states: Object.fromEntries(Object.entries(states).map(([name, { on }]) => [name, { on: { ...on } }])) };
  return createMachine(config as Parameters<typeof createMachine>[0]) as AnyStateMachine;
}

/** Where XState goes, for each state and event. The page's build asks once and for all, and puts the answers in place of this module (hosts/bakedCharts.mjs). */
export function chartTable(shape: ChartShape): ChartTable {
  const machine = machineOf(shape);
  const row = (state: string): Readonly<Record<string, string>> => {
    const before = machine.resolveState({ value: state, context: {} });
    const known = Object.keys(shape.events).filter((type) => before.can({ type }));
    return Object.fromEntries(known.map((type) => [type, transition(machine, before, { type })[0].value as string]));
  };
  return Object.fromEntries(Object.keys(shape.states).map((state) => [state, row(state)]));
}
