// What the contract suite needs of a server: the echo + fault server of this package, in this process or behind commands.

import type { Fault } from "../server/index.ts";
import type { ReceivedClose } from "../server/received.ts";
import type { RecordCounts } from "../server/record.ts";

/** What the contract suite needs of a server: the echo server of this package, in this process or behind commands. */
export interface ContractServer {
  /** `ws:` or `wss:` url, ending in `/`; the suite adds query faults. */
  readonly url: string;
  /** Applies a fault; resolves when it has taken effect. */
  fault(fault: Fault): Promise<void>;
  /** What the server has seen so far. */
  record(): Promise<ContractRecord>;
  /** Ends everything at once. */
  stop(): Promise<void>;
}

/** The part of a `ServerRecord` that the suite reads, whether it crossed a process boundary or not. */
export interface ContractRecord {
  /** How often each thing has happened. */
  readonly counts: Readonly<RecordCounts>;
  /** Messages that clients have sent: over which `connection`, and their `data`. */
  readonly messages: readonly { readonly connection: number; readonly data: string | ArrayLike<number> }[];
  /** Close frames that clients have sent. */
  readonly closes: readonly ReceivedClose[];
}
