import { expect, test } from "vitest";
import { contenders } from "../../src/race/contenders.ts";
import { poster } from "../../src/race/poster.ts";

test("the poster has a lane for each contender", () => {
  expect(Object.keys(poster.lanes).sort()).toEqual(contenders.map(({ id }) => id).sort());
});
