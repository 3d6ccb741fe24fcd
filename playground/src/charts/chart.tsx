// A uPlot chart that follows its data, its box and the colour scheme.

import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

export interface ChartSeries {
  readonly label: string;
  /** As a style sheet has it, e.g. `var(--good)`. */
  readonly colour: string;
  /** px; default 1.5. */
  readonly width?: number;
  /** Filled down to zero. */
  readonly isFilled?: boolean;
  readonly isDashed?: boolean;
  /** Points alone, for what is measured now and then. */
  readonly isScattered?: boolean;
  /** Hardly to be seen, for others to be seen better. */
  readonly isFaded?: boolean;
}

/** A line across the chart where it is read, which the pointer moves. */
export interface ChartCursor {
  /** The abscissa; undefined for no line. */
  readonly at: number | undefined;
  /** The pointer is there; undefined when it has left. */
  readonly hover: (at: number | undefined) => void;
  /** It was pressed there, or is dragged: the line is to stay. */
  readonly pin: (at: number) => void;
}

export interface ChartProps {
  /** What it shows, in words, for who cannot see it. */
  readonly label: string;
  readonly series: readonly ChartSeries[];
  /** The abscissas, then each series' ordinates. */
  readonly data: uPlot.AlignedData;
  readonly height: number;
  /** The highest ordinate; default what the data needs. */
  readonly top?: number;
  /** Ordinates by powers of ten. */
  readonly isLogarithmic?: boolean;
  /** Without one nothing is read off it. */
  readonly cursor?: ChartCursor;
  readonly formatX: (value: number) => string;
  readonly formatY: (value: number) => string;
}

/** How much of a faded series is left. */
const FADED = 0.12;

const dark = matchMedia("(prefers-color-scheme: dark)");

export function Chart(props: ChartProps) {
  const { label, series, data, height, cursor } = props;
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    const element = box.current!;
    const make = () => {
      plot.current?.destroy();
      plot.current = new uPlot(optionsOf(element, latest.current), latest.current.data, element);
      if (latest.current.cursor !== undefined) addCursor(plot.current, () => latest.current.cursor!);
    };
    make();
    const observer = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    dark.addEventListener("change", make);
    return () => {
      dark.removeEventListener("change", make);
      observer.disconnect();
      plot.current?.destroy();
    };
  }, []);
  useEffect(() => plot.current?.setData(data), [data]);
  useEffect(() => fade(plot.current!, series), [series.map(({ isFaded }) => isFaded).join()]);
  useEffect(() => placeLine(plot.current!, cursor?.at), [cursor?.at]);
  return <div class="chart" ref={box} role="img" aria-label={label} />;
}

function fade(plot: uPlot, series: readonly ChartSeries[]): void {
  series.forEach(({ isFaded = false }, index) => {
    plot.series[index + 1]!.alpha = isFaded ? FADED : 1;
  });
  plot.redraw(false);
}

/** Of uPlot's own a finger moves none, and no slider. */
function addCursor(plot: uPlot, cursor: () => ChartCursor): void {
  const line = document.createElement("div");
  line.className = "chart-cursor";
  plot.over.append(line);
  const tell = (event: PointerEvent) => {
    const within = Math.min(plot.over.clientWidth, Math.max(0, event.offsetX));
    const at = plot.posToVal(within, "x");
    if (event.buttons > 0) cursor().pin(at);
    cursor().hover(at);
  };
  plot.over.addEventListener("pointerdown", tell);
  plot.over.addEventListener("pointermove", tell);
  plot.over.addEventListener("pointerleave", () => cursor().hover(undefined));
  const place = () => placeLine(plot, cursor().at);
  plot.hooks.draw = [place];
  place();
}

function placeLine(plot: uPlot, at: number | undefined): void {
  const line = plot.over.querySelector<HTMLElement>(".chart-cursor");
  if (line === null) return;
  line.hidden = at === undefined;
  if (at !== undefined) line.style.translate = `${plot.valToPos(at, "x")}px`;
}

function optionsOf(
  element: HTMLElement,
  { series, height, top, isLogarithmic = false, formatX, formatY }: ChartProps,
): uPlot.Options {
  const colour = (name: string) => colourOf(element, name);
  const axis = {
    stroke: colour("var(--ink-soft)"),
    grid: { stroke: colour("var(--line)"), width: 1 },
    ticks: { show: false },
    font: `11px ${getComputedStyle(element).fontFamily}`,
  };
  return {
    width: element.clientWidth,
    height,
    legend: { show: false },
    cursor: { show: false },
    padding: [6, 14, 0, 0],
    scales: {
      x: { time: false },
      y: isLogarithmic
        ? { distr: 3, log: 10, range: (_, least, most) => uPlot.rangeLog(least ?? 1, most ?? 1, 10, true) }
        : { range: (_, __, most) => [0, top ?? Math.max((most ?? 0) * 1.1, 1)] },
    },
    axes: [
      { ...axis, size: 22, gap: 2, values: (_, ticks) => ticks.map(formatX) },
      {
        ...axis,
        grid: isLogarithmic ? { ...axis.grid, filter: (_, ticks) => ticks.map(decade) } : axis.grid,
        size: 58,
        gap: 4,
        values: (_, ticks) => ticks.map((tick) => (tick === null ? "" : formatY(tick))),
      },
    ],
    series: [
      {},
      ...series.map(
        ({ label, colour: name, width = 1.5, isFilled, isDashed, isScattered, isFaded }): uPlot.Series => {
          const stroke = colour(name);
          return {
            label,
            stroke,
            width,
            alpha: isFaded ? FADED : 1,
            ...(isFilled ? { fill: `color-mix(in srgb, ${stroke} 14%, transparent)` } : {}),
            ...(isDashed ? { dash: [5, 4] } : {}),
            ...(isScattered ? { paths: () => null } : {}),
            spanGaps: !isLogarithmic,
            points: { show: isScattered === true, size: 5, fill: stroke },
          };
        },
      ),
    ],
  };
}

/** As the canvas understands it: `light-dark()` is for style sheets alone. */
function colourOf(element: HTMLElement, colour: string): string {
  const probe = document.createElement("span");
  probe.style.color = colour;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Powers of ten alone. */
function decade(tick: number): number | null {
  return Number.isInteger(Math.log10(tick)) ? tick : null;
}
