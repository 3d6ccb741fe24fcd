// The marks of an incident's steps: dragged by the pointer, moved and removed by keys.

import { useSignal } from "@preact/signals";
import type { TargetedEvent } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { formatSeconds } from "../format.ts";
import { type Incident, type IncidentStep, moved, stepWords, without } from "./incident.ts";
import { rowsOf } from "./mark-rows.ts";
import { keyTarget } from "./slider-keys.ts";

/** ms to which a mark that is dragged snaps. */
const SNAP = 50;

export interface MarksProps {
  readonly incident: Incident;
  /** ms of the axis. */
  readonly total: number;
  /** They stay where they are, for it is being recorded. */
  readonly isFixed: boolean;
  readonly change: (incident: Incident) => void;
}

export function Marks({ incident, total, isFixed, change }: MarksProps) {
  const { steps } = incident;
  const track = useRef<HTMLDivElement>(null);
  /** Of the step that is dragged, and where it would be dropped. */
  const dragged = useSignal<{ readonly index: number; readonly at: number } | undefined>(undefined);
  /** The step that is to have the focus once the marks are drawn anew. */
  const wanted = useRef<IncidentStep | undefined>(undefined);
  useLayoutEffect(() => {
    if (wanted.current === undefined) return;
    track.current!.querySelectorAll<HTMLElement>(".mark")[steps.indexOf(wanted.current)]?.focus();
    wanted.current = undefined;
  }, [steps]);
  const move = (step: IncidentStep, at: number) => {
    const changed = moved(incident, step, at);
    wanted.current = changed.steps.find(({ act }) => act === step.act);
    change(changed);
  };
  const remove = (step: IncidentStep) => {
    const changed = without(incident, step);
    wanted.current = changed.steps[Math.min(steps.indexOf(step), changed.steps.length - 1)];
    // With the last mark goes all that there is of the incident.
    if (wanted.current === undefined) document.querySelector<HTMLElement>(".record")?.focus();
    change(changed);
  };
  const timeAt = (x: number) => {
    const { left, width } = track.current!.getBoundingClientRect();
    const at = ((x - left) / width) * total;
    return Math.min(total, Math.max(0, Math.round(at / SNAP) * SNAP));
  };
  const drop = () => {
    const { index, at } = dragged.value ?? {};
    dragged.value = undefined;
    const step = index === undefined ? undefined : steps[index];
    if (step !== undefined && at !== step.at) move(step, at!);
  };
  const rows = rowsOf(steps, total);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it hears what its sliders are told; there may be a hundred.
    <div
      class="marks"
      ref={track}
      style={{ "--rows": Math.max(...rows) + 1 }}
      onPointerDown={(event) => {
        const index = indexOf(event);
        if (isFixed || index === undefined || event.button !== 0) return;
        track.current!.setPointerCapture(event.pointerId);
        dragged.value = { index, at: steps[index]!.at };
      }}
      onPointerMove={({ clientX }) => {
        if (dragged.value !== undefined) dragged.value = { ...dragged.value, at: timeAt(clientX) };
      }}
      onPointerUp={drop}
      onPointerCancel={() => {
        dragged.value = undefined;
      }}
      onKeyDown={(event) => {
        const index = indexOf(event);
        if (isFixed || index === undefined) return;
        const step = steps[index]!;
        const target = keyTarget(event, step.at, total);
        if (event.key === "Delete" || event.key === "Backspace") remove(step);
        else if (target === undefined) return;
        else move(step, target);
        event.preventDefault();
      }}
    >
      {steps.map((step, index) => {
        const at = dragged.value?.index === index ? dragged.value.at : step.at;
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
            data-index={index}
            data-kind={step.act.type === "fault" ? "fault" : "other"}
            style={{ left: `${(at / total) * 100}%`, "--row": rows[index] }}
          >
            {index + 1}
          </button>
        );
      })}
    </div>
  );
}

/** Of the step whose mark an event is about. */
function indexOf({ target }: TargetedEvent<HTMLElement, Event>): number | undefined {
  const mark = (target as Element).closest<HTMLElement>(".mark");
  return mark === null ? undefined : Number(mark.dataset.index);
}
