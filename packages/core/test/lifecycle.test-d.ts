// Every cell of the lifecycle table is decided, or it does not compile.

import { expectTypeOf, test } from "vitest";
import {
  type EventName,
  type Handler,
  ignore,
  type StateName,
  type Table,
  type Transition,
  table,
} from "../src/lifecycle.ts";

test("every state has a row, and every row a cell for each event", () => {
  expectTypeOf<keyof Table>().toEqualTypeOf<StateName>();
  expectTypeOf<{ [S in StateName]: keyof Table[S] }>().toEqualTypeOf<{ [S in StateName]: EventName }>();
});

test("a row that lacks a cell does not compile", () => {
  const { lost, ...row } = table.open;
  expectTypeOf({ ...table, open: { ...row, lost } }).toExtend<Table>();
  // @ts-expect-error: what happens to an open connection that is lost is not decided.
  const lacking: Table = { ...table, open: row };
  return lacking;
});

test("nor does a table that lacks a row, or a cell that is undefined", () => {
  const { waiting, ...rows } = table;
  expectTypeOf({ ...rows, waiting }).toExtend<Table>();
  // @ts-expect-error: nothing is decided of a client that waits.
  const lacking: Table = rows;
  // @ts-expect-error: its timeout is not.
  const hollow: Table = { ...rows, waiting: { ...waiting, timeout: undefined } };
  return [lacking, hollow];
});

test("a cell takes its own state and event, and answers with named effects that are told what they need", () => {
  expectTypeOf(ignore).toExtend<Handler<"idle", "close">>();
  expectTypeOf(table.deciding.decided).parameter(0).toHaveProperty("setback");
  // @ts-expect-error: only a client that decides holds a setback.
  expectTypeOf(table.open.lost).parameter(0).toHaveProperty("setback");
  const { idle } = table;
  // @ts-expect-error: there is no such effect.
  const unknown: Table = { ...table, idle: { ...idle, wake: (state): Transition => [state, ["wakeUp"]] } };
  // @ts-expect-error: `settle` is told a generation.
  const untold: Table = { ...table, idle: { ...idle, wake: (state): Transition => [state, ["settle"]] } };
  return [unknown, untold];
});
