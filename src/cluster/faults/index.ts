import { containerHang, containerKill, imageMissing, probeFail, pullSlow } from "./containers.ts";
import type { FaultDefinition } from "./define.ts";
import { dnsDown } from "./dns.ts";
import { linkLatency, linkLoss, partition } from "./links.ts";
import { clockSkew, diskFull, kubeletStopped, memoryHog, nodeOff, nodeReboot, nodeShutdown, zoneDown } from "./machines.ts";
import { processCrash, processSlow } from "./processes.ts";

/** Every fault that the engine has. */
export const faultDefinitions: readonly FaultDefinition[] = [
  nodeOff, nodeShutdown, nodeReboot, kubeletStopped, zoneDown, clockSkew, memoryHog, diskFull,
  containerKill, containerHang, probeFail, imageMissing, pullSlow,
  linkLatency, linkLoss, partition, dnsDown,
  processCrash, processSlow,
];
