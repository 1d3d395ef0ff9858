export { createTestCa } from "./test-ca.ts";
export type { TestCa } from "./test-ca.ts";
export { REAL_HOSTS, nameMapPreload, realNameEnvironment, realNameOptions } from "./real-names.ts";
