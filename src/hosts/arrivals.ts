/** Parts of the engine that are on their way: the page's build fills it (afterBoot.mjs), nobody else. */
export const arrivals: Promise<void>[] = [];
