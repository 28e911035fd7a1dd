import { expect, it } from "vitest";
import type { FromEngine, ToEngine } from "../../hosts/protocol.ts";
import { simTime } from "../../sim/time.ts";
import { readOnly } from "./beside.ts";

it("refuses what is put in through a branch that is only looked at, and lets looks through", () => {
  const posted: ToEngine[] = [];
  const heard: FromEngine[] = [];
  const link = readOnly({ post: (message) => void posted.push(message), listen: () => () => undefined, close: () => undefined });
  link.listen((message) => heard.push(message));
  link.post({ type: "command", id: 1, command: { type: "clearTraffic", id: "x" } });
  link.post({ type: "branch", id: 2, at: simTime(5) });
  link.post({ type: "lookAt", at: simTime(5) });
  expect(posted.map(({ type }) => type)).toEqual(["lookAt"]);
  expect(heard).toEqual([1, 2].map((id) => ({ type: "answer", id, answer: expect.stringContaining("only looked at") as unknown })));
});
