// Where a TCP connection leads: to the target, or to its proxy.

export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** A unix socket in place of host and port. */
  readonly path: string | undefined;
  /** Whether the host must be looked up. */
  readonly named: boolean;
  /** Where it leads, for error texts. */
  readonly place: string;
  /** What says so, for error texts. */
  readonly source: string;
  /** A redirect has led to another origin: what was given for the url's own is used no more, not even back there. */
  readonly isElsewhere: boolean;
}
