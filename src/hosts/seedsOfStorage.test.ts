import { firstOfStorage } from "./testing/seedRun.ts";
import { describeSeeds } from "./testing/seedSuite.ts";

describeSeeds(firstOfStorage, firstOfStorage + 199, 200);
