import type { WebSocketClient } from "gundam";

/** What is used of React Native's `AppState`. */
interface AppStates {
  addEventListener(type: "change", listener: (state: string) => void): { remove(): void };
}

/** Closes the client while the app is in the background, and has it back when the app is. Returns what ends that. */
export function followAppState(client: WebSocketClient, appState: AppStates): () => void {
  const subscription = appState.addEventListener("change", (state) => {
    if (state === "background") client.close();
    if (state === "active" && (client.phase === "closing" || client.phase === "closed")) client.reconnect();
  });
  return () => subscription.remove();
}
