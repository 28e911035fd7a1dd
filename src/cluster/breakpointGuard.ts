import * as v from "valibot";
import { simTime } from "../sim/time.ts";
import { mostBreakpoints, type Breakpoint } from "./breakpoints.ts";

const name = v.pipe(v.string(), v.maxLength(253));
const mostLabels = 20;
const labels = v.pipe(v.record(name, name), v.check((all) => Object.keys(all).length <= mostLabels, `up to ${mostLabels} labels`));
const at = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.transform(simTime));

const condition = v.variant("type", [
  v.strictObject({ type: v.picklist(["podNotReady", "podCrashLoop"]), namespace: name, name, labels }),
  v.strictObject({ type: v.picklist(["endpointsGone", "rolloutComplete", "rolloutStalled"]), namespace: name, name }),
  v.strictObject({ type: v.literal("nodeNotReady"), name }),
  v.strictObject({ type: v.literal("event"), reason: v.pipe(name, v.minLength(1)) }),
  v.strictObject({ type: v.literal("requestFailed") }),
  v.strictObject({ type: v.literal("time"), at }),
]);

const breakpoints = v.pipe(v.array(v.strictObject({ id: name, enabled: v.boolean(), condition })), v.maxLength(mostBreakpoints));

/** The value as breakpoints, or the first thing in it that is wrong. They come from a browser's storage, or from whoever speaks to the engine. */
export function guardBreakpoints(value: unknown): { readonly breakpoints: readonly Breakpoint[] } | { readonly wrong: string } {
  const result = v.safeParse(breakpoints, value, { abortEarly: true });
  if (result.success) return { breakpoints: result.output };
  const [issue] = result.issues;
  return { wrong: `${v.getDotPath(issue) ?? "the whole"}: ${issue.message}` };
}
