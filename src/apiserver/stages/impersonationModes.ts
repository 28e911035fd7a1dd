// Follows apiserver/pkg/endpoints/filters/impersonation/{constrained_impersonation,mode}.go. Differs: the mode that succeeded last is not tried first, which shows only in which refusal is told.
import type { Impersonation } from "../../apimachinery/apiRequest.ts";
import { toAggregateText } from "../../apimachinery/fieldError.ts";
import { goQuote } from "../../apimachinery/goFormat.ts";
import { isDns1123Label, isDns1123Subdomain, isDomainPrefixedPath } from "../../apimachinery/names.ts";
import { badRequest, type StatusAnswer } from "../../apimachinery/statusErrors.ts";
import { compareText } from "../../base/compareText.ts";
import { serviceAccountGroups } from "../authn/serviceAccountTokens.ts";
import type { Attributes, ResourceAttributes } from "../authz/attributes.ts";
import { authorize, mastersGroup } from "../authz/authorize.ts";
import { Refusal, refuse, type RequestContext, type UserInfo } from "../requestContext.ts";
import { anonymousUser, attributesOf, authenticatedGroup, forbiddenAnswer, unauthenticatedGroup } from "./access.ts";

const authentication = "authentication.k8s.io";
const accountPrefix = "system:serviceaccount:";
const nodePrefix = "system:node:";
/** From so many groups or extra values on, one question about all comes before one of each. */
const many = 4;

interface Mode {
  /** "" for the impersonation that is good for every request. */
  readonly name: string;
  applies(wanted: Impersonation, by: UserInfo): boolean;
}

const modes: readonly Mode[] = [
  { name: "associated-node", applies: (wanted, by) => isOnlyName(wanted) && nodeOf(wanted.user) !== null && accountOf(by.name) !== null && oneValue(by, "authentication.kubernetes.io/node-name") === nodeOf(wanted.user) },
  { name: "arbitrary-node", applies: (wanted) => isOnlyName(wanted) && nodeOf(wanted.user) !== null },
  { name: "serviceaccount", applies: (wanted) => isOnlyName(wanted) && accountOf(wanted.user) !== null },
  { name: "user-info", applies: ({ user }) => nodeOf(user) === null && accountOf(user) === null },
  { name: "", applies: () => true },
];

/** Whom the request goes on as, and the verb that allowed it ("" for the old one). Refuses by throwing: in the words of the first mode that could have allowed it. */
export function actingUser(rc: RequestContext, wanted: Impersonation): { readonly user: UserInfo; readonly constraint: string } {
  if (wanted.user === "") refuse(badRequest(`requested ${goUser(wanted)} without impersonating a user name`));
  let first: StatusAnswer | null = null;
  for (const mode of modes) {
    if (!mode.applies(wanted, rc.user)) continue;
    try {
      return { user: checked(rc, mode.name, wanted), constraint: mode.name === "" ? "" : `impersonate:${mode.name}` };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      first ??= error.answer;
    }
  }
  return refuse(first ?? badRequest("all impersonation modes failed"));
}

/** Asks of a mode: whether the request may be made in it, and whether each part of the identity may be taken on. */
function checked(rc: RequestContext, mode: string, wanted: Impersonation): UserInfo {
  const isConstrained = mode !== "";
  if (isConstrained) {
    const attributes = attributesOf(rc);
    ask(rc, { ...attributes, verb: `impersonate-on:${mode}:${attributes.verb}` });
  }
  const verb = isConstrained ? `impersonate:${mode}` : "impersonate";
  const may = (target: Partial<ResourceAttributes>): void => ask(rc, attributesFor(rc, verb, target));
  const plainGroup = isConstrained ? authentication : "";
  const node = isConstrained ? nodeOf(wanted.user) : null;
  const account = accountOf(wanted.user);
  let { groups } = wanted;
  if (node !== null) {
    may({ group: plainGroup, plural: "nodes", name: mode === "associated-node" ? "*" : node });
    groups = ["system:nodes"];
  } else if (account !== null) {
    may({ group: plainGroup, plural: "serviceaccounts", ...account });
    if (groups.length === 0) groups = serviceAccountGroups(account.namespace).filter((group) => group !== authenticatedGroup);
  } else may({ group: plainGroup, plural: "users", name: wanted.user });
  if (wanted.uid !== "") may({ group: authentication, plural: "uids", name: wanted.uid });
  mayGroups(rc, verb, isConstrained, wanted.groups, plainGroup);
  mayExtra(rc, verb, isConstrained, wanted.extra);
  const told = groups.includes(authenticatedGroup) || groups.includes(unauthenticatedGroup);
  return { name: wanted.user, uid: wanted.uid, groups: told ? groups : [...groups, wanted.user === anonymousUser ? unauthenticatedGroup : authenticatedGroup], extra: wanted.extra };
}

