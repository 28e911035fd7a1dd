/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "container runtime",
  implemented: [
    "sandboxes and pod addresses", "image pulls one at a time, by size", "containers as programs with files, environment, ports, timers, logs and signals", "volumes shared by a pod's containers", "host ports", "exec, attach and port-forward, with standard input and terminals",
    "behaviour by sim.orrery.dev annotations and ORRERY_SIM_ variables: start-ms, ready-after-ms, crash-after-ms, exit-code, latency-ms, error-ratio, log-line", "faults: container-kill, container-hang, image-missing, pull-slow",
  ],
  notImplemented: ["kernels, cgroups and namespaces: CPU and memory are neither limited nor measured", "cpu-per-request and memory-growth", "image layers and registries", "containers that outlive the runtime's own crash", "binary input and output of containers", "a terminal's size", "port-forward of protocols other than HTTP and lines of text"],
} as const;
