import type { Json } from "../../../base/json.ts";
import { shellProgram } from "../busybox/shellProgram.ts";
import { combinedLine, html } from "../httpServer.ts";
import { oneShot, usualPath } from "../ownPrograms.ts";
import type { HttpRequest } from "../../../network/packet.ts";
import type { ImageDefinition, Program, ProgramContext, ProgramEvent } from "../program.ts";

/** gcr.io/google-samples/hello-frontend: nginx that hands all on to http://hello; without that name it does not start. */
class Frontend implements Program {
  #waiting = new Map<string, { readonly request: HttpRequest; readonly from: string }>();

  handle(event: ProgramEvent, ctx: ProgramContext): void {
    if (event.type === "start") return ctx.resolve("hello", "start");
    if (event.type === "http") {
      this.#waiting.set(event.id, { request: event.request, from: event.from });
      return ctx.call({ host: "hello", port: 80 }, { type: "http", request: { ...event.request, host: "hello" } }, event.id, 60_000_000);
    }
    if (event.type === "signal") return event.name === "SIGTERM" || event.name === "SIGINT" ? ctx.exit(0) : undefined;
    if (event.type !== "answer") return;
    if (event.tag === "start") {
      if (event.payload?.type === "dnsAnswer" && event.payload.answers.length > 0) return ctx.listen(80);
      ctx.log('nginx: [emerg] host not found in upstream "hello" in /etc/nginx/conf.d/frontend.conf:2', "stderr");
      return ctx.exit(1);
    }
    const waiting = this.#waiting.get(String(event.tag));
    if (waiting === undefined) return;
    this.#waiting.delete(String(event.tag));
    const response = event.payload?.type === "httpResponse" ? event.payload.response : html(event.payload === null ? 504 : 502, "<html><body><h1>502 Bad Gateway</h1></body></html>\n");
    ctx.log(combinedLine(waiting.request, response, waiting.from, ctx));
    ctx.answerHttp(String(event.tag), response, "handed on to hello");
  }

  snapshot(): Json {
    return [...this.#waiting] as unknown as Json;
  }

  restore(state: Json): void {
    this.#waiting = new Map(state as unknown as readonly (readonly [string, { request: HttpRequest; from: string }])[]);
  }
}

const isNginx = (word: string | undefined): boolean => word === "nginx" || word === "/usr/sbin/nginx";

export const helloFrontendImage: ImageDefinition = {
  names: ["gcr.io/google-samples/hello-frontend"], tagExists: (tag) => tag === "1.0", sizeBytes: 47_000_000, entrypoint: [], command: ["nginx", "-g", "daemon off;"], env: usualPath, exposedPorts: [80], finishesRequests: true, files: {},
  program: (command) => (isNginx(command[0]) ? (command.includes("-s") ? oneShot(() => 0) : new Frontend()) : shellProgram(command, { nginx: (args) => (args.includes("-s") ? oneShot(() => 0) : new Frontend()) })),
};
