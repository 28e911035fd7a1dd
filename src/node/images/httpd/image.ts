import { shellProgram } from "../busybox/shellProgram.ts";
import { combinedLine, html, HttpServer, pathOnly } from "../httpServer.ts";
import type { ImageDefinition } from "../program.ts";
import { debianFlavours, tagExists } from "../tags.ts";

const root = "/usr/local/apache2/htdocs";
const rule = { names: ["latest", "alpine", "bookworm", "trixie", "2", "2-alpine"], minors: { "2": 4 }, flavours: debianFlavours };

function httpdProgram(): HttpServer {
  return new HttpServer({
    ports: () => [80],
    started: (ctx) => {
      ctx.log(`AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using ${ctx.podIp}. Set the 'ServerName' directive globally to suppress this message`, "stderr");
      ctx.log("[mpm_event:notice] [pid 1:tid 1] AH00489: Apache/2.4.66 (Unix) configured -- resuming normal operations", "stderr");
    },
    respond: (request, ctx, from) => {
      const path = pathOnly(request.path);
      const body = path.split("/").includes("..") ? null : ctx.readFile(`${root}${path.endsWith("/") ? `${path}index.html` : path}`);
      const answer = body === null
        ? html(404, '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>404 Not Found</title>\n</head><body>\n<h1>Not Found</h1>\n<p>The requested URL was not found on this server.</p>\n</body></html>\n', { Server: "Apache/2.4.66 (Unix)" })
        : html(200, body, { Server: "Apache/2.4.66 (Unix)" });
      ctx.log(combinedLine(request, answer, from, ctx));
      return answer;
    },
    exitOnTerm: 0,
  });
}

export const httpdImage: ImageDefinition = {
  names: ["httpd"],
  tagExists: (tag) => tagExists(rule, tag),
  sizeBytes: 45_173_000,
  entrypoint: [],
  command: ["httpd-foreground"],
  env: { PATH: "/usr/local/apache2/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", HTTPD_PREFIX: "/usr/local/apache2" },
  exposedPorts: [80],
  finishesRequests: true,
  files: { [`${root}/index.html`]: "<html><body><h1>It works!</h1></body></html>\n" },
  program: (command) => (command[0] === "httpd-foreground" || command[0] === "httpd" ? httpdProgram() : shellProgram(command, { "httpd-foreground": httpdProgram, httpd: httpdProgram })),
};
