// Node 20's engine gives every `{ ...object, newKey }` a hidden class of its own: that takes it thirty times as long as a literal, and whoever reads the
// result is slow for ever after. Where objects are extended by the thousand, these do the same at a shared class.

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** A copy that will be given more fields. */
export function copyToExtend<T extends object>(object: T): Writable<T> {
  // Assigning that name would change the prototype.
  return Object.hasOwn(object, "__proto__") ? { ...object } : Object.assign({}, object);
}

/** As `{ ...object, ...change }`, where fields of the type may be absent. */
export function changed<T extends object>(object: T, change: Partial<T>): T {
  return extended(object, change) as T;
}

/** As `{ ...object, ...fields }`. */
export function extended<T extends object, F extends object>(object: T, fields: F): Omit<T, keyof F> & F {
  if (Object.hasOwn(object, "__proto__") || Object.hasOwn(fields, "__proto__")) return { ...object, ...fields };
  const copy = Object.assign({}, object) as T & F;
  for (const key in fields) copy[key] = fields[key] as (T & F)[typeof key];
  return copy;
}
