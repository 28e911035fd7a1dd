import type { RequestContext } from "../requestContext.ts";
import { actingUser } from "./impersonationModes.ts";

/** The request goes on as somebody else, where its user may act so. Follows apiserver/pkg/endpoints/filters/impersonation. */
export function impersonation(rc: RequestContext): string {
  const wanted = rc.request.impersonate;
  if (wanted === undefined) return "none asked for";
  const by = rc.user.name;
  const { user, constraint } = actingUser(rc, wanted);
  rc.user = user;
  if (constraint !== "") rc.verdicts.push(["impersonationConstraint", constraint]);
  return `${by} acts as ${user.name}`;
}
