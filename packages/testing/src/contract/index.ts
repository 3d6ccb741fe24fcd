export type { ContractRecord, ContractServer } from "./contract-server.ts";
export type { EventName, Told } from "./recording-listener.ts";
export { RecordingListener } from "./recording-listener.ts";
export type { TransportCapabilities, TransportContract } from "./transport-contract.ts";
export { describeTransportContract } from "./transport-contract.ts";
export type { DiallingPlatform } from "./workbench.ts";
