-- @description Rank of a report of an order or a refund, of which the smallest counts: a server before a page before an import, then the first receipt.
-- @parameters source, received_at, event_id
(multiIf($source = 'server', 0, $source = 'page', 1, 2), $received_at, $event_id)
