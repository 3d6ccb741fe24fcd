// The race: clients side by side on one time axis, under one fault.

export function RaceView() {
  return (
    <main class="race">
      <h2>Why not twelve lines of my own?</h2>
    </main>
  );
}
