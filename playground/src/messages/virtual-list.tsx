// A list of any length of which only what is in sight is drawn. It stays at its end until it is scrolled away from it. One
// row is active: the arrow keys move it.

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

export interface VirtualListProps<Entry> {
  /** Of the list's element. */
  readonly id: string;
  readonly label: string;
  readonly entries: readonly Entry[];
  /** px of each row. */
  readonly rowHeight: number;
  /** What to say while there is nothing. */
  readonly empty: string;
  readonly chosenId: number | undefined;
  readonly choose: (id: number) => void;
  readonly row: (entry: Entry) => VNode;
}

/** Rows drawn beyond each edge. */
const SPARE = 4;

export function VirtualList<Entry extends { readonly id: number }>(props: VirtualListProps<Entry>) {
  const { id, label, entries, rowHeight, empty, chosenId, choose, row } = props;
  const frame = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const height = useSignal(0);
  const isAtEnd = useSignal(true);
  const lastTop = useRef(0);
  const firstId = useRef(entries[0]?.id);

  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      height.value = entry!.contentRect.height;
    });
    observer.observe(frame.current!);
    return () => observer.disconnect();
  }, [height]);

  const total = entries.length * rowHeight;
  const end = Math.max(0, total - height.value);
  // What is read stays where it is while entries before it are forgotten.
  const forgotten = entries.length === 0 ? 0 : entries[0]!.id - (firstId.current ?? entries[0]!.id);
  const seenTop = isAtEnd.value ? end : Math.min(end, Math.max(0, top.value - forgotten * rowHeight));
  useLayoutEffect(() => {
    firstId.current = entries[0]?.id;
    if (!isAtEnd.peek()) top.value = seenTop;
    if (scroller.current === null) lastTop.current = 0;
    else if (seenTop !== lastTop.current) scroller.current.scrollTop = lastTop.current = seenTop;
  });

  const first = Math.max(0, Math.floor(seenTop / rowHeight) - SPARE);
  const last = Math.min(entries.length, Math.ceil((seenTop + height.value) / rowHeight) + SPARE);
  const scrolled = () => {
    const { scrollTop } = scroller.current!;
    // Where it was put, maybe by way of what the browser makes of a fraction.
    if (Math.abs(scrollTop - lastTop.current) < 1) return;
    isAtEnd.value = scrollTop >= end - rowHeight;
    lastTop.current = scrollTop;
    top.value = scrollTop;
  };
  const move = (event: KeyboardEvent) => {
    const current = entries.findIndex(({ id }) => id === chosenId);
    const page = Math.max(1, Math.floor(height.value / rowHeight) - 1);
    const target = targetOf(event.key, current, entries.length, page);
    if (target === undefined) return;
    event.preventDefault();
    choose(entries[target]!.id);
  };
  // Whoever has chosen it.
  useLayoutEffect(() => {
    const element = scroller.current;
    const chosen = entries.findIndex(({ id }) => id === chosenId);
    if (element === null || chosen < 0) return;
    const [from, to] = [chosen * rowHeight, (chosen + 1) * rowHeight];
    if (from < element.scrollTop) element.scrollTop = from;
    else if (to > element.scrollTop + element.clientHeight) element.scrollTop = to - element.clientHeight;
  }, [chosenId]);
  const drawn = entries.slice(first, last);
  const isChosenDrawn = drawn.some(({ id }) => id === chosenId);
  return (
    <div class="virtual-list" ref={frame}>
      {entries.length === 0 ? (
        <p class="empty">{empty}</p>
      ) : (
        <div
          id={id}
          class="scroller"
          ref={scroller}
          role="listbox"
          tabIndex={0}
          aria-label={label}
          aria-activedescendant={isChosenDrawn ? `${id}-${chosenId}` : undefined}
          onKeyDown={move}
          onScroll={scrolled}
        >
          <div class="rows" style={{ height: `${total}px` }} role="presentation">
            {drawn.map((entry, index) => (
              // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus, and says which row is active.
              // biome-ignore lint/a11y/useKeyWithClickEvents: the list's arrow keys do the same.
              <div
                // The same elements for whatever is in sight.
                key={index}
                id={`${id}-${entry.id}`}
                class="row"
                role="option"
                aria-selected={entry.id === chosenId}
                aria-setsize={entries.length}
                aria-posinset={first + index + 1}
                style={{
                  height: `${rowHeight}px`,
                  transform: `translateY(${(first + index) * rowHeight}px)`,
                }}
                onClick={() => choose(entry.id)}
              >
                {row(entry)}
              </div>
            ))}
          </div>
        </div>
      )}
    </div>
  );
}

function targetOf(key: string, current: number, length: number, page: number): number | undefined {
  if (length === 0) return undefined;
  const clamp = (index: number) => Math.min(length - 1, Math.max(0, index));
  const from = current < 0 ? length : current;
  switch (key) {
    case "ArrowUp":
      return clamp(from - 1);
    case "ArrowDown":
      return clamp(from + 1);
    case "PageUp":
      return clamp(from - page);
    case "PageDown":
      return clamp(from + page);
    case "Home":
      return 0;
    case "End":
      return length - 1;
    default:
      return undefined;
  }
}
