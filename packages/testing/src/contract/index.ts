// The transport contract suite: `describeTransportContract` declares it for an adapter. It needs vitest, on Node or in a
// browser.

export type { DiallingPlatform, TransportCapabilities, TransportContract } from "./adapter.ts";
export type { ContractRecord, ContractServer } from "./contract-server.ts";
export type { EventName, Told } from "./recording-listener.ts";
export { RecordingListener } from "./recording-listener.ts";
export { describeTransportContract } from "./transport-contract.ts";
