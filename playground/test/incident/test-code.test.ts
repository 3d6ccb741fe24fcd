// The tests that the page gives away: written as it writes them, to where the packages are found, and run.

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import type { ClientName, Incident } from "../../src/incident/incident.ts";
import { readIncident } from "../../src/incident/incident-text.ts";
import { incidents } from "../../src/incident/incidents.ts";
import { writeTest } from "../../src/incident/test-code.ts";
import { presets, type Settings } from "../../src/settings/settings.ts";

const playground = fileURLToPath(new URL("../..", import.meta.url));

function settingsOf(preset: "resilient" | "faithful", values: Settings["values"] = {}): Settings {
  return { url: "ws://127.0.0.1:5301/", preset: presets.find(({ id }) => id === preset)!, values };
}

const resilient = settingsOf("resilient");

interface Example {
  readonly incident: Incident;
  readonly settings?: readonly Settings[];
  /** What has to be expected of each client in the end; by default that it is connected again. */
  readonly phases?: readonly ("open" | "closed")[];
  /** Messages that were never sent. */
  readonly hasDropped?: boolean;
}

/** What is written for each is a file of its name. */
const examples: Readonly<Record<string, Example>> = {
  ...Object.fromEntries(incidents.map((incident) => [incident.id, { incident }])),
  faithful: { incident: readIncident("0:drop,1000:away(3000)"), settings: [settingsOf("faithful")] },
  "given-up": {
    incident: readIncident("0:refuse(503),0:drop,100:push(hello),20000:end"),
    settings: [settingsOf("faithful", { retry: "1" })],
    phases: ["closed"],
    hasDropped: true,
  },
  "closed-by-user": {
    incident: readIncident("0:away(2000),500:close-client,3000:drop"),
    phases: ["closed"],
    hasDropped: true,
  },
  terminated: { incident: readIncident("0:silence,500:terminate"), phases: ["closed"], hasDropped: true },
  "closed-and-reconnected": { incident: readIncident("0:close-client,1000:reconnect"), hasDropped: true },
  "handed-over": { incident: readIncident("0:hand-over,500:close(1012,reason=so long),900:hand-over") },
  hidden: { incident: readIncident("0:hide,0:drop(rst),20000:show") },
  silent: {
    incident: readIncident("0:silence,15000:drop"),
    settings: [
      settingsOf("resilient", { "wsOpts.heartbeat": '{"message":"?","interval":1000,"timeout":500}' }),
    ],
  },
  "many-options": {
    incident: readIncident("0:offline,2000:online,4000:stall-at-upgrade(times=1),4000:drop"),
    settings: [
      settingsOf("faithful", {
        retry: "Infinity",
        retryFun: "backoff()",
        openTimeout: "2000",
        "wsOpts.codec": "json()",
        "wsOpts.protocols": "chat, news",
        "sendQueue.pace.messages": "2",
        pageSignals: "true",
      }),
    ],
  },
  overflowing: {
    incident: readIncident("0:away(5000),100:push(hello),200:push(hello)"),
    settings: [
      settingsOf("resilient", { "sendQueue.maxMessages": "1", "sendQueue.overflow": "drop-oldest" }),
    ],
    hasDropped: true,
  },
  "two-clients": {
    incident: readIncident("0:reconnect(B),500:restart(1000),2000:hand-over(A),3000:close-client(B)"),
    settings: [resilient, settingsOf("faithful")],
    phases: ["open", "closed"],
    hasDropped: true,
  },
};

const names: readonly ClientName[] = ["A", "B"];

function write({ incident, settings = [resilient] }: Example): Promise<string> {
  return writeTest(
    incident,
    settings.map((each, index) => ({ name: names[index]!, settings: each })),
  );
}

// Beside the playground's own, where @gundam/core and @gundam/testing are found.
const results = path.join(playground, "test-results");
await mkdir(results, { recursive: true });
const folder = await mkdtemp(path.join(results, "incident-tests-"));

afterAll(() => rm(folder, { recursive: true, force: true }));

for (const [name, example] of Object.entries(examples)) {
  const code = await write(example);
  const file = path.join(folder, `${name}.test.ts`);
  await writeFile(file, code);
  describe(name, () => {
    const { incident, phases = ["open"], hasDropped = false } = example;

    test(`it expects ${phases.join(" and ")}, and of each message that it is told`, () => {
      const expected = [...code.matchAll(/^ {2}expect\(client[AB]?\.phase\)\.toBe\("(\w+)"\);$/gm)];
      expect(expected.map(([, phase]) => phase)).toEqual(phases);
      const messages = (incident.steps.length + 1) * phases.length;
      expect(code).toContain(`expect(outcomes).toHaveLength(${messages});`);
      expect(code.includes('"unknown", "dropped"]).toContain(outcome);')).toBe(hasDropped);
    });

    // Its tests are this file's from here on.
    describe("and passes", () => import(/* @vite-ignore */ file));
  });
}

test("of two clients each goes through what is meant for it", async () => {
  const code = await write(examples["two-clients"]!);
  expect(code).toContain('\n  clientB.reconnect();\n  send("during 1");');
  expect(code).toContain("handover(clientA)");
  expect(code).not.toContain("handover(clientB)");
});

test("the code is what a person would write", async () => {
  expect(
    await write({ incident: readIncident("0:offline,2000:online,2500:drop(rst)") }),
  ).toMatchInlineSnapshot(`
    "// From the Gundam playground. The clock is virtual, and the server is in the page: it takes no time, and no network.

    import { Client, deliver, resilient, UnknownDeliveryError } from "@gundam/core";
    import { applyFault, virtualPage } from "@gundam/testing/in-page";
    import { expect, test } from "vitest";

    test("an incident: the connection comes back, and no message is lost in silence", async () => {
      const { runtime, server, page, platform } = virtualPage();
      const client = new Client(platform, resilient({ url: server.url }));
      client.reconnect();

      // What became of each message, once that was told.
      const outcomes: string[] = [];
      const send = (message: string) => {
        deliver(client, message).then(
          (outcome) => outcomes.push(outcome),
          (error) => outcomes.push(error instanceof UnknownDeliveryError ? "unknown" : "dropped"),
        );
      };

      await runtime.advance(1000);
      send("before");

      // 0 ms: the page goes offline
      page.goOffline();
      send("during 1");

      // 2000 ms: the page is online again
      await runtime.advance(2000);
      page.goOnline();
      send("during 2");

      // 2500 ms: reset the connections
      await runtime.advance(500);
      applyFault(server, { name: "drop", how: "rst" });
      send("during 3");

      await runtime.advance(4000);

      // Whatever is left of it ends, and there is time to come back.
      server.behave();
      page.goOnline();
      page.show();
      await runtime.advance(60_000);

      expect(client.phase).toBe("open");
      // Of 4 messages.
      expect(outcomes).toHaveLength(4);
      for (const outcome of outcomes) expect(["acked", "flushed", "unknown"]).toContain(outcome);
    });
    "
  `);
});
