import { describeSeeds } from "./testing/seedSuite.ts";

// A file of its own, so that another core takes it.
describeSeeds(251, 500, 50);
