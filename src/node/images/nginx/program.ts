import type { Json } from "../../../base/json.ts";
import type { HttpRequest } from "../../../network/packet.ts";
import { combinedLine, html, HttpServer, pathOnly, type HttpAnswer } from "../httpServer.ts";
import type { ProgramContext } from "../program.ts";
import { shownCertificate } from "../shownCertificate.ts";
import { statusPage } from "./pages.ts";

const types: Readonly<Record<string, string>> = { html: "text/html", htm: "text/html", css: "text/css", js: "application/javascript", json: "application/json", txt: "text/plain", svg: "image/svg+xml", xml: "text/xml" };

/**
 * nginx as a static file server. Of its configuration it reads `listen` with `ssl`, `root`, `return` and `ssl_certificate`, when it starts and when it is
 * told to (`nginx -s reload`); proxying and rewriting are not simulated.
 */
export function nginxProgram(): HttpServer {
  let read: Directives = readDirectives("");
  return new HttpServer({
    ports: () => read.ports,
    reloaded: (ctx) => {
      read = directives(ctx);
    },
    kept: {
      snapshot: () => read as unknown as Json,
      restore: (state) => {
        read = state as unknown as Directives;
      },
    },
    started: (ctx) => {
      read = directives(ctx);
      if (minorOf(ctx.image) >= 19) {
        ctx.log("/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration");
        ctx.log("/docker-entrypoint.sh: Configuration complete; ready for start up");
      }
      const missing = read.sslPorts.length === 0 ? undefined : [read.certificate, read.certificateKey].find((file) => file !== "" && ctx.readFile(file) === null);
      if (missing !== undefined) {
        ctx.log(`nginx: [emerg] cannot load certificate${missing === read.certificate ? "" : " key"} "${missing}": BIO_new_file() failed (SSL: error:80000002:system library::No such file or directory:calling fopen(${missing}, r) error:10000080:BIO routines::no such file)`, "stderr");
        read = { ...read, ports: [] };
        return ctx.exit(1);
      }
      if (ctx.readOnlyRoot === true || ctx.user !== undefined) needsItsFiles(ctx);
    },
    respond: (request, ctx, from, port) => {
      const answer = secured(request, port, read, ctx);
      ctx.log(`${combinedLine(request, answer, from, ctx)} "-"`);
      return answer;
    },
    exitOnTerm: 0,
  });
}

/** It keeps what clients send in files, and its own number in one: where it may not write them it does not run. */
function needsItsFiles(ctx: ProgramContext): void {
  const unprivileged = ctx.image.includes("unprivileged");
  for (const [call, path] of unprivileged ? [["mkdir", "/tmp/proxy_temp"]] : [["mkdir", "/var/cache/nginx/client_temp"], ["open", "/run/nginx.pid"]]) {
    const refused = ctx.tryWriteFile(call === "mkdir" ? `${path}/.keep` : (path ?? ""), "");
    if (refused === null) continue;
    ctx.log(`nginx: [emerg] ${call}() "${path}" failed (${refused === "Permission denied" ? 13 : 30}: ${refused})`, "stderr");
    return ctx.exit(1);
  }
}

function readVersion(image: string): string {
  const tag = image.slice(image.lastIndexOf(":") + 1);
  return /^[0-9]+\.[0-9]+\.[0-9]+/.exec(tag)?.[0] ?? (/^[0-9]+\.[0-9]+/.test(tag) ? `${/^[0-9]+\.[0-9]+/.exec(tag)?.[0] ?? "1.29"}.0` : "1.29.4");
}

/** Of the image that was asked for last: a rollout starts one image many times, and all its pods answer requests. */
let lastImage = "";
let lastVersion = "";

function versionOf(image: string): string {
  if (image !== lastImage) {
    lastVersion = readVersion(image);
    lastImage = image;
  }
  return lastVersion;
}

function minorOf(image: string): number {
  return Number(versionOf(image).split(".")[1] ?? "29");
}

/** The texts of the files that it reads, the main one last. */
function configuration(ctx: ProgramContext): readonly string[] {
  const texts: string[] = [];
  for (const name of ctx.listFiles("/etc/nginx/conf.d")) if (name.endsWith(".conf")) texts.push(ctx.readFile(`/etc/nginx/conf.d/${name}`) ?? "");
  texts.push(ctx.readFile("/etc/nginx/nginx.conf") ?? "");
  return texts;
}

/** What is read of a configuration. */
interface Directives {
  readonly ports: readonly number[];
  /** Those that want TLS. */
  readonly sslPorts: readonly number[];
  /** The files of the certificate and its key; "" where none is named. */
  readonly certificate: string;
  readonly certificateKey: string;
  readonly root: string;
  /** `return` with a status and a text. */
  readonly fixed: { readonly status: number; readonly text: string } | null;
}

