// The lifecycle as a chart that lives: the state of now, its deadline running down, and the edge just taken.

import type { State, StateName } from "@gundam/core/lifecycle";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { leftText } from "../client/sentence.ts";
import type { Position, Session, Step } from "../client/session.ts";
import { stateWords, type Tone, wordsOf } from "../client/states.ts";
import { now } from "../clock.ts";
import { type Drawing, narrow, routeOf, wide } from "./drawing.ts";
import { edges, keyOf, stateNames } from "./edges.ts";
import { StateMeanings } from "./state-meanings.tsx";

/** px from which there is room for the wide drawing. */
const ROOM = 620;

export function Statechart({ session }: { session: Session }) {
  const position = session.shownPosition.value;
  const { name } = position.state;
  const figure = useRef<HTMLElement>(null);
  const isWide = useSignal(true);
  const drawing = isWide.value ? wide : narrow;
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      isWide.value = entry!.contentRect.width >= ROOM;
    });
    observer.observe(figure.current!);
    return () => observer.disconnect();
  }, [isWide]);
  return (
    <figure class="statechart" ref={figure} data-state={name}>
      <div class="chart-room" data-drawing={isWide.value ? "wide" : "narrow"}>
        <Chart position={position} drawing={drawing} />
        <StateMeanings drawing={drawing} now={name} />
      </div>
      <figcaption>
        <b>{name}</b> {wordsOf(position).meaning}
        {position.step && (
          <>
            {" "}
            Came from <b>{position.step.from}</b> by <b>{position.step.event}</b>.
          </>
        )}
      </figcaption>
    </figure>
  );
}

function Chart({ position, drawing }: { position: Position; drawing: Drawing }) {
  const { state, step } = position;
  const taken = step && keyOf(step);
  const everyday = edges.filter((edge) => drawing.routes[keyOf(edge)] !== undefined && keyOf(edge) !== taken);
  return (
    <svg
      viewBox={`0 0 ${drawing.width} ${drawing.height}`}
      role="img"
      aria-label={`The lifecycle, in the state ${state.name}`}
    >
      {everyday.map((edge) => (
        <g key={keyOf(edge)} class="edge" data-edge={keyOf(edge)}>
          <Arrow drawing={drawing} from={edge.from} to={edge.to} words={edge.events} />
        </g>
      ))}
      {stateNames.map((name) => (
        <Node key={name} name={name} drawing={drawing} position={position} />
      ))}
      {step && (
        <TakenEdge
          key={`${taken} ${position.since}`}
          drawing={drawing}
          step={step}
          tone={toneOf(step.to, position)}
        />
      )}
    </svg>
  );
}

function toneOf(name: StateName, position: Position): Tone {
  return name === position.state.name ? wordsOf(position).tone : stateWords[name].tone;
}

interface TakenEdgeProps {
  readonly drawing: Drawing;
  readonly step: Step;
  readonly tone: Tone;
}

/** Above all others, and with what it was taken by. */
function TakenEdge({ drawing, step, tone }: TakenEdgeProps) {
  return (
    <g class="edge taken" data-edge={keyOf(step)} data-tone={tone}>
      <Arrow drawing={drawing} from={step.from} to={step.to} words={[step.event]} />
    </g>
  );
}

interface ArrowProps {
  readonly drawing: Drawing;
  readonly from: StateName;
  readonly to: StateName;
  readonly words: readonly string[];
}

/** Words of an edge that fit beside it. */
const MOST_WORDS = 2;
/** What can come nearly everywhere says least about an edge. */
const commonplace = ["close", "terminate", "wake", "sleep"];

function Arrow({ drawing, from, to, words }: ArrowProps) {
  const { path, words: place } = routeOf(drawing, { from, to });
  const plain = [...new Set(words.map((text) => text.replace(/ \(.*/, "")))];
  const telling = plain.filter((word) => !commonplace.includes(word));
  return (
    <>
      <path d={path} />
      <path class="head" d="M-7 -4L0 0L-7 4Z" transform={headOf(path)} />
      {place && (
        <text x={place.x} y={place.y} text-anchor={place.anchor}>
          {(telling.length > 0 ? telling : plain).slice(0, MOST_WORDS).join(", ")}
        </text>
      )}
    </>
  );
}

interface NodeProps {
  readonly name: StateName;
  readonly drawing: Drawing;
  readonly position: Position;
}

function Node({ name, drawing: { places, node }, position }: NodeProps) {
  const { state, since } = position;
  const { x, y } = places.get(name)!;
  const isNow = name === state.name;
  const isTimed = isNow && state.until !== Infinity;
  return (
    <g
      class={isNow ? "state now" : "state"}
      data-tone={toneOf(name, position)}
      transform={`translate(${x - node.width / 2} ${y - node.height / 2})`}
    >
      <rect width={node.width} height={node.height} rx="9" />
      <text x={node.width / 2} y={node.height / 2 + (isTimed ? -2 : 5)} text-anchor="middle">
        {name}
      </text>
      {isTimed && <Deadline state={state} since={since} width={node.width} height={node.height} />}
    </g>
  );
}

interface DeadlineProps {
  readonly state: State;
  readonly since: number;
  readonly width: number;
  readonly height: number;
}

function Deadline({ state, since, width, height }: DeadlineProps) {
  const { until } = state;
  const share = Math.min(1, Math.max(0, (until - now.value) / Math.max(1, until - since)));
  return (
    <>
      <text class="left" x={width / 2} y={height / 2 + 13} text-anchor="middle">
        {leftText(until, now.value)}
      </text>
      <rect class="rest" x="8" y={height - 5} width={width - 16} height="2.5" rx="1.25" />
      <rect class="run" x="8" y={height - 5} width={(width - 16) * share} height="2.5" rx="1.25" />
    </>
  );
}

/** Places an arrow's head at the end of its path, in its direction. */
function headOf(path: string): string {
  const known = heads.get(path);
  if (known !== undefined) return known;
  const element = document.createElementNS("http://www.w3.org/2000/svg", "path");
  element.setAttribute("d", path);
  const length = element.getTotalLength();
  const [end, before] = [element.getPointAtLength(length), element.getPointAtLength(length - 4)];
  const angle = (Math.atan2(end.y - before.y, end.x - before.x) * 180) / Math.PI;
  const head = `translate(${end.x} ${end.y}) rotate(${angle.toFixed(1)})`;
  heads.set(path, head);
  return head;
}

const heads: Map<string, string> = new Map();
