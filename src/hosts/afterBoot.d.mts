import type { Plugin } from "vite";

export function afterBoot(): Plugin;