interface Known {
  readonly texts: readonly string[];
  readonly directives: Directives;
}

/** By the texts: hundreds of containers start with the same. */
let known: Known[] = [];
const knownKept = 50;

function directives(ctx: ProgramContext): Directives {
  const texts = configuration(ctx);
  for (const each of known) if (sameTexts(each.texts, texts)) return each.directives;
  const read = readDirectives(texts.slice(0, -1).join("\n") + (texts[texts.length - 1] ?? ""));
  if (known.length >= knownKept) known = [];
  known.push({ texts, directives: read });
  return read;
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

function readDirectives(config: string): Directives {
  const ports = [...config.matchAll(/^[ \t]*listen\s+(?:[0-9.*]+:)?([0-9]{1,5})\b/gm)].map((match) => Number(match[1]));
  const fixed = /^[ \t]*return\s+([1-5][0-9]{2})\s+(?:"([^"]*)"|'([^']*)'|([^;\s]+))\s*;/m.exec(config);
  return {
    ports: ports.length === 0 ? [80] : [...new Set(ports)],
    sslPorts: [...config.matchAll(/^[ \t]*listen\s+(?:[0-9.*]+:)?([0-9]{1,5})\b[^;\n]*\sssl\b/gm)].map((match) => Number(match[1])),
    certificate: /^[ \t]*ssl_certificate\s+([^;\s]+)\s*;/m.exec(config)?.[1] ?? "",
    certificateKey: /^[ \t]*ssl_certificate_key\s+([^;\s]+)\s*;/m.exec(config)?.[1] ?? "",
    root: /^[ \t]*root\s+([^;\s]+)\s*;/m.exec(config)?.[1] ?? "/usr/share/nginx/html",
    fixed: fixed === null ? null : { status: Number(fixed[1]), text: (fixed[2] ?? fixed[3] ?? fixed[4] ?? "").replaceAll("\\n", "\n") },
  };
}

/** What a port answers that wants TLS: the certificate with all else, and nothing to who speaks plainly. */
function secured(request: HttpRequest, port: number, read: Directives, ctx: ProgramContext): HttpAnswer {
  if (!read.sslPorts.includes(port)) return serve(request, read, ctx);
  if (request.tls === undefined) {
    const server = `nginx/${versionOf(ctx.image)}`;
    return html(400, statusPage(400, "The plain HTTP request was sent to HTTPS port", server), { Server: server });
  }
  const shown = shownCertificate(ctx.readFile(read.certificate) ?? "");
  return { ...serve(request, read, ctx), ...(shown === null ? {} : { certificate: shown.text }) };
}

/** The file that was served last: many requests ask for the same, and its answer follows from its content. */
let lastFile: { readonly method: string; readonly path: string; readonly root: string; readonly image: string; readonly file: string; readonly content: string; readonly answer: HttpAnswer } | null = null;

function serve(request: HttpRequest, { fixed, root }: Directives, ctx: ProgramContext): HttpAnswer {
  const known = lastFile;
  if (fixed === null && known !== null && known.method === request.method && known.path === request.path && known.root === root && known.image === ctx.image && ctx.readFile(known.file) === known.content) return known.answer;
  const server = `nginx/${versionOf(ctx.image)}`;
  const headers = { Server: server };
  if (fixed !== null) return { ...html(fixed.status, fixed.text.replaceAll("$hostname", ctx.hostname), headers), headers: { ...headers, "Content-Type": "text/plain" } };
  if (request.method !== "GET" && request.method !== "HEAD") return html(405, statusPage(405, "Not Allowed", server), headers);
  const path = pathOnly(request.path);
  if (path.split("/").includes("..")) return html(400, statusPage(400, "Bad Request", server), headers);
  const file = `${root}${path}`.replace(/\/+/g, "/");
  const name = file.endsWith("/") ? `${file}index.html` : file;
  const body = ctx.readFile(name);
  if (body === null) {
    if (!file.endsWith("/") && ctx.readFile(`${file}/index.html`) !== null) return html(301, statusPage(301, "Moved Permanently", server), { ...headers, Location: `${request.tls === undefined ? "http" : "https"}://${request.host}${path}/` });
    const forbidden = file.endsWith("/") && ctx.isFolder(file.slice(0, -1));
    return forbidden ? html(403, statusPage(403, "Forbidden", server), headers) : html(404, statusPage(404, "Not Found", server), headers);
  }
  const extension = file.endsWith("/") ? "html" : (/\.([a-z0-9]+)$/.exec(file)?.[1] ?? "");
  const answer = { status: 200, headers: { ...headers, "Content-Type": types[extension] ?? "application/octet-stream", "Content-Length": String(body.length) }, body: request.method === "HEAD" ? "" : body };
  lastFile = { method: request.method, path: request.path, root, image: ctx.image, file: name, content: body, answer };
  return answer;
}
