// Follows pkg/apis/core/types.go: the order and names under which upstream's internal structs are printed in messages.
import type { JsonObject } from "../../base/json.ts";
import type { SecurityContext } from "../core/pod/types.ts";

/** A container's security context as upstream's messages show it. */
export function internalSecurityContext(context: SecurityContext): JsonObject {
  const { capabilities, seLinuxOptions, windowsOptions, seccompProfile, appArmorProfile } = context;
  return {
    Capabilities: capabilities === undefined ? null : { Add: capabilities.add ?? null, Drop: capabilities.drop ?? null },
    Privileged: context.privileged ?? null,
    SELinuxOptions: seLinuxOptions === undefined ? null : { User: seLinuxOptions.user ?? "", Role: seLinuxOptions.role ?? "", Type: seLinuxOptions.type ?? "", Level: seLinuxOptions.level ?? "" },
    WindowsOptions: windowsOptions === undefined ? null : {
      GMSACredentialSpecName: windowsOptions.gmsaCredentialSpecName ?? null,
      GMSACredentialSpec: windowsOptions.gmsaCredentialSpec ?? null,
      RunAsUserName: windowsOptions.runAsUserName ?? null,
      HostProcess: windowsOptions.hostProcess ?? null,
    },
    RunAsUser: context.runAsUser ?? null,
    RunAsGroup: context.runAsGroup ?? null,
    RunAsNonRoot: context.runAsNonRoot ?? null,
    ReadOnlyRootFilesystem: context.readOnlyRootFilesystem ?? null,
    AllowPrivilegeEscalation: context.allowPrivilegeEscalation ?? null,
    ProcMount: context.procMount ?? null,
    SeccompProfile: seccompProfile === undefined ? null : { Type: seccompProfile.type, LocalhostProfile: seccompProfile.localhostProfile ?? null },
    AppArmorProfile: appArmorProfile === undefined ? null : { Type: appArmorProfile.type, LocalhostProfile: appArmorProfile.localhostProfile ?? null },
  };
}
