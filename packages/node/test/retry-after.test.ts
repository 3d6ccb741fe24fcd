// RFC 9110 §10.2.3 and §5.6.7.

import { expect, test } from "vitest";
import { retryAfterOf } from "../src/dial/retry-after.ts";

const now = Date.UTC(1994, 10, 6, 8, 49, 7);

test.each([
  ["120", 120_000],
  ["0", 0],
  ["Sun, 06 Nov 1994 08:49:37 GMT", 30_000],
  ["Sunday, 06-Nov-94 08:49:37 GMT", 30_000],
  ["Sun Nov  6 08:49:37 1994", 30_000],
  ["Sun, 06 Nov 1994 08:49:00 GMT", 0],
  ["-5", undefined],
  ["1.5", undefined],
  ["soon", undefined],
  ["", undefined],
  [null, undefined],
])("%j", (field, expected) => {
  expect(retryAfterOf(field, now)).toBe(expected);
});
