import { expect, it } from "vitest";
import type { ExecOutput, ExecTarget } from "../../kubectl/host.ts";
import type { FromEngine, ToEngine } from "../../hosts/protocol.ts";
import { EngineClient } from "../engine/engineClient.ts";
import { pageKube } from "./pageKube.ts";

it("refuses by name to open a session in a container, and to type into one, while the page shows another time", async () => {
  const posted: ToEngine[] = [];
  let hear: (message: FromEngine) => void = () => undefined;
  const client = new EngineClient({ post: (message) => void posted.push(message), listen: (listener) => ((hear = listener), () => undefined), close: () => undefined }, { frame: () => undefined, notice: () => undefined, failed: () => undefined, ready: () => undefined });
  let past = true;
  const kube = pageKube(client, () => undefined, () => past);
  const target: ExecTarget = { type: "exec", namespace: "default", pod: "web", container: "web", command: ["sh"], stdin: true, tty: true };
  const heard: ExecOutput[] = [];
  await expect(kube.exec(target, (output) => void heard.push(output))).rejects.toThrow("a session in a container belongs to now");
  expect(posted).toEqual([]);
  past = false;
  const session = await kube.exec(target, (output) => void heard.push(output));
  const [opened] = posted;
  if (opened?.type !== "stream") throw new Error("no stream was opened");
  hear({ type: "stream", id: opened.id, data: { type: "opened" } });
  session.send("now\n");
  past = true;
  session.send("then\n");
  expect(posted.slice(1).map((message) => (message.type === "streamInput" ? message.input : message.type))).toEqual([{ type: "stdin", text: "now\n" }]);
  expect(heard).toEqual([{ type: "stderr", text: expect.stringMatching(/^Not sent: .*return to now/) as unknown }]);
});
