import { header, HttpServer, text } from "../httpServer.ts";
import type { ImageDefinition } from "../program.ts";
import { shellProgram } from "../busybox/shellProgram.ts";

/** Stands for an image that is not simulated: answers on its container ports, runs until it is stopped. */
function genericServer(): HttpServer {
  return new HttpServer({
    ports: (ctx) => ctx.containerPorts,
    started: (ctx) => ctx.log(`[orrery] ${ctx.image} is not simulated: a generic server answers on ports ${ctx.containerPorts.length === 0 ? "none" : ctx.containerPorts.join(", ")}`),
    // Where it is asked for its health in gRPC, it is taken for a server that speaks it.
    respond: (request, ctx) => header(request, "content-type") === "application/grpc" ? { status: 200, headers: { "Content-Type": "application/grpc", "grpc-status": "0" }, body: "SERVING" } : text(200, `${ctx.podName} (a generic server in place of ${ctx.image}) answered ${request.method} ${request.path}\n`),
    exitOnTerm: 0,
  });
}

export const genericImage: ImageDefinition = {
  names: [],
  tagExists: () => true,
  sizeBytes: 40_000_000,
  entrypoint: ["/entrypoint"],
  command: [],
  env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
  exposedPorts: [],
  files: {},
  program: (command) => shellProgram(command, { "*": genericServer }) ?? genericServer(),
};
