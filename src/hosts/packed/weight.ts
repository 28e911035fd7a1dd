/** Roughly the memory of what a revision does not share with the one before it. */
export function newBytes(value: object, before: object | null): number {
  let bytes = 32;
  const fields = value as Readonly<Record<string, unknown>>;
  const old = before as Readonly<Record<string, unknown>> | null;
  for (const key in fields) {
    const field = fields[key];
    const oldField = old?.[key];
    if (field === oldField) continue;
    if (typeof field === "string") bytes += 16 + field.length;
    else if (typeof field === "object" && field !== null) bytes += newBytes(field, typeof oldField === "object" ? oldField : null);
    else bytes += 8;
  }
  return bytes;
}
