// All that is to be seen of one client.

import type { AttemptsAxis } from "../attempts/attempts-axis.ts";
import { AttemptsPanel } from "../attempts/attempts-panel.tsx";
import { later } from "../later.tsx";
import { MessagePanel } from "../messages/message-panel.tsx";
import { Statechart } from "../statechart/statechart.tsx";
import { EventsPanel } from "./events-panel.tsx";
import type { Session } from "./session.ts";

const TrafficPanel = later(
  async () => (await import("../charts/traffic-panel.tsx")).TrafficPanel,
  <section class="panel traffic" />,
);

export interface ClientViewProps {
  readonly session: Session;
  readonly attemptsAxis: AttemptsAxis;
}

export function ClientView({ session, attemptsAxis }: ClientViewProps) {
  return (
    <div class="client" data-client={session.name}>
      <section class="panel lifecycle" aria-label={`Lifecycle of client ${session.name}`}>
        <Statechart session={session} />
      </section>
      <AttemptsPanel session={session} axis={attemptsAxis} />
      <MessagePanel session={session} />
      <div class="column">
        <TrafficPanel session={session} />
        <EventsPanel session={session} />
      </div>
    </div>
  );
}
