export type AlsoType = number;
export const isAlone: boolean = String(Math.random()).length > 3;
