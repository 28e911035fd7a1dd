import { describe, expect, it } from "vitest";
import { commonStart } from "./completion.ts";
import { Interrupt, type Program } from "./program.ts";
import { Screen } from "./screen.ts";
import { Shell } from "./shell.ts";
import { parseShell, ShellSyntaxError } from "./shellSyntax.ts";

function shellWith(files: Record<string, string> = {}, kubectl: Program = () => 0) {
  let out = "";
  const shell = new Shell({
    files: { names: () => Object.keys(files), read: (name) => files[name] ?? null, write: (name, text) => (name.includes("/") ? "no folders" : ((files[name] = text), null)), remove: (name) => delete files[name] },
    history: ["one", "two"],
    out: (text) => void (out += text),
    err: (text) => void (out += `!${text}`),
    clear: () => void (out = ""),
    sleep: (_seconds, interrupt) => new Promise((resolve) => {
      interrupt.on(resolve);
      setTimeout(resolve, 1);
    }),
    nowMs: () => 0,
    kubectl,
  });
  return { files, shell, run: async (line: string) => ((out = ""), { code: await shell.run(line, new Interrupt()), out }) };
}

describe("the shell", () => {
  const cases: readonly (readonly [line: string, out: string, code?: number])[] = [
    ["echo a  b", "a b\n"],
    ["echo 'a  b' \"c d\" e\\ f", "a  b c d e f\n"],
    ["A=1; echo $A ${A}x ${B:-none} '$A' \"$A\"", "1 1x none $A 1\n"],
    ["false && echo no || echo yes", "yes\n"],
    ["true && echo yes; echo $?", "yes\n0\n"],
    ["false; echo $?", "1\n"],
    ["cat a.yaml | grep -n b | wc -l", "2\n"],
    ["grep -c b a.yaml", "2\n"],
    ["grep -v b < a.yaml", "a\n"],
    ["grep nothing a.yaml", "", 1],
    ["cat *.yaml | sort -r | head -2", "two\none\n"],
    ["cat none", "!cat: none: No such file or directory\n", 1],
    ["nope", "!sh: nope: command not found\n", 127],
    ["nope 2>/dev/null", "", 127],
    ["nope 2>&1 | wc -l", "1\n"],
    ["echo $(echo a b | cut -d ' ' -f2)", "b\n"],
    ["printf '%s-%s\\n' a b", "a-b\n"],
    ["echo b64 | base64 | base64 -d", "b64\n"],
    ["echo a b c | xargs -n1 echo x", "x a\nx b\nx c\n"],
    ["cat <<EOF | head -1\nhere $A\nmore\nEOF", "here $A\n"],
    ["history | tail -1", "    2  two\n"],
    ["ls; ls -1 | tail -n +2", "a.yaml  b.yaml\nb.yaml\n"],
    ["echo 'unclosed", "!sh: unexpected EOF while looking for matching `''\n", 2],
    ["for x in a; do echo; done", "!sh: for: loops, conditions and functions are not simulated in this terminal\n", 2],
    ["sleep 1 &", "!sh: jobs in the background are not simulated in this terminal\n", 2],
    ["| wc", "!sh: syntax error near unexpected token `|'\n", 2],
    ["grep -z a a.yaml", "!grep: invalid option -- 'z'\n", 2],
    ["uniq -c a.yaml # a comment", "      1 a\n      1 b\n      1 bb\n"],
  ];
  it.each(cases.map((one) => [...one] as const))("%s", async (line: string, out: string, code: number = 0) => {
    expect(await shellWith({ "a.yaml": "a\nb\nbb\n", "b.yaml": "one\ntwo\n" }).run(line)).toEqual({ code, out });
  });

  it("writes into files, and says where it cannot", async () => {
    const { files, run } = shellWith({ a: "1\n" });
    await run("echo 2 >> a; cat a | tee b > c; cp c d; mv d e; rm b");
    expect(files).toEqual({ a: "1\n2\n", c: "1\n2\n", e: "1\n2\n" });
    expect(await run("echo 1 > x/y")).toEqual({ code: 1, out: "!sh: x/y: no folders\n" });
  });

  it("hands words to kubectl as they are, and what is piped in", async () => {
    const seen: unknown[] = [];
    const { run } = shellWith({ "a.yaml": "a\n" }, async (context, args) => {
      seen.push([args, await context.input.all()]);
      return 3;
    });
    expect(await run("cat a.yaml | k apply -f - -o jsonpath='{.a.b}'")).toEqual({ code: 3, out: "" });
    expect(seen).toEqual([[["apply", "-f", "-", "-o", "jsonpath={.a.b}"], "a\n"]]);
  });

  it("a stream ends with its reader, and at Ctrl-C", async () => {
    const endless: Program = async (context) => {
      while (!context.interrupt.done) {
        context.out("line\n");
        await context.shell.host.sleep(1, context.interrupt);
      }
      return 0;
    };
    const { shell, run } = shellWith({}, endless);
    expect((await run("kubectl get pods -w | head -2")).out).toBe("line\nline\n");
    const interrupt = new Interrupt();
    const running = shell.run("kubectl get pods -w", interrupt);
    setTimeout(() => interrupt.fire(), 5);
    expect(await running).toBe(130);
  });

  it("knows when a line goes on", () => {
    const { shell } = shellWith();
    expect(["echo 'a", 'echo "a', "a |", "a &&", "cat <<EOF\nx"].map((line) => shell.isOpen(line))).toEqual([true, true, true, true, true]);
    expect(["echo a", "| a", ""].map((line) => shell.isOpen(line))).toEqual([false, false, false]);
    expect(() => parseShell("x".repeat(100_001))).toThrow(ShellSyntaxError);
  });
});

describe("the screen", () => {
  const shown = (text: string) => {
    const screen = new Screen();
    screen.write(text);
    return screen.text();
  };
  it.each([
    ["a\nb", "a\nb"],
    ["ab\rc", "cb"],
    ["abc\b\bX", "aXc"],
    ["a\tb", "a       b"],
    ["abc\u001b[2D\u001b[K.", "a."],
    ["one\u001b[2J\u001b[Htwo", "two"],
    ["\u001b]0;title\u0007text", "text"],
    ["\u001b]8;;javascript:alert(1)\u001b\\link\u001b]8;;\u001b\\", "link"],
    ["\u001b[?1049h\u001b[6n\u001bPx\u001b\\ok", "ok"],
    ["a\u001b[1A\u001b[999Bb", "ab"],
    ["\u0000\u0007\u007fx", "x"],
  ])("%j", (text, out) => {
    expect(shown(text)).toBe(out);
  });

  it("keeps colours, also over a cut sequence, and no more lines than it may", () => {
    const screen = new Screen();
    screen.write("a\u001b[3");
    screen.write("1mb\u001b[0mc");
    expect(screen.spans().map((line) => line.map(({ text, look }) => [text, look.color]))).toEqual([[["a", null], ["b", 1], ["c", null]]]);
    screen.write("\n".repeat(5_000));
    expect(screen.spans().length).toBeLessThanOrEqual(4_000);
    expect(screen.dropped).toBeGreaterThan(900);
  });

  it("finds what words have in common", () => {
    expect(commonStart(["pods", "podtemplates"])).toBe("pod");
    expect(commonStart([])).toBe("");
  });
});
