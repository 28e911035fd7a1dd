/** Addresses are texts ("10.244.1.7") everywhere; numbers only where a range must be compared. */

/** null where the text is no IPv4 address in its canonical form. */
export function parseIpv4(text: string): number | null {
  let value = 0;
  let octet = -1;
  let octets = 0;
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : 46;
    if (code === 46) {
      if (octet < 0) return null;
      value = value * 256 + octet;
      octets++;
      octet = -1;
    } else if (code >= 48 && code <= 57) {
      if (octet === 0) return null;
      octet = (octet < 0 ? 0 : octet) * 10 + (code - 48);
      if (octet > 255) return null;
    } else return null;
  }
  return octets === 4 ? value : null;
}

export function formatIpv4(value: number): string {
  return `${Math.floor(value / 16777216) % 256}.${Math.floor(value / 65536) % 256}.${Math.floor(value / 256) % 256}.${value % 256}`;
}

export interface Cidr {
  /** The first address. */
  readonly base: number;
  readonly size: number;
}

/** null where the text is no "a.b.c.d/n". The base is masked. */
export function parseCidr(text: string): Cidr | null {
  const slash = text.indexOf("/");
  if (slash < 0) return null;
  const address = parseIpv4(text.slice(0, slash));
  const bitsText = text.slice(slash + 1);
  if (address === null || !/^([0-9]|[12][0-9]|3[0-2])$/.test(bitsText)) return null;
  const size = 2 ** (32 - Number(bitsText));
  return { base: Math.floor(address / size) * size, size };
}

export function cidrContains(cidr: Cidr, address: number): boolean {
  return address >= cidr.base && address < cidr.base + cidr.size;
}
