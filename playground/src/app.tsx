// The page, of two views. Connection: what is happening now above all, what you can do at its side, and all that is to be
// seen beside that. Storm: a simulation.

import { signal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { BreakPanel } from "./break/break-panel.tsx";
import { ClientView } from "./client/client-view.tsx";
import { StatusBar } from "./client/status-bar.tsx";
import { SettingsPanel } from "./settings/settings-panel.tsx";
import { view } from "./view.ts";
import type { Workbench } from "./workbench.ts";

export function App({ workbench }: { workbench: Workbench }) {
  const isStorm = view.value === "storm";
  return (
    <>
      <header class="masthead">
        <h1>
          Gundam <span>playground</span>
        </h1>
        <nav aria-label="Views">
          <a href="#connection" aria-current={isStorm ? undefined : "page"}>
            Connection
          </a>
          <a href="#storm" aria-current={isStorm ? "page" : undefined}>
            Storm
          </a>
        </nav>
        <p>
          {isStorm
            ? "Let a fleet lose its server, and watch it return."
            : "Break the server, and watch the client recover."}
        </p>
      </header>
      {isStorm ? <Storm /> : <Bench workbench={workbench} />}
    </>
  );
}

const stormView = signal<(() => VNode) | undefined>(undefined);

/** Comes over the wire only when it is wanted. */
function Storm() {
  useEffect(() => {
    void import("./storm/storm-view.tsx").then((module) => {
      stormView.value = module.StormView;
    });
  }, []);
  const View = stormView.value;
  return View === undefined ? <main class="storm" /> : <View />;
}

function Bench({ workbench }: { workbench: Workbench }) {
  const sessions = workbench.shown.value;
  return (
    <main data-clients={sessions.length}>
      <div class="statuses">
        {sessions.map((session) => (
          <StatusBar key={session.name} session={session} workbench={workbench} />
        ))}
      </div>
      <BreakPanel workbench={workbench} />
      <div class="clients">
        {sessions.map((session) => (
          <ClientView key={session.name} session={session} />
        ))}
      </div>
      <SettingsPanel workbench={workbench} />
    </main>
  );
}
