// The largest program of all, and nothing that boots runs it: one module, so that the page can fetch it by itself (hosts/afterBoot.mjs).
export { appletNamed } from "./applets/index.ts";
export { Shell } from "./shell/shell.ts";
