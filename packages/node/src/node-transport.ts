// The transport port on Node: dials an attempt's connection phase by phase, then hands it to an `OpenConnection`.

import type { Socket } from "node:net";
import {
  type Dial,
  type DialRequest,
  type Failure,
  type Message,
  OptionError,
  type Transport,
  type TransportListener,
} from "@gundam/core";
import { failLater, type Release } from "./dial/phase.ts";
import { type Target, targetOf } from "./dial/target.ts";
import { connectTcp } from "./dial/tcp.ts";
import { startTls } from "./dial/tls.ts";
import { type Upgraded, upgrade } from "./dial/upgrade.ts";
import type { ResolvedNodeOptions } from "./node-options.ts";
import { OpenConnection } from "./open-connection.ts";
import { checkHeaderFields } from "./request-headers.ts";

type NodeRequest = DialRequest<ResolvedNodeOptions>;

export const dial: Dial<ResolvedNodeOptions> = (request, listener) => {
  const transport = new NodeTransport(request, listener);
  transport.start();
  return transport;
};

class NodeTransport implements Transport {
  readonly #request: NodeRequest;
  readonly #listener: TransportListener;
  /** Lets go of the phase in progress, or of the one that has just handed its socket on. */
  #release: Release | undefined = undefined;
  #open: OpenConnection | undefined = undefined;
  /** Lost or abandoned. */
  #over = false;

  constructor(request: NodeRequest, listener: TransportListener) {
    this.#request = request;
    this.#listener = listener;
  }

  start(): void {
    try {
      checkHeaderFields(this.#request.headers);
      this.#connect(targetOf(this.#request.url, this.#request.options));
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      this.#release = failLater(
        { kind: "blocked", error, byUs: true },
        { done() {}, failed: (failure) => this.#failed(failure) },
      );
    }
  }

  #connect(target: Target): void {
    const { connectTimeout, domainLookupTimeout, tcpOpts } = this.#request.options;
    const found = () => this.#listener.phase("tcp", connectTimeout, "connectTimeout");
    if (target.named) this.#listener.phase("lookup", domainLookupTimeout, "domainLookupTimeout");
    else found();
    this.#release = connectTcp(target, tcpOpts, {
      found,
      done: (socket) => (target.secure ? this.#secure(target, socket) : this.#upgrade(target, socket)),
      failed: (failure) => this.#failed(failure),
    });
  }

  #secure(target: Target, raw: Socket): void {
    const { tlsHandshakeTimeout, tlsOpts } = this.#request.options;
    this.#listener.phase("tls", tlsHandshakeTimeout, "tlsHandshakeTimeout");
    if (this.#over) return;
    this.#release = startTls(target, raw, tlsOpts, {
      done: (socket) => this.#upgrade(target, socket),
      failed: (failure) => this.#failed(failure),
    });
  }

  #upgrade(target: Target, socket: Socket): void {
    this.#listener.phase("upgrade", this.#request.options.httpOpts.upgradeTimeout, "httpOpts.upgradeTimeout");
    if (this.#over) return;
    this.#release = upgrade(target, socket, this.#request, {
      done: (upgraded) => this.#opened(target.place, socket, upgraded),
      failed: (failure) => this.#failed(failure),
    });
  }

  #opened(place: string, socket: Socket, { ws, handshake }: Upgraded): void {
    this.#release = undefined;
    this.#open = new OpenConnection(ws, socket, place, this.#request.options.tcpOpts, this.#listener);
    this.#listener.opened(handshake);
  }

  #failed(failure: Failure): void {
    this.#over = true;
    this.#release?.();
    this.#listener.lost(failure);
  }

  get bufferedAmount(): number {
    return this.#open?.bufferedAmount ?? 0;
  }

  get deadline(): number {
    return this.#open?.deadline ?? Infinity;
  }

  expire(now: number): void {
    this.#open?.expire(now);
  }

  send(message: Message): void {
    this.#open?.send(message);
  }

  ping(data: Uint8Array): void {
    this.#open?.ping(data);
  }

  pause(): void {
    this.#open?.pause();
  }

  resume(): void {
    this.#open?.resume();
  }

  close(code: number, reason: string): void {
    this.#open?.close(code, reason);
  }

  abandon(code?: number): void {
    this.#over = true;
    this.#release?.();
    this.#open?.abandon(code);
  }

  info(): Readonly<Record<string, unknown>> {
    return this.#open?.info() ?? {};
  }
}
