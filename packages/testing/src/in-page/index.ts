export { applyFault, type InPageFault, inPageFaults } from "./faults.ts";
export { type InPageEvent, InPageServer, type InPageServerOptions } from "./in-page-server.ts";
