// The view of one connection, or of two: what is happening now above all, what you can do at its side, and all that is to
// be seen beside that.

import { AttemptsAxis } from "./attempts/attempts-axis.ts";
import { BreakPanel } from "./break/break-panel.tsx";
import { ClientView } from "./client/client-view.tsx";
import { StatusBar } from "./client/status-bar.tsx";
import { IncidentPanel } from "./incident/incident-panel.tsx";
import { PastNotice } from "./incident/past-notice.tsx";
import { SettingsPanel } from "./settings/settings-panel.tsx";
import { StoryCard } from "./story/story-card.tsx";
import { Workbench } from "./workbench.ts";

const workbench = new Workbench();
workbench.begin();
const attemptsAxis = new AttemptsAxis(workbench.shown);

export function Bench() {
  const sessions = workbench.shown.value;
  return (
    <main class="connection" data-clients={sessions.length}>
      <div class="statuses">
        <PastNotice desk={workbench.incidents} />
        {sessions.map((session) => (
          <StatusBar key={session.name} session={session} workbench={workbench} />
        ))}
      </div>
      <div class="stories">
        {sessions.map((session, index) => (
          <StoryCard key={session.name} log={workbench.stories[index]!} isNamed={sessions.length > 1} />
        ))}
      </div>
      <BreakPanel workbench={workbench} />
      <div class="happening">
        <IncidentPanel workbench={workbench} />
        <div class="clients">
          {sessions.map((session) => (
            <ClientView key={session.name} session={session} attemptsAxis={attemptsAxis} />
          ))}
        </div>
      </div>
      <SettingsPanel workbench={workbench} />
    </main>
  );
}
