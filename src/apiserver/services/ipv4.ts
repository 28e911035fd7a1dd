export interface Ipv4Range {
  readonly first: number;
  readonly last: number;
}

/** The address as a number; null where the text is no IPv4 address. */
export function parseIpv4(text: string): number | null {
  const parts = text.split(".");
  if (parts.length !== 4) return null;
  let address = 0;
  for (const part of parts) {
    if (!/^(0|[1-9][0-9]{0,2})$/.test(part)) return null;
    const value = Number(part);
    if (value > 255) return null;
    address = address * 256 + value;
  }
  return address;
}

export function formatIpv4(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

/** From the network's address to its last one. Throws for a text that is no CIDR: it is the cluster's own setting. */
export function parseIpv4Cidr(cidr: string): Ipv4Range {
  const [base = "", bits = ""] = cidr.split("/");
  const address = parseIpv4(base);
  const prefix = Number(bits);
  if (address === null || !Number.isInteger(prefix) || prefix < 1 || prefix > 32) throw new Error(`no IPv4 range: ${cidr}`);
  const size = 2 ** (32 - prefix);
  const first = Math.floor(address / size) * size;
  return { first, last: first + size - 1 };
}
