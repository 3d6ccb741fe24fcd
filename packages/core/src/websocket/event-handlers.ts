// Event handler IDL attributes, `onopen` and its kin: HTML, "Event handlers". A handler is one listener among the others:
// it keeps its place in their order when it is replaced, and loses it when it is set to null.

/** The handlers of one target, by the type of event. */
export type EventHandlers = Map<
  string,
  { handler: object; readonly listener: (event: HandledEvent) => void }
>;

/** What is needed of an `Event`. */
interface HandledEvent {
  readonly currentTarget: unknown;
  preventDefault(): void;
}

interface Target {
  addEventListener(type: string, listener: (event: HandledEvent) => void): void;
  removeEventListener(type: string, listener: (event: HandledEvent) => void): void;
}

/** Defines `on…` for each type. `handlersOf` throws a `TypeError` for what is no such target. */
export function defineEventHandlers<Socket extends Target>(
  Interface: { readonly prototype: Socket },
  types: readonly string[],
  handlersOf: (target: Socket) => EventHandlers,
): void {
  for (const type of types) {
    const name = `on${type}`;
    // Written as accessors, for then they are called `get onopen` and `set onopen`, as Web IDL has it.
    const attribute: ThisType<Socket> = {
      get [name]() {
        return handlersOf(this).get(type)?.handler ?? null;
      },
      set [name](value: unknown) {
        setHandler(this, handlersOf(this), type, value);
      },
    };
    Object.defineProperties(Interface.prototype, Object.getOwnPropertyDescriptors(attribute));
  }
}

function setHandler(target: Target, handlers: EventHandlers, type: string, value: unknown): void {
  const existing = handlers.get(type);
  // Web IDL, [LegacyTreatNonObjectAsNull]: an object is kept, though only a function will be called.
  if (Object(value) !== value) {
    if (existing !== undefined) target.removeEventListener(type, existing.listener);
    handlers.delete(type);
  } else if (existing !== undefined) {
    existing.handler = value as object;
  } else {
    const listener = (event: HandledEvent) => {
      const handler = handlers.get(type)?.handler;
      if (typeof handler === "function" && handler.call(event.currentTarget, event) === false) {
        event.preventDefault();
      }
    };
    handlers.set(type, { handler: value as object, listener });
    target.addEventListener(type, listener);
  }
}
