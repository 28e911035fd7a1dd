import { describe, expect, it } from "vitest";
import { FakeProgram } from "../../testing/fakeProgram.ts";
import { parseCorefile } from "./corefile.ts";
import { corednsImage } from "./image.ts";
import { corefileText } from "./manifests.ts";

describe("a Corefile", () => {
  it("of kubeadm is read", () => {
    expect(parseCorefile(corefileText("cluster.local"))).toEqual({
      port: 53, clusterDomain: "cluster.local", reverse: true, ttlSeconds: 30, lameduckSeconds: 5, hosts: null, renames: {}, warnings: [],
      plugins: ["errors", "health", "ready", "kubernetes", "prometheus", "forward", "cache", "loop", "reload", "loadbalance"],
      cache: { successSeconds: 30, denialSeconds: 30, noSuccess: ["cluster.local"], noDenial: ["cluster.local"] },
    });
  });

  it("names what it holds that is not simulated", () => {
    const text = ".:5353 {\n  template ANY ANY\n  rewrite name regex (.*)a b\n  rewrite stop name exact Old.example. new.example\n  cache\n  log\n}\nconsul.local:53 {\n  forward . 10.0.0.1\n}\n";
    expect(parseCorefile(text)).toMatchObject({
      port: 5353, renames: { "old.example": "new.example" }, cache: { successSeconds: 3600, denialSeconds: 1800 },
      warnings: ["plugin/template: not simulated, it does nothing", 'plugin/rewrite: only "rewrite name NAME NAME" is simulated, not "rewrite name regex (.*)a b"', "server block consul.local:53: not simulated, only the first one is"],
    });
  });

  it.each(["", ".:53 {", "}", ".:53 {\n errors\n}\n}", ".:53 {\n kubernets cluster.local\n}"])("%j is refused", (text) => expect(parseCorefile(text)).toBeNull());
});

describe("the server", () => {
  const path = "/etc/coredns/Corefile";
  const hosts = (address: string): string => `.:53 {\n  hosts {\n    ${address} Db.example.test\n  }\n  rewrite name old.example.test db.example.test\n  cache 20\n  reload\n}\n`;

  function server(corefile: string): { readonly program: FakeProgram; readonly ask: (name: string) => string } {
    const program = new FakeProgram(() => corednsImage.program(["/coredns", "-conf", path]));
    program.put(path, corefile);
    program.send({ type: "start" });
    const ask = (name: string): string => {
      program.send({ type: "packet", id: name, port: 53, from: "10.0.0.1", payload: { type: "dns", name, record: "A" } }, true);
      const answer = program.answers.at(-1)?.payload;
      return answer?.type === "dnsAnswer" ? `${answer.code}${answer.answers.map(({ data, ttlSeconds }) => ` ${data} ${ttlSeconds}`).join("")}` : "";
    };
    return { program, ask };
  }

  it("keeps answers for their time, and counts it down", () => {
    const { program, ask } = server(hosts("192.0.2.1"));
    expect([ask("db.example.test."), ask("old.example.test."), ask("nope.example.test.")]).toEqual(["NOERROR 192.0.2.1 20", "NOERROR 192.0.2.1 20", "SERVFAIL"]);
    program.now = 15_000_000;
    expect(ask("DB.example.test.")).toBe("NOERROR 192.0.2.1 5");
    program.now = 20_000_000;
    expect(ask("db.example.test.")).toBe("NOERROR 192.0.2.1 20");
  });

  it("takes a changed file at its next look, and goes on with the old one where it cannot be read", () => {
    const { program, ask } = server(hosts("192.0.2.1"));
    program.put(path, hosts("192.0.2.2"));
    expect(ask("db.example.test.")).toBe("NOERROR 192.0.2.1 20");
    program.send({ type: "timer", key: "reload" }, true);
    expect(ask("db.example.test.")).toBe("NOERROR 192.0.2.2 20");
    program.put(path, ".:53 {");
    program.send({ type: "timer", key: "reload" }, true);
    expect(ask("db.example.test.")).toBe("NOERROR 192.0.2.2 20");
    expect(program.out.slice(-3)).toEqual(["[INFO] Reloading", `[ERROR] Restart failed: ${path}: Error during parsing: unexpected token`, "[ERROR] plugin/reload: Corefile changed but reload failed"]);
  });
});
