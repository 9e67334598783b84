-- The sender of an event: page, server or import. Every way in states it.
-- Rows of earlier versions do not have it, and no row is rewritten for it: the default finds what their segment and id
-- tell, when they are read. An import has a segment of its own. An id that is not of version 8, or that begins with the
-- bits 11, was given at the JSON endpoint (PROTOCOL.md, "Event ids"). That endpoint derives the other ids from a random
-- stream of 47 bits and a random sequence of 32 bits, and no page sends 65,536 batches: such an event counts as one of
-- a server, although a page may have sent it as JSON. Simulated histories are events of pages.
ALTER TABLE events ADD COLUMN IF NOT EXISTS source LowCardinality(String) DEFAULT multiIf(
    startsWith(segment, 'import-'), 'import',
    startsWith(segment, 'history-'), 'page',
    bitAnd(bitShiftRight(toUInt128(event_id), 76), 15) != 8 OR bitAnd(bitShiftRight(toUInt128(event_id), 62), 3) != 2, 'server',
    bitShiftRight(toUInt128(event_id), 126) = 3, 'server',
    bitShiftRight(toUInt128(event_id), 115) = 0 AND bitAnd(bitShiftRight(toUInt128(event_id), 32), 65535) != 0, 'server',
    'page'
) AFTER country;
ALTER TABLE events_quarantine ADD COLUMN IF NOT EXISTS source LowCardinality(String) DEFAULT multiIf(
    startsWith(segment, 'import-'), 'import',
    startsWith(segment, 'history-'), 'page',
    bitAnd(bitShiftRight(toUInt128(event_id), 76), 15) != 8 OR bitAnd(bitShiftRight(toUInt128(event_id), 62), 3) != 2, 'server',
    bitShiftRight(toUInt128(event_id), 126) = 3, 'server',
    bitShiftRight(toUInt128(event_id), 115) = 0 AND bitAnd(bitShiftRight(toUInt128(event_id), 32), 65535) != 0, 'server',
    'page'
) AFTER country;
