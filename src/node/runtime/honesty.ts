/** What is simulated here, and what is not, as users are told. */
export const honesty = {
  component: "container runtime",
  implemented: [
    "sandboxes and pod addresses", "image pulls one at a time, by size", "containers as programs with files, environment, ports, timers, logs and signals", "volumes shared by a pod's containers", "host ports", "exec, attach and port-forward, with standard input and terminals",
    "files of an image that belong to a user of its own (ZooKeeper's)", "behaviour by sim.orrery.dev annotations and ORRERY_SIM_ variables: start-ms, ready-after-ms, cpu-per-request, memory-growth, crash-after-ms, exit-code, latency-ms, error-ratio, log-line", "CPU that requests and commands cost, and answers that wait for a limit; memory that programs hold and grow by, and OOM kills at a limit", "faults: container-kill, container-hang, dns-down, image-missing, pull-slow, memory-hog, disk-full",
  ],
  notImplemented: ["kernels, cgroups and namespaces", "containers of one node that compete for its CPU: each gets up to its limit, or up to the whole machine", "a machine whose memory is used up before anything was evicted", "what containers write as a part of the disk's use", "image layers and registries", "containers that outlive the runtime's own crash", "binary input and output of containers", "a terminal's size", "port-forward of protocols other than HTTP and lines of text"],
} as const;
