// The client's phase as one large word, what it means, and how long the wait still takes.

import { useSignal, useSignalEffect } from "@preact/signals";
import { isLive, phases } from "../phases.ts";
import type { Session, Wait } from "../session.ts";
import { retriesText } from "../timeline.ts";

export function PhasePanel({ session }: { session: Session }) {
  const phase = session.phase.value;
  const { word, meaning } = phases[phase];
  const cause = session.cause.value;
  return (
    <section class="phase" data-phase={phase} aria-label="Phase of the connection">
      <div class="phase-words" role="status" aria-label="Phase">
        <strong class="phase-word">{word}</strong>
        <p>
          {meaning} <span class="cause">{cause}</span>
        </p>
      </div>
      {session.wait.value && <Countdown wait={session.wait.value} />}
      <dl class="facts">
        <dt>Server</dt>
        <dd>{session.settings.value?.url ?? "none yet"}</dd>
        <dt>Settings</dt>
        <dd>{session.settings.value?.preset.label ?? "none yet"}</dd>
      </dl>
      <ol class="strip" aria-hidden="true">
        {Object.entries(phases).map(([name, { word }]) => (
          <li key={name} class={name === phase ? "now" : isLive(phase) ? "" : "dim"}>
            {word}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** How often the countdown moves, in ms. */
const TICK = 100;

function Countdown({ wait }: { wait: Wait }) {
  const left = useSignal(wait.until - performance.now());
  useSignalEffect(() => {
    const timer = setInterval(() => {
      left.value = Math.max(0, wait.until - performance.now());
    }, TICK);
    return () => clearInterval(timer);
  });
  const share = wait.delay === 0 ? 0 : left.value / wait.delay;
  return (
    <div class="countdown">
      <p role="timer" aria-label="Until the next attempt">
        <b>{(left.value / 1000).toFixed(1)}</b> s
      </p>
      <p class="countdown-words">until the next attempt, {retriesText(wait.retriesLeft)} left then</p>
      <div class="bar" aria-hidden="true">
        <div style={{ transform: `scaleX(${share})` }} />
      </div>
    </div>
  );
}
