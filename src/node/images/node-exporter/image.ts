import { html, HttpServer, pathOnly, text } from "../httpServer.ts";
import { usualPath } from "../ownPrograms.ts";
import type { ImageDefinition, Program } from "../program.ts";
import { tagExists } from "../tags.ts";

function exporter(args: readonly string[]): Program {
  const address = args.find((arg) => /^--?web\.listen-address=/.test(arg)) ?? ":9100";
  const port = Number(address.slice(address.lastIndexOf(":") + 1));
  return new HttpServer({
    ports: () => [port],
    started: (ctx) => {
      ctx.log('level=INFO source=node_exporter.go:216 msg="Starting node_exporter" version="(version=1.9.1, branch=HEAD)"', "stderr");
      ctx.log(`level=INFO source=tls_config.go:347 msg="Listening on" address=[::]:${port}`, "stderr");
    },
    respond: (request, ctx) => {
      if (pathOnly(request.path) === "/") return html(200, '<html><head><title>Node Exporter</title></head><body><h1>Node Exporter</h1><a href="/metrics">Metrics</a></body></html>\n');
      if (pathOnly(request.path) !== "/metrics") return text(404, "404 page not found\n");
      const seconds = (ctx.epochUs + ctx.clock()) / 1_000_000;
      const gauge = (name: string, help: string, value: number | string): string => `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${name} ${value}\n`;
      const body = gauge("node_time_seconds", "System time in seconds since epoch (1970).", seconds.toFixed(3)) + gauge("node_boot_time_seconds", "Node boot time, in unixtime.", Math.floor(ctx.epochUs / 1_000_000))
        + `# HELP node_uname_info Labeled system information as provided by the uname system call.\n# TYPE node_uname_info gauge\nnode_uname_info{machine="x86_64",nodename="${ctx.hostname}",sysname="Linux"} 1\n`
        + "# HELP node_exporter_build_info A metric with a constant '1' value labeled by version.\n# TYPE node_exporter_build_info gauge\nnode_exporter_build_info{version=\"1.9.1\"} 1\n";
      return text(200, body, { "Content-Type": "text/plain; version=0.0.4; charset=utf-8" });
    },
    exitOnTerm: 143,
  });
}

/** Time, boot and names: what a container knows of its machine here. The rest of its metrics is named as missing. */
export const nodeExporterImage: ImageDefinition = {
  names: ["prom/node-exporter", "quay.io/prometheus/node-exporter"], tagExists: (tag) => tag === "latest" || tagExists({ names: ["master"], minors: { "0": 18, "1": 10 }, flavours: [], prefixed: true }, tag), sizeBytes: 13_000_000, entrypoint: ["/bin/node_exporter"], command: [], env: usualPath, exposedPorts: [9100], files: {},
  program: (command) => (/(^|\/)node_exporter$/.test(command[0] ?? "") ? exporter(command.slice(1)) : null),
};
