import { HttpServer, text } from "../httpServer.ts";
import { shellProgram } from "../busybox/shellProgram.ts";
import type { ImageDefinition } from "../program.ts";
import { formatRfc3339 } from "../../../base/rfc3339.ts";

function helloApp(): HttpServer {
  const stamp = (us: number): string => formatRfc3339(us).slice(0, 19).replaceAll("-", "/").replace("T", " ");
  return new HttpServer({
    ports: (ctx) => [Number(ctx.env["PORT"] ?? "8080")],
    started: (ctx) => ctx.log(`${stamp(ctx.epochUs + ctx.clock())} Server listening on port ${ctx.env["PORT"] ?? "8080"}`, "stderr"),
    respond: (request, ctx) => {
      ctx.log(`${stamp(ctx.epochUs + ctx.clock())} Serving request: ${request.path}`, "stderr");
      const tag = ctx.image.slice(ctx.image.lastIndexOf(":") + 1);
      return text(200, `Hello, world!\nVersion: ${tag === "2.0" ? "2.0.0" : "1.0.0"}\nHostname: ${ctx.hostname}\n`);
    },
    exitOnTerm: 2,
  });
}

export const helloAppImage: ImageDefinition = {
  names: ["gcr.io/google-samples/hello-app", "us-docker.pkg.dev/google-samples/containers/gke/hello-app"],
  tagExists: (tag) => tag === "1.0" || tag === "2.0",
  sizeBytes: 11_500_000,
  entrypoint: [],
  command: ["./hello-app"],
  env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", PORT: "8080" },
  exposedPorts: [8080],
  files: {},
  program: (command) => (command[0] === "./hello-app" || command[0] === "/hello-app" ? helloApp() : null),
};

/** gcr.io/google-samples/node-hello: "Hello Kubernetes!" */
export const nodeHelloImage: ImageDefinition = {
  names: ["gcr.io/google-samples/node-hello"],
  tagExists: (tag) => tag === "1.0",
  sizeBytes: 263_000_000,
  entrypoint: [],
  command: ["/bin/sh", "-c", "node server.js"],
  env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
  exposedPorts: [8080],
  files: {},
  program: (command) => (command.join(" ").includes("node server.js") ? new HttpServer({ ports: () => [8080], respond: () => text(200, "Hello Kubernetes!"), exitOnTerm: null }) : shellProgram(command)),
};
