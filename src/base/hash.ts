import type { Json } from "./json.ts";

/** 32-bit FNV-1a over the UTF-8 bytes of a text, as Go's hash/fnv New32a. */
export function fnv1a32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    let code = text.charCodeAt(index);
    if (code < 0x80) {
      hash = Math.imul(hash ^ code, 0x01000193);
      continue;
    }
    if (code >= 0xd800 && code < 0xdc00 && index + 1 < text.length) {
      code = 0x10000 + ((code - 0xd800) << 10) + (text.charCodeAt(++index) - 0xdc00);
      hash = Math.imul(hash ^ (0xf0 | (code >> 18)), 0x01000193);
      hash = Math.imul(hash ^ (0x80 | ((code >> 12) & 0x3f)), 0x01000193);
      hash = Math.imul(hash ^ (0x80 | ((code >> 6) & 0x3f)), 0x01000193);
    } else if (code < 0x800) {
      hash = Math.imul(hash ^ (0xc0 | (code >> 6)), 0x01000193);
    } else {
      hash = Math.imul(hash ^ (0xe0 | (code >> 12)), 0x01000193);
      hash = Math.imul(hash ^ (0x80 | ((code >> 6) & 0x3f)), 0x01000193);
    }
    hash = Math.imul(hash ^ (0x80 | (code & 0x3f)), 0x01000193);
  }
  return hash >>> 0;
}

/** 32-bit FNV-1 over the UTF-8 bytes of a text, as Go's hash/fnv New32: it multiplies first. */
export function fnv1x32(text: string): number {
  let hash = 0x811c9dc5;
  const add = (byte: number): void => void (hash = Math.imul(hash, 0x01000193) ^ byte);
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (code < 0x80) {
      add(code);
      continue;
    }
    if (code < 0x800) add(0xc0 | (code >> 6));
    else {
      if (code < 0x10000) add(0xe0 | (code >> 12));
      else {
        add(0xf0 | (code >> 18));
        add(0x80 | ((code >> 12) & 0x3f));
      }
      add(0x80 | ((code >> 6) & 0x3f));
    }
    add(0x80 | (code & 0x3f));
  }
  return hash >>> 0;
}

/** A running hash of two 32-bit words; plain data, so that it can lie in a keyframe. */
export interface Digest {
  a: number;
  b: number;
}

export function newDigest(): Digest {
  return { a: 0x9e3779b9 | 0, b: 0x85ebca6b | 0 };
}

export function digestText(digest: Digest): string {
  return hex(digest.a) + hex(digest.b);
}

/** Adds a whole number below 2^53. */
export function addNumber(digest: Digest, value: number): void {
  hashNumber(value);
  absorb(digest);
}

export function addText(digest: Digest, text: string): void {
  hashText(text);
  absorb(digest);
}

/**
 * Adds plain data by its canonical hash: the order of keys does not matter, a key that is undefined counts as absent. Parts
 * are remembered, the whole is not: a message comes once.
 */
export function addJson(digest: Digest, value: unknown): void {
  depth = 0;
  field = root;
  hashValue(value);
  absorb(digest);
}

/**
 * Canonical hash of plain data: equal data gives equal text, whatever the order of its keys. Its large parts are remembered by
 * identity (objects are immutable), so a status update of a large object that shares its spec costs only what changed.
 */
export function hashJson(value: Json): string {
  depth = 0;
  field = root;
  hashValue(value);
  return hex(resultA) + hex(resultB);
}

function absorb(digest: Digest): void {
  digest.a = mix(Math.imul(digest.a, 31) ^ resultA);
  digest.b = mix(Math.imul(digest.b, 37) ^ resultB);
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}

/** Results are handed back in two module variables: a pair object for every scalar would cost more than the hash. */
let resultA = 0;
let resultB = 0;
/** How many scalars and containers the last call looked at: tells whether it is worth remembering. */
let looked = 0;

interface Remembered {
  readonly a: number;
  readonly b: number;
}
const remembered = new WeakMap<object, Remembered>();
/** Below this size hashing again is cheaper than a WeakMap entry. */
const worthRemembering = 16;
/** What is shared between messages lies near their root: deeper down, looking it up costs more than it saves. */
const deepestRemembered = 6;
/** An entry costs as much as hashing fifty values: a field under which fewer than one in so many was found again is given up, and tried again later. */
const leastFoundShare = 12;
const triesBeforeVerdict = 256;
const triesLeftOut = 8192;
let depth = 0;

