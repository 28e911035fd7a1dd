import type { JsonObject } from "../base/json.ts";
import { chartTable } from "./chartTable.ts";

/** One state: what it means in a sentence, to which sets of states it belongs, and where each event leads from it. */
export interface StateDefinition<State extends string, Event extends string, Tag extends string> {
  readonly about: string;
  readonly tags?: readonly Tag[];
  readonly on: Readonly<Partial<Record<Event, State>>>;
}

/**
 * A lifecycle without context, guards or actions: what follows depends on the state and the event's name alone. Data lives with
 * the owner, who chooses the event; effects are the owner's too.
 */
export interface ChartDefinition<State extends string, Event extends string, Tag extends string> {
  readonly id: string;
  readonly initial: NoInfer<State>;
  /** Every event, with what has happened in the words of the inspector. */
  readonly events: Readonly<Record<Event, string>>;
  readonly states: Readonly<Record<State, StateDefinition<NoInfer<State>, NoInfer<Event>, Tag>>>;
}

/** A chart as plain data, for those who draw it. */
export interface ChartDescription extends JsonObject {
  readonly id: string;
  readonly initial: string;
  readonly states: readonly StateDescription[];
}

export interface StateDescription extends JsonObject {
  readonly name: string;
  readonly about: string;
  readonly exits: readonly { readonly event: string; readonly about: string; readonly to: string }[];
}

export type StateOf<C> = C extends Chart<infer State, string, string> ? State : never;
export type EventOf<C> = C extends Chart<string, infer Event, string> ? Event : never;

/**
 * XState decides what a transition does, once for each state and event (chartTable.ts); the answers are kept, so that ever after a transition is a
 * look-up (XState takes 7-25 us for one). What is kept is a pure function's value: no state of any process.
 */
export class Chart<State extends string, Event extends string, Tag extends string> {
  readonly id: string;
  readonly initial: State;
  readonly states: readonly State[];
  readonly events: readonly Event[];
  readonly definition: ChartDefinition<State, Event, Tag>;
  private table: ReadonlyMap<State, ReadonlyMap<Event, State>> | null = null;
  private readonly tagged = new Map<Tag, Set<State>>();

  constructor(definition: ChartDefinition<State, Event, Tag>) {
    this.definition = definition;
    this.id = definition.id;
    this.initial = definition.initial;
    this.states = Object.keys(definition.states) as State[];
    this.events = Object.keys(definition.events) as Event[];
    for (const state of this.states) {
      for (const tag of definition.states[state].tags ?? []) this.tagged.set(tag, (this.tagged.get(tag) ?? new Set()).add(state));
    }
  }

  /** The state after the event. An event that the state does not know is a fault of ours and throws. */
  next(state: State, event: Event): State {
    const next = this.lookUp(state, event);
    if (next === null) throw new Error(`${this.id}: "${event}" cannot happen in state "${state}"`);
    return next;
  }

  /** For what may come late or twice from elsewhere: whether the state knows the event. */
  can(state: State, event: Event): boolean {
    return this.lookUp(state, event) !== null;
  }

  /** Whether the state belongs to a named set. */
  has(state: State, tag: Tag): boolean {
    return this.tagged.get(tag)?.has(state) === true;
  }

  describe(): ChartDescription {
    const { states, events } = this.definition;
    return {
      id: this.id,
      initial: this.initial,
      states: this.states.map((name) => ({
        name,
        about: states[name].about,
        exits: this.events.flatMap((event) => {
          const to = this.lookUp(name, event);
          return to === null ? [] : [{ event, about: events[event], to }];
        }),
      })),
    };
  }

  private lookUp(state: State, event: Event): State | null {
    this.table ??= new Map(Object.entries(chartTable(this.definition)).map(([name, row]) => [name as State, new Map(Object.entries(row) as [Event, State][])]));
    const row = this.table.get(state);
    if (row === undefined) throw new Error(`${this.id}: there is no state "${state}"`);
    return row.get(event) ?? null;
  }
}

/** Defines a lifecycle; its types say which states and events there are. */
export function defineChart<const State extends string, const Event extends string, const Tag extends string = never>(definition: ChartDefinition<State, Event, Tag>): Chart<State, Event, Tag> {
  return new Chart(definition);
}
