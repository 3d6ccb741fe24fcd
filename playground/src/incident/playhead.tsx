// The playhead over the strips: where the incident has got to, or the moment of it that the page is taken back to.

import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Session } from "../client/session.ts";
import { moment } from "../clock.ts";
import { formatSeconds } from "../format.ts";
import { keyTarget } from "./slider-keys.ts";

export interface PlayheadProps {
  /** When the incident began, on `performance.now()`'s clock. */
  readonly origin: number;
  /** ms that can be gone back in. */
  readonly end: number;
  /** ms of the axis. */
  readonly total: number;
  readonly session: Session;
}

export function Playhead({ origin, end, total, session }: PlayheadProps) {
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
  const release = () => {
    isDragged.value = false;
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
      onPointerMove={({ clientX }) => isDragged.value && showAt(clientX)}
      onPointerUp={release}
      onPointerCancel={release}
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