/** A field name: few, and they come again and again, mostly in the same order. */
interface FieldName {
  readonly text: string;
  readonly a: number;
  readonly b: number;
  /** Of what lies under this field: looked for, found, and how often yet to leave it. */
  tries: number;
  found: number;
  leaveOut: number;
  /** The names last seen after this one (the two last, the latest first), and first in a record that lies under it. */
  next: FieldName | null;
  nextBefore: FieldName | null;
  first: FieldName | null;
  firstBefore: FieldName | null;
  /** What the items of a list under this field are counted as: they may come again where lists do not, and the other way round. */
  items: FieldName | null;
  /** The values last seen under this field: made when the first one comes. */
  latest: Latest | null;
}

/**
 * The latest objects and lists, each in the place of the oldest, with their sums: a message is made of the one before it, whose parts are still the same,
 * and a list of what was done to a packet goes on where it ended.
 */
interface Latest {
  readonly values: object[];
  readonly a: number[];
  readonly b: number[];
  oldest: number;
}
const latestKept = 8;
const names = new Map<string, FieldName>();
const namesKept = 4_096;
const longestName = 64;
/** The field whose value is being hashed. */
const root = newName("");
let field = root;

function mix(word: number): number {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x7feb352d);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x846ca68b);
  return mixed ^ (mixed >>> 16);
}

function hashValue(value: unknown): void {
  looked++;
  // Not by a switch: each comparison compiles to a test of a bit, a type's name to a call.
  if (typeof value === "string") hashText(value);
  else if (typeof value === "object" && value !== null) hashObject(value);
  else if (typeof value === "number") hashNumber(value);
  else if (typeof value === "boolean") {
    resultA = value ? 0x3c6ef372 : 0x1f83d9ab;
    resultB = value ? 0x510e527f : 0x5be0cd19;
  } else {
    resultA = 0x2545f491;
    resultB = 0x4f6cdd1d;
  }
}

function hashObject(value: object): void {
  const latest = (field.latest ??= newLatest());
  const { values } = latest;
  for (let at = 0; at < latestKept; at++) {
    if (values[at] !== value) continue;
    resultA = mix(latest.a[at] ?? 0);
    resultB = mix(latest.b[at] ?? 0);
    return;
  }
  const begun = Array.isArray(value) ? longestBegin(value, latest) : nowhere;
  hashUnseen(value, latest, begun);
  // The sums, from which a longer list may go on; in the place of what it went on from, so that others are not pushed out by the same list.
  const place = begun === nowhere ? latest.oldest : begun;
  values[place] = value;
  latest.a[place] = resultA;
  latest.b[place] = resultB;
  if (begun === nowhere) latest.oldest = (place + 1) % latestKept;
  resultA = mix(resultA);
  resultB = mix(resultB);
}

function newLatest(): Latest {
  const empty = {};
  return { values: Array.from({ length: latestKept }, () => empty), a: Array.from({ length: latestKept }, () => 0), b: Array.from({ length: latestKept }, () => 0), oldest: 0 };
}

/** The sums of what is in it. */
function hashUnseen(value: object, latest: Latest, begun: number): void {
  const isSought = depth <= deepestRemembered && isWorthSeeking(field);
  if (isSought) {
    const known = remembered.get(value);
    if (known !== undefined) {
      field.found++;
      resultA = known.a;
      resultB = known.b;
      return;
    }
  }
  const before = looked;
  depth++;
  if (Array.isArray(value)) hashArray(value, latest, begun);
  else hashRecord(value as Record<string, unknown>);
  depth--;
  if (isSought && looked - before >= worthRemembering) remembered.set(value, { a: resultA, b: resultB });
}

function isWorthSeeking(name: FieldName): boolean {
  if (name.leaveOut > 0) {
    name.leaveOut--;
    return false;
  }
  if (++name.tries >= triesBeforeVerdict) {
    if (name.found * leastFoundShare < name.tries) name.leaveOut = triesLeftOut;
    name.tries = 0;
    name.found = 0;
  }
  return true;
}

function hashArray(items: readonly unknown[], latest: Latest, begun: number): void {
  let a = 0x6a09e667;
  let b = 0xbb67ae85;
  let index = 0;
  if (begun !== nowhere) {
    a = latest.a[begun] ?? 0;
    b = latest.b[begun] ?? 0;
    index = (latest.values[begun] as readonly unknown[]).length;
  }
  const outer = field;
  outer.items ??= newName("");
  field = outer.items;
  for (; index < items.length; index++) {
    hashValue(items[index]);
    a = Math.imul(a, 0x01000193) ^ resultA;
    b = Math.imul(b, 0x0100019d) + resultB;
  }
  field = outer;
  resultA = a;
  resultB = b;
}

