export type { UpgradeFault } from "../server/behaviour.ts";
export { applyFault, type InPageFault, inPageFaults } from "./faults.ts";
export { type InPageEvent, InPageServer, type InPageServerOptions } from "./in-page-server.ts";
export { type InPageWebSocket, type InPageWebSocketClass, inPageWebSocket } from "./in-page-web-socket.ts";
export { PageConditions } from "./page-conditions.ts";
export { type VirtualPage, virtualPage } from "./virtual-page.ts";
