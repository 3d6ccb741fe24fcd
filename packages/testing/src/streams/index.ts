export { NumberedStreams, type StreamConnection, type StreamRecord } from "./numbered-streams.ts";
export { type Counts, messageOf, numberOf, type Side, Tally } from "./numbers.ts";
