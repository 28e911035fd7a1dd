/** The provider's process; apart, because the page reads the faults and needs nothing else of it. */
export const cloud = "world/cloud";
