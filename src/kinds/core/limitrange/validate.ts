// Follows pkg/apis/core/validation/validation.go (ValidateLimitRange).
import { duplicate, forbidden, index, invalid, key as keyPath, required } from "../../../apimachinery/fieldError.ts";
import { isDns1123Subdomain, isQualifiedName } from "../../../apimachinery/names.ts";
import { compareQuantityTexts, quantityMilli } from "../../../apimachinery/quantity.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import { sortedKeys } from "../../graph/edges.ts";
import { validateObjectMeta } from "../../metadata/validate.ts";
import { isOvercommitAllowed, validateContainerResourceName, validateResourceName } from "../../podtemplate/validateResources.ts";
import type { LimitRange, LimitRangeItem } from "./types.ts";

const types: ReadonlySet<string> = new Set(["Pod", "Container", "PersistentVolumeClaim"]);

export function validateLimitRange(limitRange: LimitRange): readonly FieldError[] {
  const errors: FieldError[] = [...validateObjectMeta(limitRange.metadata, true, isDns1123Subdomain, "metadata")];
  const seen = new Set<string>();
  for (const [at, item] of (limitRange.spec.limits ?? []).entries()) {
    const path = index("spec.limits", at);
    const type = item.type ?? "";
    errors.push(...validateType(type, `${path}.type`));
    if (seen.has(type)) errors.push(duplicate(`${path}.type`, type));
    seen.add(type);
    errors.push(...validateItem(item, path));
  }
  return errors;
}

function validateType(type: string, path: string): readonly FieldError[] {
  const faults = isQualifiedName(type);
  if (faults.length > 0) return faults.map((message) => invalid(path, type, message));
  return type.includes("/") || types.has(type) ? [] : [invalid(path, type, "must be a standard limit type or fully qualified")];
}

type ListName = "max" | "min" | "default" | "defaultRequest" | "maxLimitRequestRatio";

function validateItem(item: LimitRangeItem, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  const validateName = item.type === "Pod" || item.type === "Container" ? validateContainerResourceName : validateResourceName;
  const take = (list: ListName): void => {
    for (const name of sortedKeys(item[list])) {
      errors.push(...validateName(name, keyPath(`${path}.${list}`, name)));
      names.add(name);
    }
  };
  take("max");
  take("min");
  const isPod = item.type === "Pod";
  for (const list of ["default", "defaultRequest"] as const) {
    if (!isPod) take(list);
    else if (Object.keys(item[list] ?? {}).length > 0) errors.push(forbidden(`${path}.${list}`, "may not be specified when `type` is 'Pod'"));
  }
  if (item.type === "PersistentVolumeClaim" && item.min?.["storage"] === undefined && item.max?.["storage"] === undefined) {
    errors.push(required(`${path}.limits`, "either minimum or maximum storage value is required, but neither was provided"));
  }
  take("maxLimitRequestRatio");
  for (const name of [...names].sort()) errors.push(...validateAmounts(isPod ? { ...item, default: {}, defaultRequest: {} } : item, name, path));
  return errors;
}

/** Which amount may not be more than which: fields, then the one the message is about, the value it shows and the words for both. */
const orders: readonly (readonly [low: ListName, high: ListName, at: ListName, shown: ListName, lowText: string, highText: string])[] = [
  ["min", "max", "min", "min", "min value", "max value"],
  ["min", "defaultRequest", "defaultRequest", "defaultRequest", "min value", "default request value"],
  ["defaultRequest", "max", "defaultRequest", "defaultRequest", "default request value", "max value"],
  ["defaultRequest", "default", "defaultRequest", "defaultRequest", "default request value", "default limit value"],
  ["min", "default", "default", "min", "min value", "default value"],
  ["default", "max", "default", "max", "default value", "max value"],
];

function validateAmounts(item: LimitRangeItem, name: string, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  for (const [low, high, at, shown, lowText, highText] of orders) {
    const a = item[low]?.[name];
    const b = item[high]?.[name];
    if (a === undefined || b === undefined || compareQuantityTexts(a, b) <= 0) continue;
    errors.push(invalid(keyPath(`${path}.${at}`, name), item[shown]?.[name] ?? "", `${lowText} ${a} is greater than ${highText} ${b}`));
  }
  errors.push(...validateRatio(item, name, keyPath(`${path}.maxLimitRequestRatio`, name)));
  const limit = item.default?.[name];
  const request = item.defaultRequest?.[name];
  if (!isOvercommitAllowed(name) && limit !== undefined && request !== undefined && compareQuantityTexts(limit, request) !== 0) {
    errors.push(invalid(keyPath(`${path}.defaultRequest`, name), request, `default value ${limit} must equal to defaultRequest value ${request} in ${name}`));
  }
  return errors;
}

function validateRatio(item: LimitRangeItem, name: string, path: string): readonly FieldError[] {
  const ratio = item.maxLimitRequestRatio?.[name];
  if (ratio === undefined) return [];
  const errors: FieldError[] = compareQuantityTexts(ratio, "1") < 0 ? [invalid(path, ratio, `ratio ${ratio} is less than 1`)] : [];
  const min = item.min?.[name];
  const max = item.max?.[name];
  if (min === undefined || max === undefined) return errors;
  const highest = quantityMilli(max) / quantityMilli(min);
  if (quantityMilli(ratio) / 1000 > highest) errors.push(invalid(path, ratio, `ratio ${ratio} is greater than max/min = ${highest.toFixed(6)}`));
  return errors;
}
