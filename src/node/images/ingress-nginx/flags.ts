import { controllerName } from "./model.ts";
import type { ControllerFlags } from "./program.ts";

/** The flags of a command line, with upstream's defaults. */
export function controllerFlags(command: readonly string[], env: Readonly<Record<string, string>> = {}): ControllerFlags {
  const flag = (name: string, fallback: string): string => {
    const at = command.findIndex((word) => word === `--${name}` || word.startsWith(`--${name}=`));
    const word = command[at] ?? "";
    if (at < 0) return fallback;
    return word.includes("=") ? word.slice(name.length + 3) : isFlag(command[at + 1]) ? "true" : (command[at + 1] ?? "true");
  };
  const on = (name: string, fallback: boolean): boolean => flag(name, String(fallback)) === "true";
  const named = (text: string): { readonly namespace: string; readonly name: string } | null => {
    const [namespace = "", name = ""] = text.replaceAll("$(POD_NAMESPACE)", env["POD_NAMESPACE"] ?? "").split("/");
    return name === "" ? null : { namespace, name };
  };
  const seconds = Number(flag("status-update-interval", "60"));
  return {
    classes: { controller: flag("controller-class", controllerName), annotation: flag("ingress-class", "nginx"), withoutClass: on("watch-ingress-without-class", false), byName: on("ingress-class-by-name", false), namespace: flag("watch-namespace", "") },
    publishService: named(flag("publish-service", "")), publishAddresses: flag("publish-status-address", "").split(",").map((part) => part.trim()).filter((part) => part !== ""),
    updateStatus: on("update-status", true), statusEveryUs: Number.isSafeInteger(seconds) && seconds >= 5 ? seconds * 1_000_000 : 60_000_000,
    configMap: named(flag("configmap", "")), defaultCertificate: flag("default-ssl-certificate", ""), defaultBackend: named(flag("default-backend-service", "")),
  };
}

function isFlag(word: string | undefined): boolean {
  return word === undefined || word.startsWith("--");
}
