import { HttpServer, text } from "../httpServer.ts";
import type { ImageDefinition } from "../program.ts";

/** hashicorp/http-echo: -text=..., -listen=:5678. */
function httpEcho(args: readonly string[]): HttpServer {
  const flag = (name: string): string | null => {
    for (const [index, arg] of args.entries()) {
      const bare = arg.replace(/^--?/, "");
      if (bare.startsWith(`${name}=`)) return bare.slice(name.length + 1);
      if (bare === name && arg.startsWith("-")) return args[index + 1] ?? "";
    }
    return null;
  };
  const body = flag("text");
  const address = flag("listen") ?? ":5678";
  const port = Number(address.slice(address.lastIndexOf(":") + 1));
  const status = Number(flag("status-code") ?? "200");
  return new HttpServer({
    ports: () => [port],
    started: (ctx) => {
      if (body === null && ctx.env["ECHO_TEXT"] === undefined) {
        ctx.log("Missing -text option!", "stderr");
        ctx.exit(127);
      } else {
        ctx.log(`[INFO] server is listening on ${address}`);
      }
    },
    respond: (request, ctx, from) => {
      const answer = text(status, `${body ?? ctx.env["ECHO_TEXT"] ?? ""}\n`, { "X-App-Name": "http-echo", "X-App-Version": "1.0.0" });
      ctx.log(`[INFO] ${request.host} ${from} "${request.method} ${request.path} HTTP/1.1" ${status} ${answer.body.length} "${request.headers["User-Agent"] ?? ""}"`);
      return answer;
    },
    exitOnTerm: 0,
  });
}

export const httpEchoImage: ImageDefinition = {
  names: ["hashicorp/http-echo"],
  tagExists: (tag) => /^(latest|alpine|[01]\.[0-9](\.[0-9])?)$/.test(tag),
  sizeBytes: 2_200_000,
  entrypoint: ["/http-echo"],
  command: [],
  env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
  exposedPorts: [5678],
  files: {},
  program: (command) => (command[0] === "/http-echo" || command[0] === "http-echo" ? httpEcho(command.slice(1)) : null),
};
