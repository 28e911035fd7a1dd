export const honesty = {
  component: "hosts",
  implemented: [
    "one history on any number of threads, recovery of a lost one, keyframes, checkpoints",
    "speed, pause, steps, unpaced boot, a paused cluster answers writes",
    "breakpoints: pauses behind the window in which a condition became true (ready endpoints, pods, rollouts, nodes, events, requests, a time)",
    "looking back, branches, why, frames of what changed",
    "a run is kept over a reload, with its latest keyframes",
    "metrics sampled every 15 seconds of virtual time (less often where it runs fast), and PromQL: matchers, rate, irate, increase, delta, the over_time functions, sum, avg, min, max, count, topk, bottomk, vector matching, comparisons, histogram_quantile",
    "series as kube-state-metrics names them, computed by the host: no such pod runs; requests between machines under names of our own (orrery_requests_total)",
  ],
  notImplemented: ["samples of metrics outlive no reload, and single pods are sampled in clusters of up to 500", "PromQL: offset, @, subqueries, label_replace, quantile and stddev, native histograms", "checks of lessons", "breakpoints while a write waits for its answer: time goes on until it has it", "attach and port-forward from the page"],
} as const;
