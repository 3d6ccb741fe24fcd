// RFC 9110 §10.2.3: Retry-After is a number of seconds or a date.

// IMF-fixdate, RFC 850 or asctime, of which only the last leaves out that it means GMT.
const httpDate = /^(Mon|Tues?|Wed(nes)?|Thu(rs)?|Fri|Sat(ur)?|Sun)(day)?,? .*\d\d:\d\d:\d\d/;

/** What the field asks for, in ms from `now`; undefined when it is absent or nonsense. */
export function retryAfterOf(field: string | null, now: number): number | undefined {
  if (field === null) return undefined;
  if (/^\d+$/.test(field)) return Number(field) * 1000;
  if (!httpDate.test(field)) return undefined;
  const date = Date.parse(field.endsWith("GMT") ? field : `${field} GMT`);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
