import { expect, test } from "vitest";
import { addressFaults, addressMessage, addressWarnings, cidrFaults, cidrMessage, cidrWarnings } from "./networkAddress.ts";

/** From apimachinery/pkg/util/validation/ip_test.go, strict as v1.36 is. */
test.each<readonly [string, string | null]>([
  ["1.2.3.4", null], ["0.0.0.0", null], ["1234::abcd", null], ["0001:002:03:4::", null], ["1234::ABCD", null], ["::", null], ["0:0::10.0.0.1", null],
  ["1.1.1.01", "must not have leading 0s"], ["010.000.000.005", "must not have leading 0s"], ["::ffff:1.1.1.1", "must not be an IPv4-mapped IPv6 address"],
  ["", addressMessage], ["aaaaaaa", addressMessage], ["1.2.3.0/24", addressMessage], ["1.2.3.400", addressMessage], ["fe80::1%eth0", addressMessage],
])("address %s", (text, fault) => expect(addressFaults(text)).toEqual(fault === null ? [] : [fault]));

test.each<readonly [string, string | null]>([
  ["10.0.0.0/8", null], ["0.0.0.0/0", null], ["1.2.3.4/32", null], ["2001:db8::/64", null], ["2001:DB8::/64", null], ["::/0", null],
  ["1.1.01.0/24", "must not have leading 0s in IP or prefix length"], ["192.168.0.0/016", "must not have leading 0s in IP or prefix length"], ["::ffff:1.1.1.0/120", "must not have an IPv4-mapped IPv6 address"],
  ["1.2.3.4/24", "must not have bits set beyond the prefix length"], ["10.128.0.0/8", "must not have bits set beyond the prefix length"], ["2001:db8::1/64", "must not have bits set beyond the prefix length"],
  ["10.0.0.0", cidrMessage], ["10.0.0.0/33", cidrMessage], ["", cidrMessage],
])("range %s", (text, fault) => expect(cidrFaults(text)).toEqual(fault === null ? [] : [fault]));

test("what reads right and is written in an unusual way is told", () => {
  expect([addressWarnings("a", "10.0.0.1"), addressWarnings("a", "::1"), cidrWarnings("a", "10.0.0.0/8"), cidrWarnings("a", "2001:db8::/64")].flat()).toEqual([]);
  expect(addressWarnings("a.ip", "2001:db8:0:0::2")).toEqual(['a.ip: IPv6 address "2001:db8:0:0::2" should be in RFC 5952 canonical format ("2001:db8::2")']);
  expect(cidrWarnings("a", "2001:db8:0:0::/64")).toEqual(['a: IPv6 CIDR value "2001:db8:0:0::/64" should be in RFC 5952 canonical format ("2001:db8::/64")']);
});
