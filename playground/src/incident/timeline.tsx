// The incident on one axis of time: a mark for each step, a strip for each client, and the playhead.

import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { moment, now } from "../clock.ts";
import type { Workbench } from "../workbench.ts";
import type { Incident } from "./incident.ts";
import type { Run } from "./incident-desk.ts";
import { Marks } from "./marks.tsx";
import { Playhead } from "./playhead.tsx";
import type { Candidate, Rehearsed } from "./rehearsal.ts";
import { type Strip, stripOf } from "./strip.ts";
import { Axis, StripView } from "./strip-view.tsx";

export function Timeline({ workbench }: { workbench: Workbench }) {
  const desk = workbench.incidents;
  const incident = desk.incident.value;
  const run = desk.run.value;
  const sessions = workbench.shown.value;
  const elapsed = elapsedOf(run);
  const total = Math.max(incident.duration, elapsed ?? 0, 1);
  const strips = useExpected(workbench, run.name === "unseen" ? incident : undefined);
  const isFixed = run.name === "recording";
  // The rest is drawn with each tick of the clock.
  const marks = useMemo(
    () => (
      <Marks incident={incident} total={total} isFixed={isFixed} change={(changed) => desk.change(changed)} />
    ),
    [incident, total, isFixed],
  );
  return (
    <div class="timeline">
      <Axis total={total} />
      {marks}
      <div class="strips">
        {sessions.map(({ name, history }, at) => (
          <div key={name} class="named-strip">
            {sessions.length > 1 && <span class="client-name">{name}</span>}
            <StripView
              strip={
                "origin" in run
                  ? stripOf(history.changes, run.origin, run.origin + elapsed!)
                  : (strips[at] ?? empty)
              }
              total={total}
              label={`States of client ${name}`}
              isComputed={!("origin" in run)}
            />
          </div>
        ))}
        {"origin" in run && (
          <Playhead origin={run.origin} end={elapsed!} total={total} session={sessions[0]!} />
        )}
      </div>
    </div>
  );
}

const empty: Strip = { stretches: [], attempts: [] };

/** ms since its beginning, or that it took; undefined where nothing has begun. */
function elapsedOf(run: Run): number | undefined {
  if (run.name === "over") return run.until - run.origin;
  if (!("origin" in run)) return undefined;
  // The past that is shown does not stop the clock.
  const clock = moment.value === undefined ? Math.max(now.value, run.origin) : performance.now();
  return clock - run.origin;
}

/** The strips that are to be expected of an incident; none while that is computed, or when it cannot be played. */
function useExpected(workbench: Workbench, incident: Incident | undefined): readonly Strip[] {
  const found = useSignal<readonly Rehearsed[]>([]);
  const sessions = workbench.shown.value;
  const isPossible = sessions.every((session) => workbench.problems(session).length === 0);
  const candidates = sessions.map(
    (session): Candidate => ({ name: session.name, settings: workbench.settingsOf(session) }),
  );
  useEffect(() => {
    let isWanted = incident !== undefined && isPossible;
    found.value = [];
    if (isWanted)
      void import("./rehearsal.ts")
        .then(({ rehearse }) => rehearse(incident!, candidates))
        .then((rehearsed) => {
          if (isWanted) found.value = rehearsed;
        })
        // It is played all the same.
        .catch(() => {});
    return () => {
      isWanted = false;
    };
  }, [incident, isPossible, JSON.stringify(candidates)]);
  return found.value.map(({ changes }) => stripOf(changes, 0, incident?.duration ?? 0));
}
