import type { ApiResponse } from "../apimachinery/apiRequest.ts";
import type { Flags } from "./flags.ts";
import type { KubectlHost, KubeRequest } from "./host.ts";

/** Sends a request as whom --as says, and tells the API's warnings on stderr, each once a command. */
export async function sendAs(host: KubectlHost, flags: Flags, request: KubeRequest): Promise<ApiResponse> {
  const response = await host.client.send(flags.has("as") || flags.has("as-group") ? { ...request, impersonate: { user: flags.text("as"), groups: flags.list("as-group"), uid: flags.text("as-uid"), extra: {} } } : request);
  for (const warning of response.warnings) host.err(`Warning: ${warning}\n`);
  return response;
}
