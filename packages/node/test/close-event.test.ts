// CloseEvent: WHATWG WebSockets, the CloseEvent interface. Where Node has none of its own, ours stands in.

import { expect, test } from "vitest";
import { CloseEvent, type CloseEventInit } from "../src/websocket/close-event.ts";

test("says what it was given, and is an Event", () => {
  const event = new CloseEvent("close", { wasClean: true, code: 4000, reason: "bye", cancelable: true });
  const { type, wasClean, code, reason, cancelable, bubbles } = event;
  expect({ type, wasClean, code, reason, cancelable, bubbles }).toEqual({
    type: "close",
    wasClean: true,
    code: 4000,
    reason: "bye",
    cancelable: true,
    bubbles: false,
  });
  expect(event).toBeInstanceOf(Event);
  expect(Object.prototype.toString.call(event)).toBe("[object CloseEvent]");
});

test("says nothing that it was not given", () => {
  const { wasClean, code, reason } = new CloseEvent("close");
  expect({ wasClean, code, reason }).toEqual({ wasClean: false, code: 0, reason: "" });
});

test("needs a type", () => {
  expect(() => Reflect.construct(CloseEvent, [])).toThrow(TypeError);
});

test("makes of what it is given what Web IDL says", () => {
  const init = { wasClean: 1, code: 65_536 + 7.9, reason: "a\ud800" } as unknown as CloseEventInit;
  expect(new CloseEvent("close", init)).toMatchObject({ wasClean: true, code: 7, reason: "a\ufffd" });
});

test.each(["wasClean", "code", "reason"])(
  "shows %s to for…in, and does not give it of what is no CloseEvent",
  (name) => {
    expect(Object.getOwnPropertyDescriptor(CloseEvent.prototype, name)?.enumerable).toBe(true);
    expect(() => Reflect.get(CloseEvent.prototype, name)).toThrow(TypeError);
  },
);
