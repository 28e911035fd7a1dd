/**
 * How Node runs the engine, in the gateway and in the benchmarks alike. Most of what an event makes is gone by the next: with room for it (megabytes), it
 * need not be copied about before it dies; with twice as much, memory has left the processor's caches before it is written again, and a rollout costs a
 * tenth more. What does live is copied by one thread: helpers would take a third more, from cores that other threads of the engine have work for.
 * And nothing is made old from its beginning: V8 takes what lived through one busy moment for long-lived ever after, and a request's record that is old
 * keeps all its hops until a full collection.
 */
export const nodeFlags = ["--enable-source-maps", "--min-semi-space-size=32", "--max-semi-space-size=32", "--no-parallel-scavenge", "--no-allocation-site-pretenuring"];
