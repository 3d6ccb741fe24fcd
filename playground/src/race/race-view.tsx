import { contenders } from "./contenders.ts";
import { Race } from "./race.ts";
import { raceIncidents } from "./race-incidents.ts";
import { openRaceServer } from "./race-server.ts";

const race = new Race();
(globalThis as any).tryRace = async (choice: "embedded" | "in-page", id: string) => {
  const incident = raceIncidents.find((one) => one.id === id)!;
  await race.run({ contenders, incident, openServer: () => openRaceServer(choice) });
  return (
    race.problem.value ||
    JSON.stringify(
      race.results.value.map((r, i) => ({
        ...r,
        spans: race.lanes.value[i]!.spans(10000)
          .map((s) => `${s.state}@${Math.round(s.from)}`)
          .join(" "),
      })),
    )
  );
};
export function RaceView() {
  return (
    <main class="race">
      <h2>Why not twelve lines of my own?</h2>
    </main>
  );
}
