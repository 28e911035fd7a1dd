import { expect, it } from "vitest";
import type { FromEngine, ToEngine } from "../../hosts/protocol.ts";
import { EngineClient } from "./engineClient.ts";
import { failureText } from "./failureText.ts";

it("refuses what is put into an engine that ended for good, until another run is opened", async () => {
  const posted: ToEngine[] = [];
  let tell: (message: FromEngine) => void = () => undefined;
  const silent = () => undefined;
  const client = new EngineClient({ post: (message) => void posted.push(message), listen: (listener) => ((tell = listener), silent), close: silent }, { frame: silent, notice: silent, failed: silent, ready: silent });
  tell({ type: "failed", message: "out of memory", recording: null });
  expect(failureText(await client.write({ verb: "delete", path: "/api/v1/nodes/node-1" }))).toContain("the engine stopped");
  expect(await client.submit({ type: "clearFault", id: "f" })).toContain("the engine stopped");
  expect(posted).toEqual([]);
  client.open({ format: 1 } as never);
  void client.submit({ type: "clearFault", id: "f" });
  expect(posted.map(({ type }) => type)).toEqual(["open", "command"]);
});
