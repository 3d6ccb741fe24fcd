// A module with every kind of export, for the test of what takes a module's place.

import { isAlone } from "./only-here.ts";

export const constant = "a constant";
export let variable: boolean = isAlone;
export function declared(): boolean {
  variable = !variable;
  return variable;
}
export class Declared {}
const local = "local";

export { local as renamed, local as "not an identifier" };
export interface OnlyType {
  readonly text: string;
}
export type { AlsoType } from "./only-here.ts";
export * as namespace from "./re-exported.ts";
export * from "./re-exported.ts";
export default class extends Declared {}
