// Says, where it stays in sight, that the page shows the past, and leads back.

import { moment } from "../clock.ts";
import type { IncidentDesk } from "./incident-desk.ts";

export function PastNotice({ desk }: { desk: IncidentDesk }) {
  const run = desk.run.value;
  const shown = moment.value;
  return (
    <div class="past" hidden={shown === undefined}>
      <p role="status" aria-label="The past">
        {shown !== undefined &&
          "origin" in run &&
          `Shown as it was at ${((shown - run.origin) / 1000).toFixed(1)} s`}
      </p>
      <button
        type="button"
        onClick={() => {
          moment.value = undefined;
          // This button goes with the past.
          document.querySelector<HTMLElement>(".playhead")?.focus();
        }}
      >
        Live
      </button>
    </div>
  );
}
