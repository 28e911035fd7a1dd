import { shellProgram } from "../busybox/shellProgram.ts";
import { accessTime, html, HttpServer, pathOnly } from "../httpServer.ts";
import { oneShot, programsWithShell, usualPath } from "../ownPrograms.ts";
import type { ImageDefinition, Program } from "../program.ts";
import { debianFlavours, tagExists } from "../tags.ts";
import { workQueueWorker } from "./workQueue.ts";

/** python -m http.server: the files of a folder. */
function fileServer(args: readonly string[]): Program {
  const port = Number(args.find((arg) => /^[0-9]+$/.test(arg)) ?? "8000");
  const given = args.indexOf("--directory") >= 0 ? args[args.indexOf("--directory") + 1] : args.indexOf("-d") >= 0 ? args[args.indexOf("-d") + 1] : undefined;
  return new HttpServer({
    ports: () => [port],
    started: (ctx) => ctx.log(`Serving HTTP on 0.0.0.0 port ${port} (http://0.0.0.0:${port}/) ...`),
    respond: (request, ctx, from) => {
      const root = (given ?? ctx.workingDir).replace(/\/$/, "");
      const path = pathOnly(request.path);
      const full = `${root}${path}`.replace(/\/$/, "") || "/";
      const file = path.split("/").includes("..") ? null : (ctx.readFile(full) ?? ctx.readFile(`${full}/index.html`));
      const listing = file === null && ctx.isFolder(full) ? `<!DOCTYPE HTML>\n<html>\n<body>\n<h1>Directory listing for ${path}</h1>\n<ul>\n${ctx.listFiles(full).map((name) => `<li><a href="${name}">${name}</a></li>\n`).join("")}</ul>\n</body>\n</html>\n` : null;
      const answer = file !== null ? html(200, file) : listing !== null ? html(200, listing) : html(404, "<h1>Error response</h1>\n<p>Error code: 404</p>\n<p>Message: File not found.</p>\n");
      ctx.log(`${from} - - [${accessTime(ctx).replace(" +0000", "")}] "${request.method} ${request.path} HTTP/1.1" ${answer.status} -`, "stderr");
      return answer;
    },
    exitOnTerm: null,
  });
}

function python(args: readonly string[]): Program {
  if (args[0] === "-m" && (args[1] === "http.server" || args[1] === "SimpleHTTPServer")) return fileServer(args.slice(2));
  if (args[0] === "-V" || args[0] === "--version") return oneShot((ctx) => { ctx.log(`Python ${/:([0-9]+\.[0-9]+(\.[0-9]+)?)/.exec(ctx.image)?.[1] ?? "3.14.0"}`); return 0; });
  if (/(^|\/)(worker|rediswq)\.py$/.test(args[0] ?? "")) return workQueueWorker();
  return oneShot((ctx) => {
    ctx.log("[orrery] python programs are not simulated, except python -m http.server", "stderr");
    return 126;
  });
}

const programs = { python, python3: python, pip: () => oneShot((ctx) => { ctx.log("[orrery] pip downloads nothing here", "stderr"); return 0; }) };

export const pythonImage: ImageDefinition = {
  names: ["python"], tagExists: (tag) => tagExists({ names: ["latest", "alpine", "slim", "bookworm", "bullseye", "3"], minors: { "2": 7, "3": 14 }, flavours: debianFlavours }, tag), sizeBytes: 370_000_000, entrypoint: [], command: ["python3"], env: usualPath, exposedPorts: [], files: {},
  program: programsWithShell(programs),
};

/** job-wq-2 of "Fine Parallel Processing Using a Work Queue", which its readers build themselves. */
export const workQueueImage: ImageDefinition = { ...pythonImage, names: [], builtAs: "job-wq-2", tagExists: () => true, command: ["python", "./rediswq.py"], program: (command) => (command[0] === "python" ? workQueueWorker() : shellProgram(command, programs)) };
