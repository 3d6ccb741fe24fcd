import type { LifecyclePhase, Message } from "gundam";
import { onMounted, onUnmounted, ref, shallowRef } from "vue";
import { feed, startFeed } from "../feed.ts";

export function useFeed() {
  const phase = ref<LifecyclePhase>("idle");
  const last = shallowRef<Message>();
  const stops: (() => void)[] = [];
  onMounted(() => {
    phase.value = feed.phase;
    stops.push(
      feed.on("change", ({ to }) => {
        phase.value = to;
      }),
      feed.on("message", (message) => {
        last.value = message;
      }),
    );
    startFeed();
  });
  onUnmounted(() => {
    for (const stop of stops) stop();
  });
  return { phase, last };
}
