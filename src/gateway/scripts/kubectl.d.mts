export declare function toolPath(tool: "kubectl" | "helm"): Promise<string | null>;
