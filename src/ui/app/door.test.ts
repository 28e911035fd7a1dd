import { describe, expect, it } from "vitest";
import type { ClusterCommand } from "../../cluster/commands.ts";
import type { TrafficSource } from "../../network/traffic.ts";
import type { Scenario } from "../../scenarios/define.ts";
import { createClusterStore } from "../stores/clusterStore.ts";
import { createDoor, doorStanding } from "./door.ts";

const source: TrafficSource = { id: "browsers", from: "internet", url: "http://shop.example.com/", method: "GET", perSecond: 40, clients: 8, keepAlive: true };
const inPod: TrafficSource = { ...source, id: "inside", from: { namespace: "default", name: "client" } };
const scenario: Scenario = { format: 1, id: "s", title: "s", cluster: {}, files: [], start: [], door: [{ type: "setTraffic", source }] };

/** A door before an engine that does what it is told at once, unless the address is "refused". */
function doorOf() {
  const cluster = createClusterStore();
  const submit = (command: ClusterCommand) => {
    const { traffic } = cluster.getState();
    if (command.type === "setTraffic" && command.source.url === "refused") return Promise.resolve("url: no");
    if (command.type === "setTraffic") cluster.setState({ traffic: [...traffic.filter(({ id }) => id !== command.source.id), command.source] });
    if (command.type === "clearTraffic") cluster.setState({ traffic: traffic.filter(({ id }) => id !== command.id) });
    return Promise.resolve(null);
  };
  const door = createDoor(scenario, cluster, { submit } as never);
  const stands = () => ({ state: door.store.getState().state, held: door.store.getState().held.map(({ id, perSecond }) => `${id} ${perSecond}`), runs: cluster.getState().traffic.map(({ id, perSecond }) => `${id} ${perSecond}`) });
  return { door, stands };
}

describe("the door", () => {
  it("holds back and lets in what comes from outside, as it was set last", async () => {
    const { door, stands } = doorOf();
    expect(stands()).toEqual({ state: "waiting", held: ["browsers 40"], runs: [] });
    await door.put({ ...source, perSecond: 80 });
    expect(stands()).toEqual({ state: "waiting", held: ["browsers 80"], runs: [] });
    door.open();
    expect(stands()).toEqual({ state: "open", held: [], runs: ["browsers 80"] });
    await door.put({ ...source, perSecond: 90 });
    await door.put(inPod);
    door.close();
    expect(stands()).toEqual({ state: "open", held: ["browsers 90"], runs: ["inside 40"] });
    door.holdBack(inPod);
    expect(stands()).toMatchObject({ state: "closed", held: ["browsers 90", "inside 40"] });
    await door.letIn({ ...source, perSecond: 90 });
    expect(stands()).toEqual({ state: "open", held: ["inside 40"], runs: ["browsers 90"] });
  });

  it("goes on waiting when another source is added meanwhile", async () => {
    const { door, stands } = doorOf();
    await door.put(inPod);
    expect(stands()).toEqual({ state: "waiting", held: ["browsers 40"], runs: ["inside 40"] });
    await door.letIn(source);
    expect(stands()).toEqual({ state: "open", held: [], runs: ["inside 40", "browsers 40"] });
  });

  it("says why a source is refused, and forgets what is removed", async () => {
    const { door, stands } = doorOf();
    expect(await door.letIn({ ...source, url: "refused" })).toBe("url: no");
    expect(stands().held).toEqual(["browsers 40"]);
    door.remove("browsers");
    expect(stands()).toEqual({ state: "closed", held: [], runs: [] });
    door.again();
    expect(stands()).toMatchObject({ state: "waiting", held: ["browsers 40"] });
  });

  it("stands as a run's history left it", () => {
    const at = (...commands: ClusterCommand[]) => doorStanding({ journal: commands.map((command, seq) => ({ at: seq as never, seq, command })) }, scenario);
    const faster = { ...source, perSecond: 80 };
    expect(at()).toEqual({ state: "waiting", held: [source] });
    expect(at({ type: "setTraffic", source: faster })).toEqual({ state: "open", held: [] });
    expect(at({ type: "setTraffic", source: faster }, { type: "setTraffic", source: inPod }, { type: "clearTraffic", id: "browsers" })).toEqual({ state: "open", held: [faster] });
    expect(at({ type: "setTraffic", source: inPod }, { type: "clearTraffic", id: "inside" })).toEqual({ state: "closed", held: [source] });
  });
});
