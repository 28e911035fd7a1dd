import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];

function found() {
  return [process.env.CHROMIUM, ...places].find((path) => path !== undefined && existsSync(path)) ?? null;
}

/** Path of a Chromium, installed by apt where that is possible and none is there; null with the reason on stderr. */
export function chromiumPath() {
  if (found() !== null) return found();
  if (process.platform === "linux" && process.getuid?.() === 0 && spawnSync("apt-get", ["--version"]).status === 0) {
    console.error("installing Chromium (apt-get) ...");
    spawnSync("apt-get", ["update", "-qq"], { stdio: "ignore" });
    spawnSync("apt-get", ["install", "-y", "-qq", "chromium"], { stdio: "ignore", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
  }
  return found();
}
