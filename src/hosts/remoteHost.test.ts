import { expect, it } from "vitest";
import type { Json } from "../base/json.ts";
import type { FromHost } from "./hostServer.ts";
import { RemoteHost } from "./remoteHost.ts";

it("holds what did not change between two keyframes once, though each comes anew from its thread", async () => {
  const part = { lines: ["a", "b"], none: undefined } as unknown as Json;
  let count = 0;
  let tell: (message: FromHost) => void = () => undefined;
  const host = new RemoteHost<null>({
    post: () => tell(structuredClone({ type: "done", result: [["node-1/kubelet", { count: ++count, part }]] } as unknown as FromHost)),
    listen: ({ message }) => void (tell = message),
    close: () => undefined,
  });
  const [first, then] = [await host.keyframe(), await host.keyframe()];
  expect([first, then]).toStrictEqual([1, 2].map((n) => [["node-1/kubelet", { count: n, part }]]));
  const partOf = (saved: typeof first): unknown => (saved[0]?.[1] as { readonly part: Json } | undefined)?.part;
  expect(partOf(first)).toBe(partOf(then));
});
