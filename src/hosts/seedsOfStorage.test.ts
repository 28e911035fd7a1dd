import { firstOfStorage } from "./testing/seedRun.ts";
import { describeSeeds } from "./testing/seedSuite.ts";
import { storageFaults } from "./testing/storageWorkloads.ts";

describeSeeds(firstOfStorage, firstOfStorage + 199, 200, { counts: ["restarts", "evictions", "unschedulable", "claims", "attachments"], faults: storageFaults.map(({ type }) => type) });
