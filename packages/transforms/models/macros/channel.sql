-- @description Source of a session: campaign if it has a utm_source, referral if it has a referrer, else direct.
-- @parameters utm_source, referrer_host
multiIf($utm_source != '', 'campaign', $referrer_host != '', 'referral', 'direct')
