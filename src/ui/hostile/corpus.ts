import { deflateSync, strToU8 } from "fflate";
import { toBase64Url } from "../../base/base64Url.ts";
import type { Json } from "../../base/json.ts";
import { defaultClusterSpec } from "../../cluster/clusterSpec.ts";

/** What a page may be given by someone who means it harm. `says`: what is said of it; null where it is taken as plain text. */
export interface Hostile {
  readonly what: string;
  readonly input: string;
  readonly says: RegExp | null;
}

const of = (says: RegExp | null, inputs: Readonly<Record<string, string>>): readonly Hostile[] => Object.entries(inputs).map(([what, input]) => ({ what, input, says }));

/** Text that is a script, a link or a picture wherever it is taken for HTML. */
export const markup: Readonly<Record<string, string>> = {
  "a script": "<script>window.owned=1</script>",
  "a picture that fails": "<img src=x onerror=window.owned=1>",
  "a picture elsewhere": "<img src=https://evil.example/x.png>",
  "a drawing that loads": "<svg/onload=window.owned=1>",
  "a frame": '<iframe srcdoc="<script>parent.owned=1</script>"></iframe>',
  "a style that fetches": "<style>@import url(https://evil.example/x.css)</style>",
  "a closed attribute": `"><body onload=window.owned=1>`,
  "a closed quote": `' autofocus onfocus=window.owned=1 x='`,
  "a link of Markdown": "[click](javascript:window.owned=1)",
  "a picture of Markdown": "![x](https://evil.example/x.png)",
  "a template": "${window.owned=1}{{constructor.constructor('window.owned=1')()}}",
  "a turned direction": "user\u202egpj.exe\u2066",
  "a half of a pair": "\ud800 alone",
  "a stack of marks": `Z${"\u0301".repeat(500)}`,
};

const bomb = `a: &a [x,x,x,x,x,x,x,x,x,x]\n${[..."bcdefgh"].map((name, index) => `${name}: &${name} [${Array(10).fill(`*${"abcdefg".charAt(index)}`).join(",")}]`).join("\n")}`;
const levels = (count: number) => Array.from({ length: count }, (_, level) => `${" ".repeat(level)}a:`).join("\n");

export const manifests: readonly Hostile[] = [
  ...of(/alias/i, { "an alias bomb": bomb, "an alias of itself": "a: &a [*a]", "an alias of nothing": "a: *nowhere", "many aliases": `a: &a 1\nb: [${Array(150).fill("*a").join(", ")}]`, "merged aliases": `a: &a {x: 1}\n${Array.from({ length: 150 }, (_, index) => `b${index}: {<<: *a}`).join("\n")}` }),
  ...of(/deeper than 64/, { "deep lists": "[".repeat(100_000), "deep maps": "{a: ".repeat(50_000), "deep and closed": `${"[".repeat(200)}${"]".repeat(200)}`, "deep blocks": levels(800), "a stair of dashes": "- ".repeat(150_000), "a stair of questions": "? ".repeat(150_000), "a stair of both": "- ? ".repeat(80_000) }),
  ...of(/documents; up to 200/, { "many documents": "---\na: 1\n".repeat(201), "many empty documents": "---\n".repeat(90_000), "many ends": "a\n...\n".repeat(60_000) }),
  ...of(/thousand lines/, { "many empty lines": `a: 1${"\n".repeat(100_000)}`, "many comments": "# x\n".repeat(50_000) }),
  ...of(/characters/, { "a long text": "key: value\n".repeat(40_000), "a long line": "x".repeat(400_001) }),
  ...of(/./, {
    "the same key twice": "a: 1\na: 2",
    "a tab": "a:\n\t- b",
    "an open quote": 'a: "b',
    "an open list": "a: [b",
    "a lone bracket": "]",
    "two values": "a: b: c",
    "a wrong escape": 'a: "\\q"',
    "an at": "@a",
    "a backquote": "`a`",
    "a merge of a word": "<<: word",
  }),
  ...of(/200 faults; the first 99 are shown/, { "many faults": "a: b: c\n".repeat(200) }),
  ...of(null, {
    nothing: "",
    "a foreign directive": "%YAML 9.9\n---\na: 1",
    "a percent": "%",
    "a mark of byte order": "\ufeffa: 1",
    "a nul": "a: \u0000",
    "a prototype": "__proto__: {polluted: true}",
    "a constructor": "constructor: {prototype: {polluted: true}}",
    "a name of a method": "toString: 1\nhasOwnProperty: 2",
    "a large number": "replicas: 1e999",
    "a longer number": `replicas: ${"9".repeat(5_000)}`,
    "a number of another base": "mode: 0o777\nold: 0777\nhex: 0xffffffffffffffffffff",
    "many colons in quotes": `a: "${": ".repeat(10_000)}"`,
    "a long key": `${"k".repeat(1_000)}: 1`,
    "many spaces": `a:${" ".repeat(100_000)}1`,
    "many keys": Array.from({ length: 1_000 }, (_, index) => `k${index}: 1`).join("\n"),
    ...Object.fromEntries(Object.entries(markup).map(([what, text]) => [`${what} in a value`, `a: ${JSON.stringify(text)}`])),
  }),
];

