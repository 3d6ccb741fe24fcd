// The incident on one axis of time: a mark for each step, which can be dragged, a strip for each client, and a playhead that
// takes the page back.

import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { Session } from "../client/session.ts";
import { moment, now } from "../clock.ts";
import { formatSeconds } from "../format.ts";
import type { Workbench } from "../workbench.ts";
import { type Incident, type IncidentStep, moved, stepWords, without } from "./incident.ts";
import type { Run } from "./incident-desk.ts";
import { rowsOf } from "./marks.ts";
import type { Candidate, Rehearsed } from "./rehearsal.ts";
import { type Strip, stripOf } from "./strip.ts";
import { Axis, StripView } from "./strip-view.tsx";

/** ms that an arrow key moves by, and with Shift or by a page key. */
const SHORT = 100;
const LONG = 1000;
/** ms to which a mark that is dragged snaps. */
const SNAP = 50;

export function Timeline({ workbench }: { workbench: Workbench }) {
  const desk = workbench.incidents;
  const incident = desk.incident.value;
  const run = desk.run.value;
  const sessions = workbench.shown.value;
  const elapsed = elapsedOf(run);
  const total = Math.max(incident.duration, elapsed ?? 0, 1);
  const candidates = sessions.map((session) => ({
    name: session.name,
    settings: workbench.settingsOf(session),
  }));
  const isExpected =
    run.name === "unseen" && candidates.every((_, at) => workbench.problems(sessions[at]!).length === 0);
  const rehearsed = useRehearsal(isExpected ? incident : undefined, candidates);
  return (
    <div class="timeline">
      <Axis total={total} />
      <Marks
        incident={incident}
        total={total}
        isFixed={run.name === "recording"}
        change={(changed) => desk.change(changed)}
      />
      <div class="strips">
        {sessions.map((session, at) => (
          <div key={session.name} class="named-strip">
            {sessions.length > 1 && <span class="client-name">{session.name}</span>}
            <StripView
              strip={
                "origin" in run
                  ? liveStrip(session, run.origin, run.origin + elapsed!)
                  : rehearsedStrip(rehearsed?.[at], total)
              }
              total={total}
              label={`States of client ${session.name}`}
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

function liveStrip({ history }: Session, origin: number, end: number): Strip {
  // Looked at so that the strip grows.
  history.version.value;
  return stripOf(history.changes, origin, end);
}

function rehearsedStrip(rehearsed: Rehearsed | undefined, total: number): Strip {
  return rehearsed === undefined ? empty : stripOf(rehearsed.changes, 0, total);
}

/** ms since its beginning, or that it took; undefined where nothing has begun. */
function elapsedOf(run: Run): number | undefined {
  if (run.name === "over") return run.until - run.origin;
  if (!("origin" in run)) return undefined;
  // The past that is shown does not stop the clock.
  const clock = moment.value === undefined ? Math.max(now.value, run.origin) : performance.now();
  return clock - run.origin;
}

/** What is to be expected of it; undefined while that is computed. */
function useRehearsal(
  incident: Incident | undefined,
  candidates: readonly Candidate[],
): readonly Rehearsed[] | undefined {
  const found = useSignal<readonly Rehearsed[] | undefined>(undefined);
  const settings = JSON.stringify(candidates);
  useEffect(() => {
    let isWanted = incident !== undefined;
    found.value = undefined;
    if (incident !== undefined)
      void import("./rehearsal.ts")
        .then(({ rehearse }) => rehearse(incident, candidates))
        .then((rehearsed) => {
          if (isWanted) found.value = rehearsed;
        });
    return () => {
      isWanted = false;
    };
  }, [incident, settings]);
  return found.value;
}

interface MarksProps {
  readonly incident: Incident;
  readonly total: number;
  /** It is being recorded. */
  readonly isFixed: boolean;
  readonly change: (incident: Incident) => void;
}

function Marks({ incident, total, isFixed, change }: MarksProps) {
  const track = useRef<HTMLDivElement>(null);
  /** The step that is dragged, and where it would be dropped. */
  const dragged = useSignal<{ readonly step: IncidentStep; readonly at: number } | undefined>(undefined);
  /** The step that is to have the focus once the marks are drawn anew. */
  const focused = useRef<IncidentStep | undefined>(undefined);
  const rows = useMemo(() => rowsOf(incident.steps, total), [incident, total]);
  useLayoutEffect(() => {
    if (focused.current === undefined) return;
    const index = incident.steps.indexOf(focused.current);
    track.current!.querySelectorAll<HTMLElement>(".mark")[index]?.focus();
    focused.current = undefined;
  }, [incident]);
  const move = (step: IncidentStep, at: number) => {
    const changed = moved(incident, step, at);
    focused.current = changed.steps.find(({ act }) => act === step.act);
    change(changed);
  };
  const remove = (step: IncidentStep) => {
    const changed = without(incident, step);
    focused.current = changed.steps[Math.min(incident.steps.indexOf(step), changed.steps.length - 1)];
    change(changed);
  };
  const timeAt = (x: number) => {
    const { left, width } = track.current!.getBoundingClientRect();
    const at = ((x - left) / width) * total;
    return Math.min(total, Math.max(0, Math.round(at / SNAP) * SNAP));
  };
  return (
    <div class="marks" ref={track} style={{ "--rows": Math.max(...rows) + 1 }}>
      {incident.steps.map((step, index) => {
        const at = dragged.value?.step === step ? dragged.value.at : step.at;
        return (
          <button
            key={index}
            type="button"
            class="mark"
            role="slider"
            aria-label={`Step ${index + 1}: ${stepWords(step)}`}
            aria-valuemin={0}
            aria-valuemax={total}
            aria-valuenow={at}
            aria-valuetext={formatSeconds(at)}
            aria-disabled={isFixed}
            title={`${formatSeconds(at)}: ${stepWords(step)}`}
            data-kind={step.act.type === "fault" ? "fault" : "other"}
            style={{ left: `${(at / total) * 100}%`, "--row": rows[index] }}
            onPointerDown={(event) => {
              if (isFixed || event.button !== 0) return;
              event.currentTarget.setPointerCapture(event.pointerId);
              dragged.value = { step, at: step.at };
            }}
            onPointerMove={({ clientX }) => {
              if (dragged.value?.step === step) dragged.value = { step, at: timeAt(clientX) };
            }}
            onPointerUp={() => {
              const dropped = dragged.value?.at;
              dragged.value = undefined;
              if (dropped !== undefined && dropped !== step.at) move(step, dropped);
            }}
            onPointerCancel={() => {
              dragged.value = undefined;
            }}
            onKeyDown={(event) => {
              if (isFixed) return;
              const target = keyTarget(event, step.at, total);
              if (event.key === "Delete" || event.key === "Backspace") remove(step);
              else if (target === undefined) return;
              else move(step, target);
              event.preventDefault();
            }}
          >
            {index + 1}
          </button>
        );
      })}
    </div>
  );
}

interface PlayheadProps {
  readonly origin: number;
  /** ms that can be gone back in. */
  readonly end: number;
  readonly total: number;
  readonly session: Session;
}

function Playhead({ origin, end, total, session }: PlayheadProps) {
  const track = useRef<HTMLDivElement>(null);
  const isDragged = useSignal(false);
  const at = moment.value === undefined ? end : Math.min(end, Math.max(0, moment.value - origin));
  const show = (time: number) => {
    moment.value = origin + Math.min(end, Math.max(0, time));
  };
  const showAt = (x: number) => {
    const { left, width } = track.current!.getBoundingClientRect();
    show(((x - left) / width) * total);
  };
  return (
    <div
      ref={track}
      class="playhead-track"
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        isDragged.value = true;
        showAt(event.clientX);
      }}
      onPointerMove={({ clientX }) => {
        if (isDragged.value) showAt(clientX);
      }}
      onPointerUp={() => {
        isDragged.value = false;
      }}
      onPointerCancel={() => {
        isDragged.value = false;
      }}
    >
      <button
        type="button"
        class="playhead"
        role="slider"
        aria-label="Playhead"
        aria-valuemin={0}
        aria-valuemax={Math.round(end)}
        aria-valuenow={Math.round(at)}
        aria-valuetext={`${formatSeconds(at)}: ${session.shownPosition.value.state.name}`}
        data-past={moment.value !== undefined}
        style={{ left: `${(at / total) * 100}%` }}
        onKeyDown={(event) => {
          const target = keyTarget(event, at, end);
          if (event.key === "Escape") moment.value = undefined;
          else if (target === undefined) return;
          else show(target);
          event.preventDefault();
        }}
      />
    </div>
  );
}

/** Where a key takes a slider; undefined for one that does not move it. */
function keyTarget({ key, shiftKey }: KeyboardEvent, at: number, end: number): number | undefined {
  const short = shiftKey ? LONG : SHORT;
  switch (key) {
    case "ArrowLeft":
    case "ArrowDown":
      return at - short;
    case "ArrowRight":
    case "ArrowUp":
      return at + short;
    case "PageDown":
      return at - LONG;
    case "PageUp":
      return at + LONG;
    case "Home":
      return 0;
    case "End":
      return end;
    default:
      return undefined;
  }
}
