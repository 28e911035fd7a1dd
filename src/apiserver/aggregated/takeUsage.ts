import type { UsageMessage } from "../../apimachinery/usageReport.ts";
import type { ConnectionId } from "../../sim/process.ts";
import { verifyToken } from "../authn/serviceAccountTokens.ts";
import type { ServerView } from "../serverView.ts";
import { metricsAccount } from "./usageStore.ts";

/** Takes what metrics-server tells; from anybody else, or where its group is not served, it is dropped. */
export function takeUsage(server: ServerView, nowUs: number, connection: ConnectionId, message: UsageMessage): void {
  const { identity } = message;
  if (identity.type !== "bearer" || !server.options.metricsApi) return;
  if (verifyToken({ server, nowUs }, identity.token)?.name === metricsAccount) server.usage.take(connection, message);
}
