import { describe, expect, it } from "vitest";
import { assign, setup } from "xstate";
import { fireMachineTimer, startMachine, stepMachine, type MachineState } from "./machine.ts";
import { second } from "./time.ts";

const lamp = setup({ types: { context: {} as { switched: number } }, actions: { click: () => undefined } }).createMachine({
  initial: "off",
  context: { switched: 0 },
  states: {
    off: { on: { PRESS: { target: "on", actions: [{ type: "click" }, assign({ switched: ({ context }) => context.switched + 1 })] } } },
    on: { after: { 30_000: "off" }, on: { PRESS: "off", BREAK: "broken" } },
    broken: { type: "final" },
  },
});

const throughJson = (state: MachineState): MachineState => JSON.parse(JSON.stringify(state)) as MachineState;

describe("a machine as plain data", () => {
  it("turns delays into timers and actions into effects", () => {
    const off = startMachine(lamp);
    expect(off).toEqual({ state: { value: "off", context: { switched: 0 }, done: false, delayed: {} }, effects: [] });
    const on = stepMachine(lamp, throughJson(off.state), { type: "PRESS" });
    expect(on.state).toMatchObject({ value: "on", context: { switched: 1 } });
    const [timer, ...rest] = on.effects.filter((effect) => effect.type === "setTimer");
    expect(timer?.delayUs).toBe(30 * second);
    expect(rest).toEqual([]);
    expect(on.effects).toContainEqual({ type: "action", name: "click", params: null });
    const dark = fireMachineTimer(lamp, throughJson(on.state), timer?.key ?? "");
    expect(dark.state).toMatchObject({ value: "off", delayed: {} });
    expect(fireMachineTimer(lamp, dark.state, timer?.key ?? "").state).toBe(dark.state);
  });

  it("cancels the timer of a state it leaves", () => {
    const on = stepMachine(lamp, startMachine(lamp).state, { type: "PRESS" });
    const key = Object.keys(on.state.delayed)[0];
    const broken = stepMachine(lamp, throughJson(on.state), { type: "BREAK" });
    expect(broken).toEqual({ state: { value: "broken", context: { switched: 1 }, done: true, delayed: {} }, effects: [{ type: "cancelTimer", key }] });
  });
});
