import type { HttpRequest } from "../../../network/packet.ts";
import { HttpServer, pathOnly, queryOf, text } from "../httpServer.ts";
import type { ImageDefinition, ProgramContext } from "../program.ts";
import { shellProgram } from "../busybox/shellProgram.ts";

/** ealen/echo-server: JSON that says who answered and what was asked. */
function echoJson(): HttpServer {
  return new HttpServer({
    ports: (ctx) => [Number(ctx.env["PORT"] ?? "80")],
    started: (ctx) => ctx.log(`Listening on port ${ctx.env["PORT"] ?? "80"}.`),
    respond: (request, ctx) => {
      const body = {
        host: { hostname: request.host.split(":")[0] ?? "", ip: ctx.podIp, ips: [] },
        http: { method: request.method, baseUrl: "", originalUrl: request.path, protocol: "http" },
        request: { params: { "0": pathOnly(request.path) }, query: queryOf(request.path), cookies: {}, body: request.body === "" ? {} : request.body, headers: { host: request.host, ...request.headers } },
        environment: ctx.env,
      };
      const status = Number(queryOf(request.path)["echo_code"] ?? "200");
      return { status: Number.isInteger(status) && status >= 200 && status < 600 ? status : 200, headers: { "Content-Type": "application/json; charset=utf-8" }, body: JSON.stringify(body) };
    },
    exitOnTerm: 0,
  });
}

export const echoServerImage: ImageDefinition = {
  names: ["ealen/echo-server"],
  tagExists: (tag) => /^(latest|[0-9]+\.[0-9]+\.[0-9]+)$/.test(tag),
  sizeBytes: 38_100_000,
  entrypoint: [],
  command: ["node", "webserver"],
  env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", PORT: "80" },
  exposedPorts: [80],
  files: {},
  program: (command) => (command[0] === "node" ? echoJson() : shellProgram(command)),
};

/** registry.k8s.io/echoserver: the request as text. */
function echoText(): HttpServer {
  return new HttpServer({ ports: () => [8080], respond: (request, ctx, from) => text(200, requestText(request, ctx, from), { Server: "echoserver" }), exitOnTerm: 0 });
}

function requestText(request: HttpRequest, ctx: ProgramContext, from: string): string {
  const headers = Object.keys(request.headers).map((name) => name.toLowerCase()).sort();
  const value = (name: string): string => Object.entries(request.headers).find(([key]) => key.toLowerCase() === name)?.[1] ?? "";
  return `\n\nHostname: ${ctx.hostname}\n\nPod Information:\n\t-no pod information available-\n\nServer values:\n\tserver_version=nginx: 1.14.2 - lua: 10015\n\nRequest Information:\n\tclient_address=${from}\n\tmethod=${request.method}\n\treal path=${request.path}\n\tquery=${request.path.includes("?") ? request.path.slice(request.path.indexOf("?") + 1) : ""}\n\trequest_version=1.1\n\trequest_scheme=http\n\trequest_uri=http://${request.host}${request.path}\n\nRequest Headers:\n${headers.map((name) => `\t${name}=${value(name)}\n`).join("")}\thost=${request.host}\n\nRequest Body:\n\t${request.body === "" ? "-no body in request-" : request.body}\n\n`;
}

export const k8sEchoserverImage: ImageDefinition = {
  names: ["registry.k8s.io/echoserver", "k8s.gcr.io/echoserver", "gcr.io/google_containers/echoserver", "gcr.io/kubernetes-e2e-test-images/echoserver", "registry.k8s.io/e2e-test-images/echoserver"],
  tagExists: (tag) => /^(latest|[12]\.[0-9]{1,2})$/.test(tag),
  sizeBytes: 46_237_695,
  entrypoint: ["/usr/local/bin/run.sh"],
  command: [],
  env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
  exposedPorts: [8080],
  files: {},
  program: (command) => (command[0] === "/usr/local/bin/run.sh" || command[0] === "nginx" ? echoText() : shellProgram(command)),
};