const recording = { format: 1, engine: "x", seed: 1, spec: defaultClusterSpec, journal: [], checkpoints: [] };
const withRecording = (parts: Readonly<Record<string, unknown>>): string => JSON.stringify({ ...recording, ...parts });
const act = (command: Json, at: unknown = 0): string => withRecording({ journal: [{ at, seq: 0, command }] });
const wrong = (place: string): RegExp => new RegExp(`not a recording \\(.*${place}`);

export const recordings: readonly Hostile[] = [
  ...of(/not JSON/, { "no text": "", "a word": "hello", "a page": "<html></html>", "half of one": withRecording({}).slice(0, 200), "two of them": withRecording({}).repeat(2), "not a number": '{"seed":NaN}' }),
  ...of(/64 levels/, { "deep JSON": "[".repeat(500_000), "deep objects": '{"a":'.repeat(100_000) }),
  ...of(/2 MB/, { "a long one": `"${"a".repeat(2_100_000)}"` }),
  ...of(wrong(""), { "null": "null", "a list": "[]", "a number": "7", "nothing in it": "{}" }),
  ...of(wrong("format"), { "another format": withRecording({ format: 2 }), "a format in words": withRecording({ format: "1" }) }),
  ...of(wrong("seed"), { "a broken seed": withRecording({ seed: 1.5 }), "a seed in words": withRecording({ seed: "1" }), "an endless seed": withRecording({}).replace('"seed":1', '"seed":1e999') }),
  ...of(wrong("spec.nodes"), { "many nodes": withRecording({ spec: { ...defaultClusterSpec, nodes: Array(501).fill(defaultClusterSpec.nodes[0]) } }), "nodes of a word": withRecording({ spec: { ...defaultClusterSpec, nodes: "many" } }), "a node below nothing": withRecording({ spec: { ...defaultClusterSpec, nodes: [{ ...defaultClusterSpec.nodes[0], cpuMilli: -1 }] } }) }),
  ...of(wrong("spec.epoch"), { "a day of words": withRecording({ spec: { ...defaultClusterSpec, epoch: "tomorrow" } }) }),
  ...of(wrong("spec.controlPlanes"), { "three control planes": withRecording({ spec: { ...defaultClusterSpec, controlPlanes: 3 } }) }),
  ...of(wrong("journal"), { "many commands": withRecording({ journal: Array(20_001).fill({}) }), "a command before the beginning": act({ type: "clearFault", id: "x" }, -1), "a command in a half moment": act({ type: "clearFault", id: "x" }, 0.5), "an unknown command": act({ type: "eval", code: "window.owned=1" }), "a command with more": act({ type: "clearFault", id: "x", run: "window.owned=1" }), "a long name": act({ type: "removeNode", node: "n".repeat(254) }), "traffic without end": act({ type: "setTraffic", source: { id: "t", from: "internet", url: "http://x", method: "GET", perSecond: 1e9, clients: 1, keepAlive: true } }) }),
  ...of(/not a recording/, { "a key nobody knows": withRecording({ script: "window.owned=1" }), "a prototype": withRecording({}).replace("{", '{"__proto__":{"polluted":true},'), "a constructor": withRecording({ constructor: { prototype: { polluted: true } } }) }),
];

