import { describe, expect, it } from "vitest";
import { FakeProgram } from "../../testing/fakeProgram.ts";
import { shellProgram } from "./shellProgram.ts";

function sh(script: string): FakeProgram {
  return new FakeProgram(() => shellProgram(["sh", "-c", script]), ["sh", "-c", script]);
}

const cases: readonly (readonly [script: string, out: readonly string[], status?: number])[] = [
  ["echo hello   world", ["hello world"]],
  ["echo -n a; echo b", ["ab"]],
  ["echo 'a  b' \"c  $HOME\" $NOTHING d", ["a  b c  /root d"]],
  ["true && echo yes || echo no; false && echo yes || echo no", ["yes", "no"]],
  ["if [ 1 -lt 2 ]; then echo less; else echo more; fi", ["less"]],
  ["if test -f /nope; then echo a; elif true; then echo b; fi", ["b"]],
  ["i=0; while [ $i -lt 3 ]; do echo $i; i=$((i+1)); done", ["0", "1", "2"]],
  ["for x in a 'b c' $(echo d e); do echo \"<$x>\"; done", ["<a>", "<b c>", "<d>", "<e>"]],
  ["for i in 1 2 3 4; do if [ $i = 2 ]; then continue; fi; if [ $i = 4 ]; then break; fi; echo $i; done; echo end", ["1", "3", "end"]],
  ["echo one > /tmp/f; echo two >> /tmp/f; cat /tmp/f; wc -l < /tmp/f", ["one", "two", "2"]],
  ["printf '%s-%03d\\n' a 7 b 8", ["a-007", "b-008"]],
  ["seq 3 | while read n; do echo \"n=$n\"; done", ["n=1", "n=2", "n=3"]],
  ["echo 'b\na\nc' | sort | head -n 2", ["a", "b"]],
  ["f() { echo \"f got $1 of $#\"; return 3; }; f x y; echo $?", ["f got x of 2", "3"]],
  ["case nginx:1.2 in redis*) echo r;; nginx:*|httpd) echo web;; *) echo other;; esac", ["web"]],
  ["echo ${X:-unset} ${HOME%/*}x ${#HOME}; X=5; echo ${X:-unset}", ["unset x 5", "5"]],
  ["cd /tmp; touch a.txt b.txt; ls; echo *.txt; pwd", ["a.txt", "b.txt", "a.txt b.txt", "/tmp"]],
  ["nosuch; echo $?", ["! sh: nosuch: not found", "127"]],
  ["nosuch 2>/dev/null; ls /nope 2>&1", ["ls: /nope: No such file or directory"], 1],
  ["set -e; echo a; false; echo b", ["a"], 1],
  ["(cd /tmp; X=1); echo \"$(pwd)$X\"", ["/"]],
  ["exit 42", [], 42],
  ["cat <<EOF\nname: $HOME\nEOF\ncat <<'EOF'\n$raw\nEOF", ["name: /root", "$raw"]],
  ["date -u +%Y-%m-%dT%H:%M:%SZ; sleep 90; date +%s", ["2026-01-01T00:00:00Z", "1767225690"]],
  ["until [ -f /tmp/go ]; do touch /tmp/go; echo wait; sleep 1; done; echo go", ["wait", "go"]],
  ["sleep 5 & echo now; wait; echo later", ["now", "later"]],
  ["echo $((2 + 3 * 4)) $(( (1+1) ** 3 )) $((7 / 2)) $((5 > 3 && 1))", ["14 8 3 1"]],
  ["if", ["! sh: syntax error: unexpected end of file (expecting \"then\")"], 2],
  ["echo a | grep -q b || echo none; env | grep ^HOME", ["none", "HOME=/root"]],
  ["x=$(for i in 1 2; do echo $i; done); echo $x; sh -c 'echo inner $0 $1' zero one", ["1 2", "inner zero one"]],
];

describe("sh", () => {
  for (const [script, out, status] of cases) {
    it(JSON.stringify(script), () => {
      const program = sh(script).run();
      expect(program.out).toEqual(out);
      expect(program.exitCode).toBe(status ?? 0);
    });
    it(`${JSON.stringify(script)}, kept and restored at every event`, () => {
      expect(sh(script).run(3600, true).out).toEqual(out);
    });
  }

  it("looks names up and fetches pages", () => {
    const program = sh("until nslookup web; do echo waiting; sleep 2; done; wget -qO- http://web:8080/hi; wget -O- nope; echo $?");
    program.http = (host, path) => ({ status: 200, headers: {}, body: `page ${path} of ${host}\n` });
    program.send({ type: "start" });
    expect(program.out.at(-1)).toBe("waiting");
    program.names = { web: "10.96.1.2" };
    program.run();
    expect(program.out).toContain("Address: 10.96.1.2");
    expect(program.out).toContain("page /hi of 10.96.1.2");
    expect(program.out.slice(-2)).toEqual(["! wget: bad address 'nope'", "1"]);
  });

  for (const again of [false, true]) {
    it(`reads its commands from standard input, ${again ? "kept and restored at every event" : "line by line"}`, () => {
      const program = new FakeProgram(() => shellProgram(["sh"]), ["sh"]);
      program.stdin = "terminal";
      const type = (text: string | null): void => program.send({ type: "input", text }, again);
      program.send({ type: "start" }, again);
      expect(program.written).toBe("/ # ");
      type("x=5; cd /tmp\n");
      type("if [ $x = 5 ]\n");
      type("then echo five\nfi\n");
      type("read y\n");
      type("six\n");
      type("echo $y | cat\n");
      type("cat\n");
      type("seven\n");
      program.send({ type: "signal", name: "SIGINT" }, again);
      type("&& a\n");
      type(null);
      expect(program.written).toBe('/ # /tmp # > five\n/tmp # /tmp # six\n/tmp # seven\n/tmp # sh: syntax error: unexpected "&&"\n/tmp # ');
      expect(program.exitCode).toBe(2);
    });
  }

  it("packs and unpacks archives of text", () => {
    const program = sh("mkdir /tmp/a; echo täxt > /tmp/a/t; tar cf /tmp/x.tar -C /tmp a; tar tf /tmp/x.tar; mkdir /tmp/b; tar xf - -C /tmp/b < /tmp/x.tar; cat /tmp/b/a/t; echo nonsense > /tmp/y; tar xf /tmp/y; tar cf - nope").run();
    expect(program.out.slice(0, 3)).toEqual(["a/", "a/.keep", "a/t"]);
    expect(program.out).toContain("täxt");
    expect(program.out).toContain("! tar: nope: No such file or directory");
    expect(program.exitCode).toBe(1);
  });

  it("gives way to an endless loop's step budget", () => {
    const program = sh("while :; do :; done").run(2);
    expect(program.exitCode).toBeNull();
    expect(program.now).toBeGreaterThan(1_000_000);
  });

  it("ignores SIGTERM as the first process unless it has a trap", () => {
    const stubborn = sh("sleep 3600");
    stubborn.send({ type: "start" });
    stubborn.send({ type: "signal", name: "SIGTERM" });
    expect(stubborn.exitCode).toBeNull();
    const polite = sh("trap 'echo bye; exit 7' TERM; sleep 3600 & wait");
    polite.send({ type: "start" });
    polite.send({ type: "signal", name: "SIGTERM" });
    expect(polite.out).toEqual(["bye"]);
    expect(polite.exitCode).toBe(7);
  });
});
