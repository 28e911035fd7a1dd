import type { Json } from "../../base/json.ts";
import { groupOf } from "../../sim/link.ts";
import { toyClient, toyFactories } from "../../sim/testing/toys.ts";
import type { SimControl } from "../../sim/window.ts";
import type { Composition } from "../composition.ts";

export interface ToySpec {
  readonly nodes: number;
}

export type ToyCommand = { readonly type: "ask"; readonly body: Json } | { readonly type: "control"; readonly control: SimControl; readonly delayUs: number };

/** A server and its clients instead of a cluster, for tests of hosts. */
export const toyComposition: Composition<ToySpec, ToyCommand> = {
  build: (spec) => ({ groups: toyFactories(spec.nodes).map((factory) => ({ id: groupOf(factory.id), factories: [factory] })), epochUs: 0 }),
  makeGroup: (_spec, group, description) => ({ id: group, factories: [toyClient(group, String(description))] }),
  reader: () => ({
    refusal: () => null,
    apply: (command) =>
      command.type === "ask"
        ? { messages: [{ to: "cp-1/server", body: command.body }], controls: [] }
        : { messages: [], controls: [{ control: command.control, delayUs: command.delayUs }] },
  }),
  stamp: (command) => command,
  answers: () => null,
};
