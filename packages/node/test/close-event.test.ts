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

test("reads what it is given one by one, by the names' order, and makes of each what it has to be", () => {
  const asked: string[] = [];
  const said = (name: string, value: unknown) => ({
    enumerable: true,
    get: () => {
      asked.push(`read ${name}`);
      return { valueOf: () => asked.push(`make ${name}`) && value, toString: () => value };
    },
  });
  const init = Object.defineProperties({}, { reason: said("reason", "bye"), code: said("code", 3000) });
  expect(new CloseEvent("close", init)).toMatchObject({ code: 3000, reason: "bye" });
  expect(asked).toEqual(["read code", "make code", "read reason"]);
});

test("has members as Web IDL has them", () => {
  const { prototype, length, name } = CloseEvent;
  expect([name, length]).toEqual(["CloseEvent", 1]);
  for (const member of ["wasClean", "code", "reason"]) {
    const { get, set, configurable } = Object.getOwnPropertyDescriptor(prototype, member)!;
    expect([get!.name, set, configurable]).toEqual([`get ${member}`, undefined, true]);
    for (const stranger of [null, {}, new Event("close")]) {
      expect(() => Reflect.apply(get!, stranger, [])).toThrow(TypeError);
    }
  }
});

test.each(["wasClean", "code", "reason"])(
  "shows %s to for…in, and does not give it of what is no CloseEvent",
  (name) => {
    expect(Object.getOwnPropertyDescriptor(CloseEvent.prototype, name)?.enumerable).toBe(true);
    expect(() => Reflect.get(CloseEvent.prototype, name)).toThrow(TypeError);
  },
);
