/** Which tags an image has, by rule: a simulated registry cannot list real ones. */
export interface TagRule {
  /** Names without a version: "latest", "alpine", "stable". */
  readonly names: readonly string[];
  /** Largest minor of each major that exists: {"1": 29} has 1.0 to 1.29 with any patch. */
  readonly minors: Readonly<Record<string, number>>;
  /** What may follow a version: "alpine", "slim". */
  readonly flavours: readonly string[];
  /** Versions begin with "v". */
  readonly prefixed?: boolean;
}

/** "1.14.2-alpine" exists where major 1 goes to minor 14 or beyond and "alpine" is a flavour; "1.161" does not. */
export function tagExists(rule: TagRule, tag: string): boolean {
  if (rule.names.includes(tag)) return true;
  const match = /^(v?)([0-9]{1,4})(?:\.([0-9]{1,4}))?(?:\.([0-9]{1,4}))?(?:-([A-Za-z0-9._-]+))?$/.exec(tag);
  if (match === null || (match[1] === "v") !== (rule.prefixed === true)) return false;
  const most = rule.minors[match[2] ?? ""];
  if (most === undefined) return false;
  if (match[3] !== undefined && Number(match[3]) > most) return false;
  if (match[4] !== undefined && Number(match[4]) > 60) return false;
  const flavour = match[5];
  return flavour === undefined || rule.flavours.some((known) => flavour === known || (flavour.startsWith(known) && /^[0-9.]+$/.test(flavour.slice(known.length))));
}

export const debianFlavours = ["alpine", "bookworm", "bullseye", "buster", "slim", "slim-bookworm", "alpine-slim", "perl", "alpine-perl", "trixie"] as const;
