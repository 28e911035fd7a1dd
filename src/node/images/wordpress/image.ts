import type { Json } from "../../../base/json.ts";
import type { HttpRequest } from "../../../network/packet.ts";
import { shellProgram } from "../busybox/shellProgram.ts";
import { combinedLine, html, pathOnly, queryOf, type HttpAnswer } from "../httpServer.ts";
import { usualPath } from "../ownPrograms.ts";
import type { ImageDefinition, Program, ProgramContext, ProgramEvent } from "../program.ts";
import { readReply } from "../sql/wire.ts";
import { tagExists } from "../tags.ts";

interface Waiting {
  readonly request: HttpRequest;
  readonly from: string;
}

const php = { Server: "Apache/2.4.56 (Debian)", "X-Powered-By": "PHP/8.0.28" };
const requestUs = 40_000;

function page(title: string, body: string): string {
  return `<!DOCTYPE html>\n<html lang="en-US">\n<head>\n<meta charset="UTF-8">\n<title>${title}</title>\n</head>\n<body>\n${body}\n</body>\n</html>\n`;
}

/** Of a configuration value the file that WORDPRESS_..._FILE names counts too. */
function setting(ctx: ProgramContext, name: string, fallback: string): string {
  const file = ctx.env[`WORDPRESS_${name}_FILE`];
  return ctx.env[`WORDPRESS_${name}`] ?? (file === undefined ? undefined : ctx.readFile(file)?.trim()) ?? fallback;
}

/**
 * WordPress on Apache: each page asks the database first. Without it a page says so with status 500; with it and before the site is set
 * up all pages lead to the installation; POST of the installation's second step makes the site, kept as a table of the database.
 */
class WordPress implements Program {
  #waiting = new Map<string, Waiting>();

  handle(event: ProgramEvent, ctx: ProgramContext): void {
    switch (event.type) {
      case "start":
        ctx.log("WordPress not found in /var/www/html - copying now...", "stderr");
        ctx.log("Complete! WordPress has been successfully copied to /var/www/html", "stderr");
        ctx.log(`AH00558: apache2: Could not reliably determine the server's fully qualified domain name, using ${ctx.podIp}. Set the 'ServerName' directive globally to suppress this message`, "stderr");
        ctx.tryWriteFile("/var/www/html/wp-config.php", "<?php\n");
        return ctx.listen(80);
      case "http":
        ctx.spend(requestUs);
        this.#waiting.set(event.id, { request: event.request, from: event.from });
        return this.#ask(event.id, "check", "SELECT siteurl FROM wp_options LIMIT 1", ctx);
      case "answer":
        return this.#answered(event.tag as readonly [string, string], event.payload?.type === "bytes" ? event.payload.text : null, ctx);
      case "signal":
        return event.name === "SIGTERM" || event.name === "SIGINT" ? ctx.exit(0) : undefined;
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

  #ask(id: string, step: string, sql: string, ctx: ProgramContext): void {
    const [host = "mysql", port = "3306"] = setting(ctx, "DB_HOST", "mysql").split(":");
    const database = step === "create" ? "" : setting(ctx, "DB_NAME", "wordpress");
    ctx.call({ host, port: Number(port) }, { type: "bytes", text: JSON.stringify({ user: setting(ctx, "DB_USER", "root"), password: setting(ctx, "DB_PASSWORD", ""), database, sql }) }, [id, step], 10_000_000);
  }

  #answered([id, step]: readonly [string, string], text: string | null, ctx: ProgramContext): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    const reply = text === null ? null : readReply(text);
    // The image makes the database where its user may.
    if (reply?.error?.code === 1049 && step === "check") return this.#ask(id, "create", `CREATE DATABASE IF NOT EXISTS \`${setting(ctx, "DB_NAME", "wordpress")}\``, ctx);
    if (step === "create" && reply !== null && reply.error === undefined) return this.#ask(id, "check", "SELECT siteurl FROM wp_options LIMIT 1", ctx);
    if (step === "table" && reply?.error === undefined) return this.#ask(id, "install", `INSERT INTO wp_options (siteurl) VALUES ('${(queryOf(`?${waiting.request.body}`)["weblog_title"] ?? "My site").replaceAll("\\", "").replaceAll("'", "''").slice(0, 100)}')`, ctx);
    const missing = reply?.error?.code === 1146;
    if (reply === null || (reply.error !== undefined && !missing)) {
      ctx.log(`PHP Warning:  mysqli_real_connect(): ${reply === null ? "(HY000/2002): Connection refused" : `(${reply.error?.state ?? "HY000"}/${reply.error?.code ?? 0}): ${reply.error?.message ?? ""}`} in /var/www/html/wp-includes/wp-db.php`, "stderr");
      return this.#answer(id, waiting, html(500, page("Database Error", "<h1>Error establishing a database connection</h1>"), php), ctx);
    }
    const path = pathOnly(waiting.request.path);
    const installing = path === "/wp-admin/install.php";
    if (step === "install") return this.#answer(id, waiting, html(200, page("WordPress &rsaquo; Installation", "<h1>Success!</h1><p>WordPress has been installed. Thank you, and enjoy!</p>"), php), ctx);
    if (missing && installing && waiting.request.method === "POST" && queryOf(waiting.request.path)["step"] === "2") return this.#ask(id, "table", "CREATE TABLE IF NOT EXISTS wp_options (siteurl TEXT)", ctx);
    if (missing) {
      if (installing) return this.#answer(id, waiting, html(200, page("WordPress &rsaquo; Installation", "<h1>Welcome</h1>\n<p>Welcome to the famous five-minute WordPress installation process!</p>\n<form id=\"setup\" method=\"post\" action=\"install.php?step=2\"><label>Site Title</label> <input name=\"weblog_title\"></form>"), php), ctx);
      return this.#answer(id, waiting, { ...html(302, "", php), headers: { ...php, Location: `http://${waiting.request.host}/wp-admin/install.php`, "Content-Type": "text/html; charset=UTF-8" } }, ctx);
    }
    const title = String(reply.rows?.[0]?.[0] ?? "My site").replaceAll("&", "&amp;").replaceAll("<", "&lt;");
    this.#answer(id, waiting, path === "/" ? html(200, page(title, `<h1>${title}</h1>\n<h2>Hello world!</h2>\n<p>Welcome to WordPress. This is your first post. Edit or delete it, then start writing!</p>`), php) : html(404, page(`Page not found - ${title}`, "<h1>Page not found</h1>"), php), ctx);
  }

  #answer(id: string, { request, from }: Waiting, answer: HttpAnswer, ctx: ProgramContext): void {
    this.#waiting.delete(id);
    const { cpuUs: _cost, ...response } = answer;
    ctx.log(combinedLine(request, response, from, ctx));
    ctx.answerHttp(id, response);
  }
}

export const wordpressImage: ImageDefinition = {
  names: ["wordpress"], tagExists: (tag) => tagExists({ names: ["latest", "apache", "fpm"], minors: { "4": 9, "5": 9, "6": 9 }, flavours: ["apache", "fpm", "php8.3", "php8.2", "php8.1", "php8.0", "alpine"] }, tag), sizeBytes: 250_000_000,
  entrypoint: ["docker-entrypoint.sh"], command: ["apache2-foreground"], env: usualPath, exposedPorts: [80], finishesRequests: true, files: {},
  program: (command) => {
    const rest = command[0] === "docker-entrypoint.sh" ? command.slice(1) : command;
    return rest[0] === "apache2-foreground" ? new WordPress() : shellProgram(rest, { "apache2-foreground": () => new WordPress() });
  },
};
