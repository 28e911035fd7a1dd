/** An IPv4 range "10.244.0.0/16" as numbers. */
export interface AddressRange {
  readonly first: number;
  readonly bits: number;
}

export function parseRange(cidr: string): AddressRange {
  const [address = "", bits = "32"] = cidr.split("/");
  return { first: addressNumber(address), bits: Number(bits) };
}

export function rangeSize(range: AddressRange): number {
  return 2 ** (32 - range.bits);
}

export function addressNumber(address: string): number {
  return address.split(".").reduce((number, part) => number * 256 + Number(part), 0);
}

export function addressText(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}

/** How many subranges of `bits` fit. */
export function subrangeCount(range: AddressRange, bits: number): number {
  return 2 ** Math.max(0, bits - range.bits);
}

export function subrange(range: AddressRange, bits: number, index: number): string {
  return `${addressText(range.first + index * 2 ** (32 - bits))}/${bits}`;
}
