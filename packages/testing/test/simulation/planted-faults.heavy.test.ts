import { describe } from "vitest";
import { testFinding } from "./finding.ts";
import { handovers, patient, promises, turns } from "./planted-faults.ts";

describe("the simulation finds a client that", () =>
  testFinding([...patient, ...promises, ...handovers, ...turns]));
