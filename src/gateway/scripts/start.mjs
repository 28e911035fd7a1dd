import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { installWhereNeeded, root, run } from "./install.mjs";

const types = {
  ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".svg": "image/svg+xml",
  ".woff2": "font/woff2", ".woff": "font/woff", ".png": "image/png", ".ico": "image/x-icon", ".map": "application/json", ".ttf": "font/ttf",
};

installWhereNeeded();
if (!process.argv.includes("--no-build")) {
  const code = run("npm", ["run", "--silent", "build"]);
  if (code !== 0) process.exit(code);
}
const dist = join(root, "dist");
// The page says its policy in a meta tag; the header says the same, read from there so that it is written once.
const policy = /http-equiv="Content-Security-Policy"\s+content="([^"]+)"/.exec(readFileSync(join(dist, "index.html"), "utf8"))?.[1]?.replaceAll("&#39;", "'");

const server = createServer((request, response) => {
  const path = normalize(decodeURIComponent(new URL(request.url ?? "/", "http://page").pathname)).replace(/^([/\\.])+/, "");
  const file = join(dist, path === "" ? "index.html" : path);
  if (!file.startsWith(dist) || !existsSync(file) || !statSync(file).isFile()) {
    response.writeHead(404, { "Content-Type": "text/plain" });
    return response.end("not found\n");
  }
  response.writeHead(200, {
    "Content-Type": types[extname(file)] ?? "application/octet-stream",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": path.startsWith("assets/") ? "public, max-age=31536000, immutable" : "no-cache",
    ...(policy === undefined ? {} : { "Content-Security-Policy": policy }),
  });
  createReadStream(file).pipe(response);
});

const fixed = process.env.PORT !== undefined;
let port = Number(process.env.PORT ?? 4173);
server.on("error", (error) => {
  if (error.code === "EADDRINUSE" && port < 65_535) return server.listen(++port, "127.0.0.1");
  console.error(`cannot serve on port ${port}: ${error.message}${fixed ? " (set PORT to another)" : ""}`);
  process.exit(1);
});
server.on("listening", () => console.log(`Orrery: http://127.0.0.1:${server.address().port}/`));
server.listen(port, "127.0.0.1");
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(0));
