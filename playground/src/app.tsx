// The page, of three views. Race: clients side by side under one fault. Connection: one client, all that is to be seen of
// it, and all that can be done to it. Storm: a fleet, simulated. Each comes over the wire when it is wanted.

import { signal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { type View, view, views } from "./view.ts";

const about: Readonly<Record<View, { readonly label: string; readonly promise: string }>> = {
  race: { label: "Race", promise: "Clients side by side, under one fault." },
  connection: { label: "Connection", promise: "Break the server, and watch the client recover." },
  storm: { label: "Storm", promise: "Let a fleet lose its server, and watch it return." },
};

const load: Readonly<Record<View, () => Promise<() => VNode>>> = {
  race: async () => (await import("./race/race-view.tsx")).RaceView,
  connection: async () => (await import("./bench.tsx")).Bench,
  storm: async () => (await import("./storm/storm-view.tsx")).StormView,
};

export function App() {
  const shown = view.value;
  return (
    <>
      <header class="masthead">
        <h1>
          Gundam <span>playground</span>
        </h1>
        <nav aria-label="Views">
          {views.map((name) => (
            <a key={name} href={`#${name}`} aria-current={name === shown ? "page" : undefined}>
              {about[name].label}
            </a>
          ))}
        </nav>
        <p>{about[shown].promise}</p>
      </header>
      <Shown key={shown} name={shown} />
    </>
  );
}

const loaded = signal<{ readonly [Name in View]?: () => VNode }>({});

function Shown({ name }: { name: View }) {
  useEffect(() => {
    void load[name]().then((View) => {
      loaded.value = { ...loaded.peek(), [name]: View };
    });
  }, [name]);
  const View = loaded.value[name];
  return View === undefined ? <main class={name} /> : <View />;
}
