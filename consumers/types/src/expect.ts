/** Whether two types are the same, and not only assignable to one another. */
export type Equal<One, Other> =
  (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;
export type Expect<Is extends true> = Is;
