// Follows third_party/forked/golang/net/ip.go of k8s.io/utils: addresses as Kubernetes' lenient parser reads them, and as Go prints them.

export interface Address {
  readonly family: "ipv4" | "ipv6";
  /** 4 or 16. */
  readonly bytes: readonly number[];
}

const ipv4Text = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;
const group = /^[\da-f]+$/i;

/** The octets of four decimals, which may begin with zeros; null where it is something else. */
function octetsOf(text: string): readonly number[] | null {
  const octets = ipv4Text.exec(text)?.slice(1).map(Number) ?? null;
  return octets === null || octets.some((octet) => octet > 255) ? null : octets;
}

/** Bytes of groups of hexadecimal digits; the last may be an IPv4 address, where one may stand. */
function groupsOf(text: string, ipv4Last: boolean): readonly number[] | null {
  const bytes: number[] = [];
  const parts = text === "" ? [] : text.split(":");
  for (const [at, part] of parts.entries()) {
    const octets = ipv4Last && at === parts.length - 1 ? octetsOf(part) : null;
    if (octets !== null) {
      bytes.push(...octets);
      continue;
    }
    const value = group.test(part) ? parseInt(part, 16) : 0x10000;
    if (value > 0xffff) return null;
    bytes.push(value >> 8, value & 0xff);
  }
  return bytes;
}

/** `::` stands for one group of zeros at least. */
function parseIPv6(text: string): readonly number[] | null {
  const [headText = "", tailText, more] = text.split("::");
  const head = groupsOf(headText, tailText === undefined);
  if (tailText === undefined) return head?.length === 16 ? head : null;
  const tail = groupsOf(tailText, true);
  if (more !== undefined || head === null || tail === null || head.length + tail.length > 14) return null;
  return [...head, ...Array.from({ length: 16 - head.length - tail.length }, () => 0), ...tail];
}

/** Null where the text is no address; zones are none of Kubernetes'. */
export function parseAddress(text: string): Address | null {
  const octets = octetsOf(text);
  if (octets !== null) return { family: "ipv4", bytes: octets };
  const bytes = text.includes(":") ? parseIPv6(text) : null;
  return bytes === null ? null : { family: "ipv6", bytes };
}

/** An IPv4 address in IPv6 clothes: ::ffff:1.2.3.4. */
export function isMapped({ family, bytes }: Address): boolean {
  return family === "ipv6" && bytes.every((byte, at) => (at < 10 ? byte === 0 : at >= 12 || byte === 0xff));
}

/** The bytes that Go judges an address by: those of IPv4 where it is one. */
export function plainBytes(address: Address): readonly number[] {
  return isMapped(address) ? address.bytes.slice(12) : address.bytes;
}

/** As Go prints it: the form of RFC 5952, and IPv4 in IPv6 clothes plain. */
export function addressText(address: Address): string {
  const bytes = plainBytes(address);
  if (bytes.length === 4) return bytes.join(".");
  const groups = Array.from({ length: 8 }, (_, at) => ((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0));
  const zeros = longestZeros(groups);
  const text = (from: number, to: number): string => groups.slice(from, to).map((value) => value.toString(16)).join(":");
  return zeros.length < 2 ? text(0, 8) : `${text(0, zeros.from)}::${text(zeros.from + zeros.length, 8)}`;
}

/** The first of the longest runs of zeros. */
function longestZeros(groups: readonly number[]): { readonly from: number; readonly length: number } {
  let longest = { from: 0, length: 0 };
  let from = 0;
  for (const [at, value] of groups.entries()) {
    if (value !== 0) from = at + 1;
    else if (at + 1 - from > longest.length) longest = { from, length: at + 1 - from };
  }
  return longest;
}

/** The address with the bits beyond the prefix cleared. */
export function masked({ family, bytes }: Address, prefixBits: number): Address {
  return { family, bytes: bytes.map((byte, at) => byte & ~(0xff >> Math.min(8, Math.max(0, prefixBits - 8 * at)))) };
}

export function isSameAddress(a: Address, b: Address): boolean {
  return a.bytes.length === b.bytes.length && a.bytes.every((byte, at) => byte === b.bytes[at]);
}
