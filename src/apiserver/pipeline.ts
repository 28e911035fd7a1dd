import { notAcceptable, type StatusAnswer } from "../apimachinery/statusErrors.ts";
import { statusResponse } from "./answers.ts";
import { checkEscalation } from "./authz/escalation.ts";
import { serveNonResource } from "./discovery/serve.ts";
import { knowsMediaType, negotiate } from "./encode/accept.ts";
import { Refusal, refuse, targetOf, workOf, type Outcome, type PlannedWrite, type RequestContext } from "./requestContext.ts";
import { authentication, authorization } from "./stages/access.ts";
import { impersonation } from "./stages/impersonation.ts";
import { mutatingAdmission, validatingAdmission } from "./stages/admission.ts";
import { current } from "./stages/current.ts";
import { decode } from "./stages/decode.ts";
import { persist } from "./stages/persist.ts";
import { checkMethod, checkServed, effectiveVerb, requestInfo } from "./stages/requestInfo.ts";
import { connectingSubresources } from "./subresources/podConnect.ts";
import { strategyStage } from "./stages/strategy.ts";
import { checkWritten } from "./stages/checkWritten.ts";
import { trackFields } from "./metadata/trackFields.ts";
import { answerReview } from "./reviews/index.ts";
import { listObjects, getObject } from "./verbs/read.ts";
import { deleteCollection } from "./verbs/deleteCollection.ts";
import { toStored } from "./versions.ts";
import { watchObjects } from "./verbs/watch.ts";

/**
 * One request through all stages in their order. Every stage leaves its verdict; the first that refuses ends the request.
 * requestInfo, authentication, audit, impersonation, flowControl, authorization, decode, current, mutatingAdmission, strategy,
 * validatingAdmission, persist, encode (encode runs when etcd has answered).
 */
export function runPipeline(rc: RequestContext): Outcome {
  try {
    return stages(rc);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    rc.verdicts.push(["refused", String(error.answer.body["reason"] ?? error.answer.code)]);
    return { type: "answer", response: statusResponse(error.answer, rc.warnings, error.headers) };
  }
}

const audit = ["audit", "logged"] as const;
const flowControl = ["flowControl", "not implemented: passes"] as const;

function stages(rc: RequestContext): Outcome {
  const done = (stage: string, verdict: string): void => void rc.verdicts.push([stage, verdict]);
  done("requestInfo", requestInfo(rc));
  done("authentication", authentication(rc));
  rc.verdicts.push(audit);
  done("impersonation", impersonation(rc));
  rc.verdicts.push(flowControl);
  done("authorization", authorization(rc));
  checkServed(rc);
  const accepted = negotiate(rc.request.accept);
  if (accepted === null && rc.target !== null) refuse(notAcceptableAnswer(rc.request.accept));
  if (accepted !== null) rc.accepted = accepted;
  if (rc.target === null) return { type: "answer", response: serveNonResource(rc, accepted !== null) };
  const target = targetOf(rc);
  const verb = effectiveVerb(rc);
  const { deprecation } = target.resource.kind;
  if (deprecation !== undefined) rc.warnings.push(deprecation);
  checkMethod(rc, verb, target.resource);
  // exec, attach and the like have no body, whatever their method.
  if (verb === "create" && connectingSubresources.has(target.subresource)) return getObject(rc, target);
  switch (verb) {
    case "get":
      return getObject(rc, target);
    case "list":
      return listObjects(rc, target);
    case "watch":
      return watchObjects(rc, target);
    case "deletecollection":
      return deleteCollection(rc, target);
    default:
      break;
  }
  done("decode", decode(rc, verb));
  const found = current(rc, verb);
  if (typeof found !== "string") return found;
  done("current", found);
  checkWritten(rc);
  trackFields(rc);
  toStored(rc);
  done("mutatingAdmission", mutatingAdmission(rc));
  if (target.resource.kind.virtual === true) return answerReview(rc, target);
  checkEscalation(rc);
  done("strategy", strategyStage(rc));
  done("validatingAdmission", validatingAdmission(rc));
  const outcome = persist(rc);
  done("persist", outcome.type === "write" ? "waits for etcd" : workOf(rc).dryRun ? "dry run" : "nothing to write");
  return outcome;
}

/** A form that we do not have, or a media type. */
function notAcceptableAnswer(accept: string): StatusAnswer {
  if (knowsMediaType(accept)) return notAcceptable("only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf");
  const answer = notAcceptable("406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, application/vnd.kubernetes.protobuf");
  return { code: answer.code, body: { ...answer.body, details: {} } };
}

/** The deletion of one object of a collection: the later stages of a delete by name. Throws Refusal. */
export function planOneDelete(rc: RequestContext, at: { readonly namespace: string; readonly name: string }): { readonly type: "write"; readonly write: PlannedWrite } | { readonly type: "done" } {
  requestInfo(rc);
  authentication(rc);
  impersonation(rc);
  rc.target = { ...targetOf(rc), namespace: at.namespace, name: at.name };
  decode(rc, "delete");
  current(rc, "delete");
  mutatingAdmission(rc);
  validatingAdmission(rc);
  const outcome = persist(rc);
  return outcome.type === "write" ? { type: "write", write: outcome.write } : { type: "done" };
}