const pack = (text: string): string => toBase64Url(deflateSync(strToU8(text)));

/** Payloads of links: their own, and what a link says of the recordings above. */
export const links: readonly Hostile[] = [
  ...of(/characters|cut off|damaged/, { "no payload": "", "a foreign alphabet": "%%%", "a script": markup["a script"] ?? "", "one letter": "A", "padding": "AAAA====", "letters of Cyrillic": "ааааа", "noise": "A".repeat(30_000), "a nul": "\u0000\u0000", "a torn one": pack(withRecording({})).slice(0, 40) }),
  ...of(/32 KB/, { "a long link": "A".repeat(32 * 1024 + 1) }),
  ...of(/2 MB/, { "a bomb": pack("a".repeat(20_000_000)) }),
];

export const fragments: readonly Hostile[] = of(/foreign|none/, { "no fragment": "#", "a script": "#javascript:window.owned=1", "a scheme": "#s=javascript:window.owned", "a folder": "#s=../../etc/passwd", "a prototype": "#__proto__=1", "many parts": `#${"a=b&".repeat(20_000)}`, "a long name": `#s=${"a".repeat(65)}`, "percent signs": `#${"%".repeat(5_000)}`, "markup": `#${markup["a picture that fails"] ?? ""}` });

export const fileNames: readonly Hostile[] = [
  ...of(/name/, { "no name": "", "a folder": "../x.yaml", "a root": "/etc/passwd", "a drive": "C:\\x.yaml", "a nul": "a\u0000.yaml", "a line": "a\nb.yaml", "a turn": "a\u202elmay.yaml", "a dot": ".", "a dash": "-rf.yaml", "a space": "a b.yaml", "a long name": `${"a".repeat(64)}.yaml`, ...markup }),
  ...of(null, { "a prototype": "__proto__", "a constructor": "constructor", "a name with dots": "a..b.yaml" }),
];

/** What containers print. All of it is text, or nothing. */
export const prints: readonly Hostile[] = of(null, {
  ...markup,
  "a title": "\u001b]0;owned\u0007",
  "a link": "\u001b]8;;javascript:window.owned=1\u001b\\click\u001b]8;;\u001b\\",
  "a paste": "\u001b]52;c;b3duZWQ=\u0007",
  "a question": "\u001b[c\u001b[6n\u001bZ\u0005",
  "a device string": "\u001bPq#0;2;0;0;0\u001b\\",
  "an unclosed title": `\u001b]0;${"x".repeat(100_000)}`,
  "many titles": "\u001b]0;x\u0007".repeat(20_000),
  "many links": "\u001b]8;;x\u001b\\".repeat(20_000),
  "many unclosed titles": "\u001b]".repeat(100_000),
  "many escapes": "\u001b".repeat(100_000),
  "long parameters": `\u001b[${"1;".repeat(50_000)}m`,
  "a far place": "\u001b[999999999;999999999Hx",
  "many far places": "\u001b[1;4000Hx\n".repeat(5_000),
  "many steps to the right": "\u001b[9999C\u001b[9999C\u001b[9999Cx\n".repeat(2_500),
  "many steps back": "\u001b[999A\u001b[999D".repeat(10_000),
  "many erasures": "x\u001b[2K\u001b[J".repeat(4_000),
  "many lines": "x\n".repeat(50_000),
  "a long line": "x".repeat(300_000),
  "many colours": "\u001b[31mx\u001b[0m".repeat(10_000),
  "tabs": "\t".repeat(100_000),
  "returns": "x\r".repeat(100_000),
  "nuls": "\u0000".repeat(100_000),
});
