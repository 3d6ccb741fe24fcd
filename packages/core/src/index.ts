export { backoff } from "./backoff.ts";
export type { Callbacks } from "./callbacks.ts";
export { attempted, chain, nothing } from "./chain.ts";
export * from "./client.ts";
export type { Parting } from "./close-codes.ts";
export { type Codec, json } from "./codec.ts";
export { type Delivery, deliver, type FlushOptions, flush } from "./delivery.ts";
export { Driver } from "./driver.ts";
export { type EndpointsOptions, endpoints } from "./endpoints.ts";
export {
  CallbackError,
  CloseError,
  ConnectError,
  DeadPeerError,
  type Failure,
  type FailureKind,
  GundamError,
  isGundamError,
  messageOf,
  NotOpenError,
  OptionError,
  type Phase,
  ProtocolError,
  ProviderError,
  QueueFullError,
  RefusedError,
  SendTimeoutError,
  TimeoutError,
  TlsError,
  UnknownDeliveryError,
  UnsentError,
} from "./errors.ts";
export type { ClientEvents, Close, Drop, EventHandler, EventType, LifecyclePhase } from "./events.ts";
export { type Explanation, explain } from "./explain.ts";
export { type HandoverOptions, handover } from "./handover.ts";
export { type Heartbeat, type HeartbeatOptions, heartbeat } from "./heartbeat.ts";
export type { AttemptError, AttemptRecord, PhaseRecord, RetryRecord } from "./history.ts";
export { httpResilient } from "./http-resilient.ts";
export { httpVerdictOf } from "./http-verdicts.ts";
export { type ClientInfo, info } from "./info.ts";
export { askByPing } from "./keepalive.ts";
export { type MessagesOptions, messages } from "./messages.ts";
export {
  type MessageFacts,
  type Observed,
  type ObservedType,
  type Observer,
  observers,
  type Trace,
  type TraceEvent,
} from "./observers.ts";
export {
  able,
  abortSignal,
  anything,
  callback,
  check,
  count,
  type Declaration,
  type Declarations,
  type DeclarationTable,
  duration,
  flag,
  flagOr,
  initialState,
  isOfKind,
  type Kind,
  object,
  oneOf,
  orFunction,
  positiveCount,
  positiveDuration,
  resolveOptions,
  type Suggest,
  subprotocols,
} from "./option-checks.ts";
export {
  type AttemptContext,
  type CallbackName,
  type CoreOptions,
  type CoreWsOpts,
  callbackNames,
  coreDeclarations,
  coreProviders,
  type Endpoint,
  type HeaderFields,
  type HeadersSource,
  type HeartbeatLike,
  type PaceOptions,
  type ProtocolsSource,
  type ReceiveBufferOptions,
  type RequestContext,
  type RoutedUrl,
  type SendQueueOptions,
  type SupervisorLike,
  type UrlSource,
} from "./options.ts";
export type { SendOptions } from "./outbox.ts";
export { ping, updateFlow } from "./pings.ts";
export { dialWithPingsAndFlow, withPingsAndFlow } from "./pings-and-flow.ts";
export type * from "./platform.ts";
export { printable, withoutControls } from "./printable.ts";
export { redactUrl, withoutSecrets } from "./redact.ts";
export { resilient } from "./resilient.ts";
export {
  type PlanContext,
  type PlanOptions,
  type RetryPlan,
  type ShouldRetry,
  type VerdictContext,
  verdictOf,
} from "./retry.ts";
export type * from "./runtime.ts";
export { type Sendable, sizeOf } from "./sendable.ts";
export { routerOf } from "./settings.ts";
export { detectSleep, lookForSleep } from "./sleep.ts";
export { headerFields, socketDeclarations, socketProviders, socketVigilance } from "./socket-options.ts";
export type { LibraryState, State } from "./state.ts";
export type * from "./structural.ts";
export { suggestFrom } from "./suggestions.ts";
export { defaultSupervisor, Supervisor } from "./supervisor.ts";
export { printTrace, tracerOf } from "./trace.ts";
export type {
  Connection,
  Dial,
  DialRequest,
  Handshake,
  Message,
  OutgoingMessage,
  Transport,
  TransportListener,
} from "./transport.ts";
