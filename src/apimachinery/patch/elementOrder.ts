import { deepEqual } from "../../base/deepEqual.ts";
import { isJsonObject, type Json } from "../../base/json.ts";

// Follows normalizeElementOrder in apimachinery/pkg/util/strategicpatch/patch.go.

/** Whether two items of a list are the same one: by the merge key, or by value where there is none. */
export function sameElement(a: Json, b: Json, key: string): boolean {
  if (key !== "" && isJsonObject(a) && isJsonObject(b)) {
    const own = a[key];
    return own !== undefined && (own === b[key] || deepEqual(own ?? null, b[key] ?? null));
  }
  return deepEqual(a, b);
}

function indexIn(list: readonly Json[], item: Json, key: string): number {
  for (let at = 0; at < list.length; at++) if (sameElement(list[at] ?? null, item, key)) return at;
  return -1;
}

function sortedBy(items: readonly Json[], order: readonly Json[], key: string): readonly Json[] {
  const places: number[] = [];
  let sorted = true;
  for (let at = 0; at < items.length; at++) {
    const place = indexIn(order, items[at] ?? null, key);
    if (at > 0 && place < (places[at - 1] ?? 0)) sorted = false;
    places.push(place);
  }
  if (sorted) return items;
  return items
    .map((item, at) => ({ item, at, place: places[at] ?? 0 }))
    .sort((a, b) => a.place - b.place || a.at - b.at)
    .map((each) => each.item);
}

/** Whether the items stand one for one as the patch wants them. */
function isInOrder(items: readonly Json[], wanted: readonly Json[], key: string): boolean {
  if (items.length !== wanted.length) return false;
  for (let at = 0; at < items.length; at++) if (!sameElement(items[at] ?? null, wanted[at] ?? null, key)) return false;
  return true;
}

/**
 * Items named by the patch come in the patch's order, items that only the server has keep the server's; where the two meet, the server's order
 * decides for pairs it knows, and otherwise the patch's item goes first.
 */
export function normalizeOrder(merged: readonly Json[], patchOrder: readonly Json[], serverOrder: readonly Json[], key: string): readonly Json[] {
  if (isInOrder(merged, patchOrder, key)) return merged;
  const named: Json[] = [];
  const serverOnly: Json[] = [];
  for (const item of merged) (indexIn(patchOrder, item, key) >= 0 ? named : serverOnly).push(item);
  if (serverOnly.length === 0) return sortedBy(named, patchOrder, key);
  const left = sortedBy(serverOnly, serverOrder, key);
  const right = sortedBy(named, patchOrder, key);
  const out: Json[] = [];
  let l = 0;
  let r = 0;
  while (l < left.length && r < right.length) {
    const leftItem = left[l] ?? null;
    const rightItem = right[r] ?? null;
    const leftPlace = indexIn(serverOrder, leftItem, key);
    const rightPlace = indexIn(serverOrder, rightItem, key);
    if (leftPlace >= 0 && rightPlace >= 0 && leftPlace < rightPlace) {
      out.push(leftItem);
      l++;
    } else {
      out.push(rightItem);
      r++;
    }
  }
  return [...out, ...left.slice(l), ...right.slice(r)];
}
