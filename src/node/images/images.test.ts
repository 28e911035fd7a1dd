import { describe, expect, it } from "vitest";
import { FakeProgram } from "../testing/fakeProgram.ts";
import { canonicalName, parseImageReference } from "./imageReference.ts";
import { guestbookImage } from "./guestbook/image.ts";
import { nginxImage } from "./nginx/image.ts";
import { redisFollowerImage, redisImage } from "./redis/image.ts";
import { resolveImage } from "./resolveImage.ts";

describe("image references", () => {
  const table: readonly (readonly [string, string | null])[] = [
    ["nginx", "docker.io/library/nginx:latest"], ["nginx:1.14.2", "docker.io/library/nginx:1.14.2"], ["hashicorp/http-echo", "docker.io/hashicorp/http-echo:latest"],
    ["registry.k8s.io/pause:3.9", "registry.k8s.io/pause:3.9"], ["localhost:5000/a/b:c", "localhost:5000/a/b:c"], [`x@sha256:${"a".repeat(64)}`, `docker.io/library/x@sha256:${"a".repeat(64)}`],
    ["Nginx", null], ["nginx:", null], ["a b", null], ["", null],
  ];
  for (const [text, canonical] of table) {
    it(`${text} -> ${canonical ?? "refused"}`, () => {
      const reference = parseImageReference(text);
      expect(reference === null ? null : canonicalName(reference)).toBe(canonical);
    });
  }

  const found = ["nginx", "nginx:1.16.1", "nginx:1.25-alpine", "docker.io/redis:6.0.5", "busybox:1.28", "registry.k8s.io/busybox:1.27.2", "gcr.io/google_samples/gb-frontend:v5", "hashicorp/http-echo:0.2.3", "gcr.io/google-samples/hello-app:2.0", "mysql:5.7", "example.com/shop/web:2", "registry.k8s.io/coredns/coredns:v1.12.0"];
  for (const text of found) it(`${text} can be pulled`, () => expect("definition" in resolveImage(text)).toBe(true));
  for (const text of ["nginx:1.161", "nginx:2", "busybox:9.9", "redis:99"]) {
    it(`${text} has no such tag`, () => expect(resolveImage(text)).toMatchObject({ reason: "ErrImagePull", failure: expect.stringMatching(/^rpc error: code = NotFound desc = .*: not found$/) as string }));
  }
  for (const text of ["ngnix", "someone/thing:1", "non-existing-repo/non-existing-image:example"]) {
    it(`${text} is denied`, () => expect(resolveImage(text)).toMatchObject({ failure: expect.stringContaining("pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed") as string }));
  }
  it("says that an unknown image of a registry is not simulated", () => expect(resolveImage("example.com/shop/web:2")).toMatchObject({ known: false }));
});

describe("programs", () => {
  const request = (path: string, method = "GET") => ({ type: "http" as const, id: "1", port: 80, from: "10.0.0.1", request: { method, host: "web", path, headers: {}, body: "" } });

  it("nginx reads its configuration when it starts and when it is told to", () => {
    const nginx = new FakeProgram(() => nginxImage.program(["nginx", "-g", "daemon off;"]));
    nginx.image = "nginx:1.27";
    const says = (word: string) => nginx.put("/etc/nginx/conf.d/default.conf", `server {\n  listen 8080;\n  return 200 "${word}";\n}\n`);
    const bodies = () => nginx.answers.map(({ payload }) => (payload.type === "httpResponse" ? payload.response.body : ""));
    says("one");
    nginx.send({ type: "start" });
    says("two");
    nginx.send(request("/"));
    expect(bodies()).toEqual(["one"]);
    nginx.send({ type: "signal", name: "SIGHUP" });
    nginx.send(request("/"));
    expect(bodies()).toEqual(["one", "two"]);
  });

  it("nginx serves files, logs them and refuses what is not there", () => {
    const nginx = new FakeProgram(() => nginxImage.program(["/docker-entrypoint.sh", "nginx", "-g", "daemon off;"]));
    nginx.image = "nginx:1.14.2";
    for (const [path, content] of Object.entries(nginxImage.files)) nginx.put(path, content);
    nginx.put("/usr/share/nginx/html/a.txt", "hello");
    nginx.send({ type: "start" });
    for (const path of ["/", "/a.txt", "/nope", "/../etc/passwd"]) nginx.send(request(path));
    expect(nginx.answers.map(({ payload }) => (payload.type === "httpResponse" ? payload.response.status : 0))).toEqual([200, 200, 404, 400]);
    expect(nginx.out).toContain("(listens on 80)");
    expect(nginx.out).toContain('10.0.0.1 - - [01/Jan/2026:00:00:00 +0000] "GET /a.txt HTTP/1.1" 200 5 "-" "-" "-"');
  });

  it("redis keeps values, refuses writes on a follower and copies its leader", () => {
    const leader = new FakeProgram(() => redisImage.program(["docker-entrypoint.sh", "redis-server"]));
    leader.send({ type: "start" });
    const ask = (program: FakeProgram, text: string): string => {
      program.send({ type: "packet", id: text, port: 6379, from: "x", payload: { type: "bytes", text } }, true);
      const answer = program.answers.at(-1)?.payload;
      return answer?.type === "bytes" ? answer.text : "";
    };
    expect(ask(leader, 'SET a "b c"')).toBe("+OK\r\n");
    expect(ask(leader, "GET a")).toBe("$3\r\nb c\r\n");
    expect([ask(leader, "INCR n"), ask(leader, "INCR n"), ask(leader, "GET none"), ask(leader, "RPUSH l x y"), ask(leader, "LRANGE l 0 -1")]).toEqual([":1\r\n", ":2\r\n", "$-1\r\n", ":2\r\n", "*2\r\n$1\r\nx\r\n$1\r\ny\r\n"]);
    expect(ask(leader, "NOSUCH")).toContain("ERR unknown command");
    const follower = new FakeProgram(() => redisFollowerImage.program(redisFollowerImage.command));
    let calls = 0;
    follower.bytes = (host, text) => (host === "redis-leader" && calls++ === 0 ? ask(leader, text) : null);
    follower.send({ type: "start" });
    expect(ask(follower, "GET a")).toBe("$3\r\nb c\r\n");
    expect(ask(follower, "SET a z")).toContain("READONLY");
  });

  it("the guestbook writes to the leader and reads from a follower", () => {
    const book = new FakeProgram(() => guestbookImage.program(["docker-php-entrypoint", "apache2-foreground"]));
    const seen: string[] = [];
    book.bytes = (host, text) => {
      seen.push(`${host} ${text}`);
      return text.startsWith("SET") ? "+OK\r\n" : "$2\r\nhi\r\n";
    };
    book.send({ type: "start" });
    book.send({ ...request("/guestbook.php?cmd=set&key=messages&value=hi+there"), id: "s" }, true);
    book.send({ ...request("/guestbook.php?cmd=get&key=messages"), id: "g" }, true);
    expect(seen).toEqual(['redis-leader SET "messages" "hi there"', 'redis-follower GET "messages"']);
    expect(book.answers.map(({ payload }) => (payload.type === "httpResponse" ? payload.response.body : ""))).toEqual(['{"message": "Updated"}', '{"data":"hi"}']);
  });
});
