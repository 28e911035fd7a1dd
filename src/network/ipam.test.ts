import { expect, it } from "vitest";
import { PodIpam } from "./ipam.ts";
import { formatIpv4, parseCidr, parseIpv4 } from "./ipv4.ts";

it("gives each pod its own address and uses one again as late as possible", () => {
  const ipam = new PodIpam("10.244.1.0/29");
  expect(["a", "b", "c"].map((owner) => ipam.allocate(owner))).toEqual(["10.244.1.2", "10.244.1.3", "10.244.1.4"]);
  expect(ipam.allocate("b")).toBe("10.244.1.3");
  ipam.release("a");
  expect(ipam.allocate("d")).toBe("10.244.1.5");
  expect(ipam.allocate("e")).toBe("10.244.1.6");
  const copy = new PodIpam("10.244.1.0/29");
  copy.restore(JSON.parse(JSON.stringify(ipam.snapshot())));
  for (const each of [ipam, copy]) {
    expect(each.allocate("f")).toBe("10.244.1.2");
    expect(each.allocate("g")).toBeNull();
    expect(each.used).toBe(5);
  }
});

it.each([["10.244.1.7", 183763207], ["0.0.0.0", 0], ["255.255.255.255", 4294967295]])("%s is an address", (text, value) => {
  expect(parseIpv4(text)).toBe(value);
  expect(formatIpv4(value)).toBe(text);
});
it.each(["", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.a", "1..2.3"])("%s is no address", (text) => expect(parseIpv4(text)).toBeNull());
it("a range is masked", () => expect(parseCidr("10.244.1.77/24")).toEqual({ base: 183763200, size: 256 }));
