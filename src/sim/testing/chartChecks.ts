import { transition } from "xstate";
import { machineOf } from "../chartTable.ts";
import type { Chart } from "../machine.ts";

/** Where a chart's table is not what XState itself does: empty for every chart. */
export function differencesFromXState<State extends string, Event extends string, Tag extends string>(chart: Chart<State, Event, Tag>): readonly string[] {
  const machine = machineOf(chart.definition);
  const found: string[] = [];
  for (const state of chart.states) {
    const before = machine.resolveState({ value: state, context: {} });
    for (const event of chart.events) {
      const [after] = transition(machine, before, { type: event });
      const known = machine.getTransitionData(before as Parameters<typeof machine.getTransitionData>[0], { type: event }).length > 0;
      // Twice: once evaluated, once looked up.
      for (const pass of [1, 2]) {
        const ours = chart.can(state, event) ? chart.next(state, event) : null;
        const theirs = known ? (after.value as string) : null;
        if (ours !== theirs) found.push(`${chart.id} ${state} ${event} (${pass}): ${ours} is not ${theirs}`);
      }
    }
  }
  return found;
}

/** States that no events lead to from the initial one. */
export function unreachable<State extends string, Event extends string, Tag extends string>(chart: Chart<State, Event, Tag>): readonly State[] {
  const reached = new Set<State>([chart.initial]);
  for (const state of reached) for (const event of chart.events) if (chart.can(state, event)) reached.add(chart.next(state, event));
  return chart.states.filter((state) => !reached.has(state));
}

/** Events that no state knows: their name means nothing. */
export function unusedEvents<State extends string, Event extends string, Tag extends string>(chart: Chart<State, Event, Tag>): readonly Event[] {
  return chart.events.filter((event) => !chart.states.some((state) => chart.can(state, event)));
}
