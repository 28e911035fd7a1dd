import { expect, it } from "vitest";
import type { ApiResponse, ApiServerMessage } from "../apimachinery/apiRequest.ts";
import type { DocumentShelf } from "./clientDocuments.ts";
import { ApiWorld } from "./testing/apiWorld.ts";
import { recordingClient } from "./testing/recordingClient.ts";

const client = "node-1/client";
const table = "application/json;as=Table;g=meta.k8s.io;v=v1";

function inside(api: ApiWorld, url: string, accept: string): ApiResponse {
  const request = api.request("GET", url, null, { accept });
  api.tell(client, { type: "request", request });
  const answer = api.recorded(client).messages.find((message): message is Extract<ApiServerMessage, { type: "response" }> => message.type === "response" && message.id === request.id);
  if (answer === undefined) throw new Error("no answer");
  return answer.response;
}

function descriptions(response: ApiResponse): readonly string[] {
  return (response.body as unknown as { readonly columnDefinitions: readonly { readonly description: string }[] }).columnDefinitions.map(({ description }) => description);
}

it("are for clients outside: nothing of them is in a message between processes", () => {
  const api = new ApiWorld([recordingClient(client)]);
  const nodes = descriptions(api.call("GET", "/api/v1/nodes", null, { accept: table }));
  expect(nodes.slice(1, 3)).toEqual(["The status of the node", "The roles of the node"]);
  expect(descriptions(inside(api, "/api/v1/nodes", table))).toEqual(nodes.map(() => ""));
  expect(api.call("GET", "/openapi/v3/api/v1").code).toBe(200);
  expect(inside(api, "/openapi/v3/api/v1", "")).toMatchObject({ code: 501, body: { reason: "NotImplemented", message: "OpenAPI documents are for clients outside of the cluster only" } });
});

it("are taken from the shelf as it is when the answer is given", () => {
  const documents: DocumentShelf = { current: null };
  const api = new ApiWorld([], {}, { documents });
  const ask = (): readonly string[] => descriptions(api.call("GET", "/api/v1/nodes", null, { accept: table })).slice(1, 2);
  expect([ask(), api.call("GET", "/openapi/v2").code]).toEqual([[""], 501]);
  documents.current = { columns: { "Node Status": "how it is" } as never, openApi: () => ({ code: 200, body: {}, warnings: [] }) };
  expect([ask(), api.call("GET", "/openapi/v2").code]).toEqual([["how it is"], 200]);
});
