import { isIPv6 } from "node:net";
import { describe, expect, it } from "vitest";
import { addressText, isMapped, masked, parseAddress } from "./address.ts";

const printed = (text: string): string | null => {
  const address = parseAddress(text);
  return address === null ? null : addressText(address);
};

describe("addresses", () => {
  it.each<readonly [string, string]>([
    ["1.2.3.4", "1.2.3.4"], ["010.000.000.005", "10.0.0.5"], ["255.255.255.255", "255.255.255.255"],
    ["::", "::"], ["::1", "::1"], ["1::", "1::"], ["2001:DB8:0:0::2", "2001:db8::2"], ["0001:002:03:4::", "1:2:3:4::"], ["1:0:0:2:0:0:0:3", "1:0:0:2::3"], ["1:0:0:2:0:0:3:4", "1::2:0:0:3:4"],
    ["1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"], ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"], ["::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"], ["00001::", "1::"],
    ["::ffff:1.2.3.4", "1.2.3.4"], ["::FFFF:0102:0304", "1.2.3.4"], ["0:0::10.0.0.1", "::a00:1"], ["1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"], ["1::01.2.3.4", "1::102:304"],
  ])("%s is printed %s", (text, want) => expect(printed(text)).toBe(want));

  it.each([
    "", ".", ":", ":::", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.0004", "1.2.3.-4", " 1.2.3.4", "1.2.3.4/24", "fe80::1%eth0", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::",
    "1:2:3:4::5:6:7:8", "1::2::3", ":1::", "1:", "1::2:", "::g", "::10000", "1.2.3.4::", "::1.2.3", "1:2:3:4:5:6:7:1.2.3.4", "1.2.3.4:5::", "::1.2.3.4:5",
  ])("%j is none", (text) => expect(parseAddress(text)).toBeNull());

  it("reads what Node reads, from every arrangement of a few parts", () => {
    const parts = ["0", "1", "abcd", "", "1.2.3.4"];
    for (let code = 0; code < 5 ** 5; code++) {
      const text = Array.from({ length: 5 }, (_, at) => parts[Math.floor(code / 5 ** at) % 5]).join(":");
      expect([text, parseAddress(text) !== null]).toEqual([text, isIPv6(text)]);
    }
  });

  it("are masked, and told from IPv4 in IPv6 clothes", () => {
    const maskedText = (text: string, bits: number): string => addressText(masked(parseAddress(text) as NonNullable<ReturnType<typeof parseAddress>>, bits));
    expect([maskedText("10.255.255.255", 12), maskedText("10.1.2.3", 0), maskedText("10.1.2.3", 32), maskedText("2001:db8:ffff::1", 33)]).toEqual(["10.240.0.0", "0.0.0.0", "10.1.2.3", "2001:db8:8000::"]);
    expect(["::ffff:1.2.3.4", "::fffe:1.2.3.4", "1.2.3.4", "::1.2.3.4"].map((text) => isMapped(parseAddress(text) as NonNullable<ReturnType<typeof parseAddress>>))).toEqual([true, false, false, false]);
  });
});
