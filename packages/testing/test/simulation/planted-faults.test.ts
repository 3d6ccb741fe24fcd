// The faults that other clients have had, and those of forgetting; the others take longer, and are among the heavy tests.

import { describe } from "vitest";
import { testFinding } from "./finding.ts";
import { classics, forgotten } from "./planted-faults.ts";

describe("the simulation finds", () => testFinding(classics));

describe("the simulation finds a client that", () => testFinding(forgotten));
