import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import type { ObjectKey } from "../../apimachinery/gvk.ts";
import type { Json } from "../../base/json.ts";
import type { Change, ControllerContext, ControllerDefinition, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { deleteOp, getOp, updateOp } from "../../client/writes.ts";
import { accountNameAnnotation, accountTokenType, accountUidAnnotation, legacyToken } from "../../kinds/authentication/legacyTokens.ts";
import { TokenKeys } from "../../kinds/authentication/tokenKeys.ts";
import { encodeBase64 } from "../../kinds/base64.ts";
import { secretKind } from "../../kinds/core/secret/kind.ts";
import type { Secret } from "../../kinds/core/secret/types.ts";
import { serviceAccountKind } from "../../kinds/core/serviceaccount/kind.ts";
import type { ServiceAccount } from "../../kinds/core/serviceaccount/types.ts";

// Follows pkg/controller/serviceaccount/tokens_controller.go. Keys are "secret", and "secret/account" for a Secret that is gone.

type Step =
  | { readonly after: "account"; readonly secret: Secret }
  | { readonly after: "secret"; readonly seen: string; readonly account: ServiceAccount }
  | { readonly after: "holder"; readonly name: string };

/** Fills the Secrets that are to hold a token of a service account, and removes them with it. */
export function createServiceAccountTokenController(rootCa: string, seed: number): ControllerDefinition {
  const keys = new TokenKeys(seed);
  /** The Secret with what it lacks; null where it lacks nothing. */
  const filled = (secret: Secret, account: ServiceAccount): Secret | null => {
    const data = secret.data ?? {};
    const ca = encodeBase64(rootCa);
    const needsToken = (data["token"] ?? "") === "";
    if (data["ca.crt"] === ca && (data["namespace"] ?? "") !== "" && !needsToken) return null;
    const fresh = { ...data, "ca.crt": ca, namespace: data["namespace"] ?? encodeBase64(secret.metadata.namespace ?? ""), ...(needsToken ? { token: encodeBase64(legacyToken(keys, account, secret)) } : {}) };
    const annotations = { ...secret.metadata.annotations, [accountNameAnnotation]: account.metadata.name, [accountUidAnnotation]: account.metadata.uid };
    return { ...secret, metadata: { ...secret.metadata, annotations }, data: fresh };
  };

  const fill = (secret: Secret, account: ServiceAccount, ctx: ReconcileContext): ReconcileResult => {
    if (filled(secret, account) === null) return {};
    ctx.write({ ...getOp(secretKind, keyOf(secret)), tolerates: [404] });
    return next({ after: "secret", seen: secret.metadata.resourceVersion, account });
  };

  const reconcile = (key: ObjectKey, ctx: ReconcileContext): ReconcileResult => {
    const [name = "", holder] = key.name.split("/");
    const secret = ctx.lister(secretKind).get({ namespace: key.namespace, name });
    if (holder !== undefined) return secret === null ? forgetSecret(key.namespace, name, holder, ctx) : {};
    if (secret === null || !isAccountToken(secret)) return {};
    const accountKey = accountKeyOf(secret);
    const account = ctx.lister(serviceAccountKind).get(accountKey);
    if (account !== null && isOf(secret, account)) return fill(secret, account, ctx);
    // The cache may be behind: a token is not removed before the server says that its account is not there.
    ctx.write({ ...getOp(serviceAccountKind, accountKey), tolerates: [404] });
    return next({ after: "account", secret });
  };

  const resume = (_key: ObjectKey, data: Json, answers: readonly ApiResponse[], ctx: ReconcileContext): ReconcileResult => {
    const step = data as unknown as Step;
    const answer = answers[0] as ApiResponse;
    const found = answer.code === 404 ? null : answer.body;
    if (step.after === "holder") return found === null ? {} : withoutReference(found as unknown as ServiceAccount, step.name, ctx);
    if (step.after === "secret") {
      const secret = found as unknown as Secret | null;
      const fresh = secret === null || secret.metadata.resourceVersion !== step.seen ? null : filled(secret, step.account);
      if (fresh === null) return {};
      ctx.because(`gave Secret ${fresh.metadata.name} a token of service account ${step.account.metadata.name}`);
      ctx.write({ ...updateOp(secretKind, fresh), tolerates: [404, 409] });
      return {};
    }
    const account = found as unknown as ServiceAccount | null;
    if (account !== null && isOf(step.secret, account)) return fill(step.secret, account, ctx);
    ctx.because(`removed Secret ${step.secret.metadata.name}: its service account is gone`);
    ctx.write({ ...deleteOp(secretKind, keyOf(step.secret), { uid: step.secret.metadata.uid }), tolerates: [404, 409] });
    return {};
  };

  return {
    name: "serviceaccount-token",
    // It works as the manager itself: no account could be given the right to make tokens of all others.
    account: "",
    eventComponent: "tokens-controller",
    for: null,
    owns: [],
    watches: [
      { kind: secretKind, map: secretChanged },
      { kind: serviceAccountKind, map: accountChanged },
    ],
    reconcile,
    resume,
  };
}

const keyOf = ({ metadata }: Secret): ObjectKey => ({ namespace: metadata.namespace ?? "", name: metadata.name });
const next = (step: Step): ReconcileResult => ({ resumeWith: step as unknown as Json });

function isAccountToken(secret: Secret): boolean {
  return secret.type === accountTokenType && (secret.metadata.annotations?.[accountNameAnnotation] ?? "") !== "";
}

function accountKeyOf(secret: Secret): ObjectKey {
  return { namespace: secret.metadata.namespace ?? "", name: secret.metadata.annotations?.[accountNameAnnotation] ?? "" };
}

/** A Secret that knows no uid takes the account of that name. */
function isOf(secret: Secret, account: ServiceAccount): boolean {
  const { name, uid } = account.metadata;
  const wanted = secret.metadata.annotations?.[accountUidAnnotation] ?? "";
  return accountKeyOf(secret).name === name && (wanted === "" || wanted === uid);
}

function secretChanged({ change, object }: Change): readonly ObjectKey[] {
  const secret = object as Secret;
  if (!isAccountToken(secret)) return [];
  const key = keyOf(secret);
  return [change === "deleted" ? { ...key, name: `${key.name}/${accountKeyOf(secret).name}` } : key];
}

function accountChanged({ change, object }: Change, ctx: ControllerContext): readonly ObjectKey[] {
  if (change !== "deleted") return [];
  return ctx.lister(secretKind).list(object.metadata.namespace ?? "").filter((secret) => isAccountToken(secret) && isOf(secret, object)).map(keyOf);
}

function references(account: ServiceAccount | null, secret: string): boolean {
  return account?.secrets?.some(({ name }) => name === secret) === true;
}

function forgetSecret(namespace: string, name: string, holder: string, ctx: ReconcileContext): ReconcileResult {
  const key = { namespace, name: holder };
  if (!references(ctx.lister(serviceAccountKind).get(key), name)) return {};
  ctx.write({ ...getOp(serviceAccountKind, key), tolerates: [404] });
  return next({ after: "holder", name });
}

function withoutReference(account: ServiceAccount, name: string, ctx: ReconcileContext): ReconcileResult {
  if (references(account, name)) ctx.write({ ...updateOp(serviceAccountKind, { ...account, secrets: (account.secrets ?? []).filter((secret) => secret.name !== name) } as ServiceAccount), tolerates: [404] });
  return {};
}
