import { json, type Reply } from '../../transport/http.js';

/**
 * Turns a reply to a list of events into one that Segment's clients understand: 200 if an event was stored, 400 if none
 * was. They send a body again after 5xx only. The report of the refused events is added, for people.
 */
export function segmentReply(reply: Reply): Reply {
	const { status, body } = reply;
	if (typeof body !== 'string' || (status !== 200 && status !== 207 && status !== 422)) return reply;
	const success = status !== 422;
	return json(success ? 200 : 400, { success, ...(JSON.parse(body) as object) });
}
