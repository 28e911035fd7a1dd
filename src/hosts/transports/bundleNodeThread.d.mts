export function bundleNodeThread(entry: string): Promise<string>;
