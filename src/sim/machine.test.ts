import { describe, expect, it } from "vitest";
import { defineChart } from "./machine.ts";
import { differencesFromXState, unreachable, unusedEvents } from "./testing/chartChecks.ts";

const lamp = defineChart({
  id: "lamp",
  initial: "off",
  events: { press: "its button was pressed", break: "it fell", polish: "somebody polished it" },
  states: {
    off: { about: "is dark", on: { press: "on", break: "broken" } },
    on: { about: "shines", tags: ["lit"], on: { press: "off", break: "broken", polish: "on" } },
    broken: { about: "is in pieces", on: {} },
    dreamt: { about: "is nowhere", on: { press: "dreamt" } },
  },
});

describe("a chart", () => {
  it("goes where XState goes, for every state and event", () => {
    expect(differencesFromXState(lamp)).toEqual([]);
    expect([lamp.next("off", "press"), lamp.next("on", "polish"), lamp.next("on", "break")]).toEqual(["on", "on", "broken"]);
  });

  it("throws at an event that the state does not know, and at a state that it does not know", () => {
    expect(lamp.can("broken", "press")).toBe(false);
    expect(() => lamp.next("broken", "press")).toThrow('lamp: "press" cannot happen in state "broken"');
    expect(() => lamp.next("constructor" as "off", "press")).toThrow('lamp: there is no state "constructor"');
    expect(lamp.can("off", "toString" as "press")).toBe(false);
  });

  it("asks for its table once", () => {
    let asked = 0;
    const definition = { id: "door", initial: "shut", events: { open: "", close: "" }, states: { shut: { about: "", on: { open: "ajar" } }, ajar: { about: "", on: { close: "shut" } } } } as const;
    const counted = new Proxy(definition, { get: (target, key) => (key === "initial" && asked++, Reflect.get(target, key)) });
    const fresh = defineChart(counted);
    expect(asked).toBe(1);
    for (let turn = 0; turn < 5; turn++) fresh.next(fresh.next("shut", "open"), "close");
    expect(asked).toBe(2);
  });

  it("knows its sets of states, the states that nothing leads to, and describes itself", () => {
    expect([lamp.has("on", "lit"), lamp.has("off", "lit")]).toEqual([true, false]);
    expect(unreachable(lamp)).toEqual(["dreamt"]);
    expect(unusedEvents(lamp)).toEqual([]);
    const description = lamp.describe();
    expect(JSON.parse(JSON.stringify(description))).toEqual(description);
    expect(description.states[0]).toEqual({ name: "off", about: "is dark", exits: [{ event: "press", about: "its button was pressed", to: "on" }, { event: "break", about: "it fell", to: "broken" }] });
  });
});
