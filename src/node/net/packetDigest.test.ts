import { expect, it } from "vitest";
import { digestText, newDigest } from "../../base/hash.ts";
import { newFlow, requestPacket, type Packet } from "../../network/packet.ts";
import { addPacketBody } from "./messages.ts";

const digestOf = (packet: Packet): string => {
  const digest = newDigest();
  expect(addPacketBody(digest, { type: "packet", packet })).toBe(true);
  return digestText(digest);
};

it("no field of a packet can be another without the digest of the history being another", () => {
  const flow = newFlow("node-1/net:7", "TCP", "10.244.0.2", 32_769, "10.96.0.1", 80);
  const packet: Packet = { ...requestPacket(flow, { type: "close" }, { process: "node-1/net", tag: null }), via: ["node-1/net"] };
  const others: { readonly [field in keyof Packet]: Packet[field] } = {
    flow: { ...flow, id: "node-1/net:8" }, direction: "answer", toIp: "10.96.0.2", toPort: 81, fromIp: "10.244.0.3", keepAlive: true, reused: true, chosenBy: "node-1", via: ["node-2/net"],
    payload: { type: "probe" }, replyTo: { process: "node-2/net", tag: null },
  };
  const digests = [digestOf(packet), ...Object.entries(others).map(([field, value]) => digestOf({ ...packet, [field]: value }))];
  expect(Object.keys(others).sort()).toEqual(Object.keys(packet).sort());
  expect(new Set([...digests, digestOf({ ...packet, replyTo: { process: "node-1/net", tag: { flow: "x" } } }), digestOf({ ...packet, flow: newFlow(flow.id, "UDP", flow.source, flow.sourcePort, flow.destination, flow.port) })]).size).toBe(digests.length + 2);
  const other = newDigest();
  expect(addPacketBody(other, { type: "hello" })).toBe(false);
});
