/** esbuild's options; `outfile` is where the bundle is kept. */
export declare function keptBundle(options: { readonly outfile: string; readonly entryPoints: readonly string[]; readonly [option: string]: unknown }): Promise<void>;