function mayGroups(rc: RequestContext, verb: string, isConstrained: boolean, groups: readonly string[], group: string): void {
  const about = (name: string): Attributes => attributesFor(rc, verb, { group, plural: "groups", name });
  if (isConstrained && groups.includes("")) refuse(forbiddenAnswer(about(""), "impersonating the empty string group is not allowed"));
  if (isConstrained && groups.includes(mastersGroup)) refuse(forbiddenAnswer(about(mastersGroup), "impersonating the system:masters group is not allowed"));
  if (isConstrained && groups.length >= many && authorize(rc.server, about("*")).allowed) return;
  for (const name of groups) ask(rc, about(name));
}

function mayExtra(rc: RequestContext, verb: string, isConstrained: boolean, extra: Impersonation["extra"]): void {
  const keys = Object.keys(extra).sort(compareText);
  const about = (subresource: string, name: string): Attributes => attributesFor(rc, verb, { group: authentication, plural: "userextras", subresource, name });
  if (isConstrained) for (const key of keys) refuseExtra(about("", ""), key, extra[key] ?? []);
  const count = Object.values(extra).reduce((sum, values) => sum + values.length, 0);
  if (isConstrained && (keys.length >= many || count >= many) && authorize(rc.server, about("*", "*")).allowed) return;
  for (const key of keys) for (const value of extra[key] ?? []) ask(rc, about(key, value));
}

function refuseExtra(about: Attributes, key: string, values: readonly string[]): void {
  const no = (why: string): never => refuse(forbiddenAnswer(about, why));
  if (key === "") no("impersonating the empty string key in extra is not allowed");
  const faults = isDomainPrefixedPath("extra.key", key);
  if (faults.length > 0) no(`impersonating an invalid key in extra is not allowed: ${toAggregateText(faults)}`);
  if (key !== key.toLowerCase()) no(`impersonating a non-lowercase key in extra is not allowed: ${goQuote(key)}`);
  if (values.length === 0) no("impersonating empty values in extra is not allowed");
  if (values.includes("")) no("impersonating the empty string value in extra is not allowed");
}

function attributesFor({ user }: RequestContext, verb: string, target: Partial<ResourceAttributes>): Attributes {
  return { user, verb, target: { group: "", plural: "", subresource: "", namespace: "", name: "", ...target } };
}

function ask(rc: RequestContext, attributes: Attributes): void {
  const { allowed, reason } = authorize(rc.server, attributes);
  if (!allowed) refuse(forbiddenAnswer(attributes, reason));
}

function isOnlyName({ uid, groups, extra }: Impersonation): boolean {
  return uid === "" && groups.length === 0 && Object.keys(extra).length === 0;
}

function oneValue({ extra }: UserInfo, key: string): string {
  const values = extra[key] ?? [];
  return values.length === 1 ? (values[0] ?? "") : "";
}

function nodeOf(user: string): string | null {
  const name = user.startsWith(nodePrefix) ? user.slice(nodePrefix.length) : "";
  return name !== "" && isDns1123Subdomain(name).length === 0 ? name : null;
}

function accountOf(user: string): { readonly namespace: string; readonly name: string } | null {
  const [namespace = "", name = "", more] = user.startsWith(accountPrefix) ? user.slice(accountPrefix.length).split(":") : [];
  return namespace === "" || name === "" || more !== undefined || isDns1123Label(namespace).length > 0 || isDns1123Subdomain(name).length > 0 ? null : { namespace, name };
}

/** As Go's %#v prints it. */
function goUser({ user, uid, groups, extra }: Impersonation): string {
  const list = (values: readonly string[]): string => `[]string{${values.map(goQuote).join(", ")}}`;
  const keys = Object.keys(extra).sort(compareText);
  const map = keys.length === 0 ? "map[string][]string(nil)" : `map[string][]string{${keys.map((key) => `${goQuote(key)}:${list(extra[key] ?? [])}`).join(", ")}}`;
  return `&user.DefaultInfo{Name:${goQuote(user)}, UID:${goQuote(uid)}, Groups:${groups.length === 0 ? "[]string(nil)" : list(groups)}, Extra:${map}}`;
}
