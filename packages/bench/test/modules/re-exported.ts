export const { length: passedOn }: { length: number } = String(Math.random());
