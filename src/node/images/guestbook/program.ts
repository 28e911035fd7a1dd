import type { Json } from "../../../base/json.ts";
import type { HttpRequest, HttpResponse } from "../../../network/packet.ts";
import { combinedLine, html, pathOnly, queryOf } from "../httpServer.ts";
import type { Program, ProgramContext, ProgramEvent } from "../program.ts";
import { printReply, quoteWord } from "../redis/protocol.ts";

interface Waiting {
  readonly request: HttpRequest;
  readonly from: string;
  readonly write: boolean;
}

const redisPort = 6379;
const patienceUs = 5_000_000;

const page = `<html ng-app="redis">
  <head>
    <title>Guestbook</title>
  </head>
  <body ng-controller="RedisCtrl">
    <div style="width: 50%; margin-left: 20px">
      <h2>Guestbook</h2>
      <form><fieldset>
        <input ng-model="msg" placeholder="Messages" class="form-control" type="text" name="input"><br>
        <button type="button" class="btn btn-primary" ng-click="controller.onRedis()">Submit</button>
      </fieldset></form>
      <div><div ng-repeat="msg in messages track by $index">{{msg}}</div></div>
    </div>
  </body>
</html>
`;

/** The guestbook's PHP frontend: writes to redis-leader, reads from redis-follower, found by DNS or by service variables. */
export class Guestbook implements Program {
  #waiting = new Map<string, Waiting>();

  handle(event: ProgramEvent, ctx: ProgramContext): void {
    switch (event.type) {
      case "start":
        ctx.log(`AH00558: apache2: Could not reliably determine the server's fully qualified domain name, using ${ctx.podIp}. Set the 'ServerName' directive globally to suppress this message`, "stderr");
        return ctx.listen(80);
      case "http":
        return this.#request(event.id, event.request, event.from, ctx);
      case "answer":
        return this.#answered(String(event.tag), event.payload?.type === "bytes" ? event.payload.text : null, event.failure, ctx);
      case "signal":
        if (event.name === "SIGTERM" || event.name === "SIGINT") ctx.exit(0);
        return;
      default:
        return;
    }
  }

  snapshot(): Json {
    return [...this.#waiting] as unknown as Json;
  }

  restore(state: Json): void {
    this.#waiting = new Map(state as unknown as readonly (readonly [string, Waiting])[]);
  }

  #request(id: string, request: HttpRequest, from: string, ctx: ProgramContext): void {
    ctx.spend(400);
    const path = pathOnly(request.path);
    if (path === "/" || path === "/index.html") return this.#answer(id, request, from, html(200, page, { Server: "Apache/2.4.52 (Debian)" }), ctx);
    if (path !== "/guestbook.php") return this.#answer(id, request, from, html(404, "<h1>Not Found</h1>\n"), ctx);
    const query = queryOf(request.path);
    const write = query["cmd"] === "set";
    const role = write ? "leader" : "follower";
    const fromEnv = ctx.env["GET_HOSTS_FROM"] === "env" ? ctx.env[`REDIS_${role.toUpperCase()}_SERVICE_HOST`] : undefined;
    const text = write ? `SET ${quoteWord(query["key"] ?? "")} ${quoteWord(query["value"] ?? "")}` : `GET ${quoteWord(query["key"] ?? "")}`;
    this.#waiting.set(id, { request, from, write });
    ctx.call({ host: fromEnv ?? `redis-${role}`, port: redisPort }, { type: "bytes", text }, id, patienceUs);
  }

  #answered(id: string, reply: string | null, failure: string | null, ctx: ProgramContext): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    if (reply === null || reply.startsWith("-")) {
      const why = failure ?? (reply === null ? "no answer" : reply.slice(1).trim());
      ctx.log(`PHP Fatal error:  Uncaught Predis\\Connection\\ConnectionException: ${why} [tcp://redis-${waiting.write ? "leader" : "follower"}:${redisPort}]`, "stderr");
      return this.#answer(id, waiting.request, waiting.from, html(500, ""), ctx);
    }
    const body = waiting.write ? '{"message": "Updated"}' : JSON.stringify({ data: printReply(reply) });
    this.#answer(id, waiting.request, waiting.from, { status: 200, headers: { "Content-Type": "application/json", Server: "Apache/2.4.52 (Debian)" }, body }, ctx);
  }

  #answer(id: string, request: HttpRequest, from: string, response: HttpResponse, ctx: ProgramContext): void {
    ctx.log(combinedLine(request, response, from, ctx));
    ctx.answerHttp(id, response);
  }
}
