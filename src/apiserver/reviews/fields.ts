import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import type { RequestContext, Target } from "../requestContext.ts";

/** What a review is answered with: itself, with its status. */
export type Review = (rc: RequestContext, target: Target, review: JsonObject) => JsonObject;

export function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

export function textsOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter((each) => typeof each === "string") : [];
}

export function textsByKey(value: Json | undefined): Readonly<Record<string, readonly string[]>> {
  return isJsonObject(value) ? Object.fromEntries(Object.entries(value).map(([key, texts]) => [key, textsOf(texts)])) : {};
}

export function part(object: JsonObject, name: string): JsonObject {
  const value = object[name];
  return isJsonObject(value) ? value : {};
}
