import { shellProgram } from "../busybox/shellProgram.ts";
import { header, html, HttpServer, pathOnly, text } from "../httpServer.ts";
import { usualPath } from "../ownPrograms.ts";
import type { ImageDefinition, Program, ProgramContext } from "../program.ts";

interface Served {
  readonly names: readonly string[];
  readonly tag: RegExp;
  readonly sizeBytes: number;
  readonly command: readonly string[];
  readonly port: number;
  server(): Program;
}

function image({ names, tag, sizeBytes, command, port, server }: Served): ImageDefinition {
  const name = (command[0] ?? "").split("/").pop() ?? "";
  return {
    names, tagExists: (each) => tag.test(each), sizeBytes, entrypoint: [], command, env: usualPath, exposedPorts: [port], files: {},
    program: (line) => (line[0] === command[0] ? server() : shellProgram(line, { [name]: server })),
  };
}

/** CPU that a request of the autoscaler's example takes: a million square roots in PHP. */
const phpUs = 7_000;

/** registry.k8s.io/hpa-example, the php-apache of the HorizontalPodAutoscaler walk-through. */
export const phpApacheImage = image({
  names: ["registry.k8s.io/hpa-example", "k8s.gcr.io/hpa-example", "gcr.io/google_containers/hpa-example"], tag: /^(latest|v?[0-9.]+)$/, sizeBytes: 206_000_000, command: ["apache2-foreground"], port: 80,
  server: () => new HttpServer({
    ports: () => [80],
    started: (ctx) => ctx.log(`AH00558: apache2: Could not reliably determine the server's fully qualified domain name, using ${ctx.podIp}. Set the 'ServerName' directive globally to suppress this message`, "stderr"),
    respond: (request) => (pathOnly(request.path) === "/" || pathOnly(request.path) === "/index.php" ? { ...html(200, "OK!", { Server: "Apache/2.4.10 (Debian)", "X-Powered-By": "PHP/5.6.40" }), cpuUs: phpUs } : html(404, "<h1>Not Found</h1>\n")),
    exitOnTerm: 0,
  }),
});

/** gcr.io/google-samples/kubernetes-bootcamp: the basics tutorial's application. */
export const bootcampImage = image({
  names: ["gcr.io/google-samples/kubernetes-bootcamp", "docker.io/jocatalin/kubernetes-bootcamp", "gcr.io/k8s-minikube/kubernetes-bootcamp"], tag: /^(v[12]|latest)$/, sizeBytes: 211_000_000, command: ["/bin/sh-server"], port: 8080,
  server: () => new HttpServer({
    ports: () => [8080],
    started: (ctx) => ctx.log(`Kubernetes Bootcamp App Started At: ${startText(ctx)} | Running On:  ${ctx.hostname}\n`),
    respond: (_request, ctx) => {
      ctx.log(`Running On: ${ctx.hostname} | App Uptime: ${(ctx.clock() / 1_000_000).toFixed(3)} seconds | Log Time: ${startText(ctx)}`);
      return text(200, `Hello Kubernetes bootcamp! | Running on: ${ctx.hostname} | v=${ctx.image.includes("v2") ? 2 : 1}\n`);
    },
    exitOnTerm: null,
  }),
});

function startText(ctx: ProgramContext): string {
  return String(Math.floor((ctx.epochUs + ctx.clock()) / 1_000_000));
}

/** gcr.io/google-samples/hello-go-gke: the backend of "Connect a front end to a back end". */
export const helloGoImage = image({
  names: ["gcr.io/google-samples/hello-go-gke"], tag: /^1\.0$/, sizeBytes: 6_000_000, command: ["/usr/bin/hello"], port: 80,
  server: () => new HttpServer({ ports: () => [80], respond: () => ({ status: 200, headers: { "Content-Type": "application/json" }, body: '{"message":"Hello"}\n' }), exitOnTerm: 2 }),
});

/** registry.k8s.io/goproxy: only that its port is open is looked at. */
export const goproxyImage = image({
  names: ["registry.k8s.io/goproxy", "k8s.gcr.io/goproxy"], tag: /^0\.1$/, sizeBytes: 2_000_000, command: ["/goproxy"], port: 8080,
  server: () => new HttpServer({ ports: () => [8080], respond: () => text(500, "This is a proxy server. Does not respond to non-proxy requests.\n"), exitOnTerm: 2 }),
});

/** traefik/whoami and its like: who answered, and what was asked. */
export const whoamiImage = image({
  names: ["traefik/whoami", "containous/whoami"], tag: /^(latest|v?[0-9.]+)$/, sizeBytes: 6_500_000, command: ["/whoami"], port: 80,
  server: () => new HttpServer({
    ports: (ctx) => [Number(ctx.env["WHOAMI_PORT_NUMBER"] ?? "80")], started: (ctx) => ctx.log("Starting up on port 80", "stderr"), exitOnTerm: 2,
    respond: (request, ctx, from) => text(200, `Hostname: ${ctx.hostname}\nIP: 127.0.0.1\nIP: ${ctx.podIp}\nRemoteAddr: ${from}:40000\n${request.method} ${request.path} HTTP/1.1\nHost: ${request.host}\nUser-Agent: ${header(request, "user-agent") ?? ""}\n`),
  }),
});

/** nginxdemos/hello: the page, or with the tag plain-text its text. */
export const nginxHelloImage = image({
  names: ["nginxdemos/hello", "nginxdemos/nginx-hello"], tag: /^(latest|plain-text|[0-9.]+(-plain-text)?)$/, sizeBytes: 10_400_000, command: ["nginx-hello"], port: 80,
  server: () => new HttpServer({ ports: (ctx) => [ctx.image.includes("nginx-hello") ? 8080 : 80], respond: (request, ctx) => text(200, `Server address: ${ctx.podIp}:80\nServer name: ${ctx.hostname}\nDate: ${startText(ctx)}\nURI: ${request.path}\nRequest ID: ${ctx.random.fork("request").int(0, 0xffff_ffff).toString(16).padStart(8, "0")}\n`), exitOnTerm: 0 }),
});

/** paulbouwer/hello-kubernetes */
export const helloKubernetesImage = image({
  names: ["paulbouwer/hello-kubernetes"], tag: /^(latest|1(\.[0-9]+)*)$/, sizeBytes: 42_000_000, command: ["npm-start"], port: 8080,
  server: () => new HttpServer({ ports: (ctx) => [Number(ctx.env["PORT"] ?? "8080")], started: (ctx) => ctx.log(`Listening on: http://${ctx.hostname}:8080`), respond: (_request, ctx) => html(200, `<!DOCTYPE html>\n<html>\n<head><title>Hello Kubernetes!</title></head>\n<body>\n<h1>${ctx.env["MESSAGE"] ?? "Hello world!"}</h1>\n<p>pod: ${ctx.hostname}</p>\n</body>\n</html>\n`), exitOnTerm: null }),
});
