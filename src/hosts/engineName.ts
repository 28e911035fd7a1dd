/** Put in by the build: see engineHash.mjs. */
declare const __ORRERY_ENGINE__: string | undefined;

/** The hash of this engine build; "dev" where it was not built. */
export const engineName: string = typeof __ORRERY_ENGINE__ === "string" ? __ORRERY_ENGINE__ : "dev";
