// What Web IDL says of the members of an interface, in the way of WPT's idlharness: for both faces.

import { describe, expect, test } from "vitest";

/** The members of an interface, by their names. */
export interface Members {
  readonly readonly: readonly string[];
  readonly settable: readonly string[];
  /** With the number of arguments that each one needs. */
  readonly operations: Readonly<Record<string, number>>;
}

interface Interface {
  readonly name: string;
  readonly prototype: object;
}

type Accessor = Required<Pick<PropertyDescriptor, "get" | "set">>;

/** Its own, or inherited from the native class. */
function memberOf(holder: object, name: string | symbol): PropertyDescriptor {
  return Object.getOwnPropertyDescriptor(holder, name) ?? memberOf(Object.getPrototypeOf(holder), name);
}

export function describeMembers(Interface: Interface, { readonly, settable, operations }: Members): void {
  const { prototype } = Interface;
  const attributes = [...readonly, ...settable];
  const strangers: readonly (readonly [string, unknown])[] = [
    ["null", null],
    ["undefined", undefined],
    ["an object", {}],
    ["another event target", new EventTarget()],
    ["the prototype", prototype],
    ["an object of that prototype", Object.create(prototype)],
  ];

  /** What is told when it is made a string or a number: it was looked at. */
  const argument = {
    toString(): string {
      throw new RangeError("was looked at");
    },
    valueOf(): number {
      throw new RangeError("was looked at");
    },
  };

  describe.each(strangers)("of %s", (_, stranger) => {
    test.each(attributes)("%s cannot be read", (name) => {
      const { get } = memberOf(prototype, name) as Accessor;
      expect(() => Reflect.apply(get, stranger, [])).toThrow(TypeError);
    });

    test.each(settable)("%s cannot be set, and the value is not looked at", (name) => {
      const { set } = memberOf(prototype, name) as Accessor;
      for (const value of ["blob", argument, () => {}, null]) {
        expect(() => Reflect.apply(set, stranger, [value])).toThrow(TypeError);
      }
    });

    test.each(Object.keys(operations))(
      "%s() cannot be called, and the arguments are not looked at",
      (name) => {
        const { value: operation } = memberOf(prototype, name);
        for (const given of [[], [7], [argument, argument], [1000, "x".repeat(124)]]) {
          expect(() => Reflect.apply(operation, stranger, given)).toThrow(TypeError);
        }
      },
    );
  });

  test.each(attributes)("%s is an accessor that says its name", (name) => {
    const { get, set, enumerable, configurable } = memberOf(prototype, name);
    expect([get!.name, get!.length]).toEqual([`get ${name}`, 0]);
    if (settable.includes(name)) expect([set!.name, set!.length]).toEqual([`set ${name}`, 1]);
    else expect(set).toBeUndefined();
    expect([enumerable, configurable]).toEqual([true, true]);
  });

  test.each(Object.entries(operations))(
    "%s() says its name, and how many arguments it needs: %i",
    (name, count) => {
      const { value, ...flags } = memberOf(prototype, name);
      expect([value.name, value.length]).toEqual([name, count]);
      expect(flags).toEqual({ writable: true, enumerable: true, configurable: true });
    },
  );

  test.each(["CONNECTING", "OPEN", "CLOSING", "CLOSED"])(
    "%s is a constant of the class and of its objects",
    (name) => {
      for (const holder of [Interface, prototype]) {
        expect(memberOf(holder, name)).toMatchObject({
          writable: false,
          enumerable: true,
          configurable: false,
        });
      }
      expect(memberOf(prototype, name)).toEqual(memberOf(Interface, name));
    },
  );

  test("the class says its name, is made with new and needs one argument", () => {
    const { value, ...flags } = memberOf(prototype, "constructor");
    expect(value).toBe(Interface);
    expect(flags).toEqual({ writable: true, enumerable: false, configurable: true });
    expect(memberOf(Interface, "length").value).toBe(1);
    expect(memberOf(Interface, "prototype").writable).toBe(false);
    expect(() => Reflect.apply(value, undefined, ["ws://127.0.0.1/"])).toThrow(TypeError);
    expect(memberOf(prototype, Symbol.toStringTag)).toEqual({
      value: Interface.name,
      writable: false,
      enumerable: false,
      configurable: true,
    });
  });
}