const nowhere = -1;

/** Where the longest of the latest lists is that a list begins with. */
function longestBegin(items: readonly unknown[], latest: Latest): number {
  let place = nowhere;
  let length = 0;
  for (let at = 0; at < latestKept; at++) {
    const before = latest.values[at];
    if (!Array.isArray(before) || before.length <= length || before.length > items.length || !isBegin(before, items)) continue;
    place = at;
    length = before.length;
  }
  return place;
}

function isBegin(before: readonly unknown[], items: readonly unknown[]): boolean {
  // Most differ at their end, if they do.
  for (let index = before.length - 1; index >= 0; index--) if (items[index] !== before[index]) return false;
  return true;
}

function hashRecord(record: Record<string, unknown>): void {
  // Fields are added up, so that their order does not matter and nothing needs sorting.
  let a = 0x3ade68b1;
  let b = 0x27d4eb2f;
  const outer = field;
  let before: FieldName | null = null;
  for (const key in record) {
    const value = record[key];
    if (value === undefined) continue;
    const name: FieldName = before === null ? firstName(outer, key) : nextName(before, key);
    before = name;
    field = name;
    hashValue(value);
    a = (a + mix(name.a ^ Math.imul(resultA, 0x9e3779b1))) | 0;
    b = (b + mix(name.b ^ Math.imul(resultB, 0xc2b2ae3d))) | 0;
  }
  field = outer;
  resultA = a;
  resultB = b;
}

function firstName(outer: FieldName, key: string): FieldName {
  const { first, firstBefore } = outer;
  if (first !== null && first.text === key) return first;
  const name = firstBefore !== null && firstBefore.text === key ? firstBefore : nameOf(key);
  outer.firstBefore = first;
  outer.first = name;
  return name;
}

function nextName(before: FieldName, key: string): FieldName {
  const { next, nextBefore } = before;
  if (next !== null && next.text === key) return next;
  const name = nextBefore !== null && nextBefore.text === key ? nextBefore : nameOf(key);
  before.nextBefore = next;
  before.next = name;
  return name;
}

function nameOf(text: string): FieldName {
  const known = names.get(text);
  if (known !== undefined) return known;
  const made = newName(text);
  if (text.length <= longestName) {
    if (names.size >= namesKept) names.clear();
    names.set(text, made);
  }
  return made;
}

function newName(text: string): FieldName {
  hashCharacters(text);
  return { text, a: resultA, b: resultB, tries: 0, found: 0, leaveOut: 0, next: null, nextBefore: null, first: null, firstBefore: null, items: null, latest: null };
}

/** The latest hashes of longer texts, each at the one place it can have: the same few come again and again. */
const textPlaces = 4096;
const textsKept: string[] = Array.from<string>({ length: textPlaces }).fill("");
const textA = new Int32Array(textPlaces);
const textB = new Int32Array(textPlaces);
const shortestKept = 12;
const longestKept = 2048;

function hashText(text: string): void {
  const { length } = text;
  if (length < shortestKept || length > longestKept) {
    hashCharacters(text);
    return;
  }
  const ends = Math.imul(text.charCodeAt(length - 1), 0x01000193) ^ Math.imul(text.charCodeAt(length - 3), 0x85ebca6b) ^ Math.imul(text.charCodeAt(length >> 1), 0xc2b2ae35) ^ Math.imul(length, 0x27d4eb2f);
  const place = (ends ^ (ends >>> 15)) & (textPlaces - 1);
  if (textsKept[place] === text) {
    resultA = textA[place] ?? 0;
    resultB = textB[place] ?? 0;
    return;
  }
  hashCharacters(text);
  textsKept[place] = text;
  textA[place] = resultA;
  textB[place] = resultB;
}

function hashCharacters(text: string): void {
  let a = 0x811c9dc5 ^ text.length;
  let b = 0x01234567 ^ text.length;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x5bd1e995);
  }
  resultA = mix(a);
  resultB = mix(b ^ (b >>> 13));
}

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);

function hashNumber(value: number): void {
  if (Number.isInteger(value)) {
    const low = value | 0;
    const high = Math.floor(value / 4294967296) | 0;
    resultA = mix(low ^ Math.imul(high, 0x85ebca6b) ^ 0x165667b1);
    resultB = mix(Math.imul(low, 0xc2b2ae35) ^ high ^ 0x27220a95);
    return;
  }
  float[0] = value;
  resultA = mix((words[0] ?? 0) ^ 0x61c88647);
  resultB = mix((words[1] ?? 0) ^ (words[0] ?? 0));
}
