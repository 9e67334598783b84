-- Changes nothing. A version of Footfall that does not know this migration refuses to start on the database before it
-- writes anything. Such versions create the views of their models over the views that they find, which fails on the
-- views of a later version. Later versions compare the generation of the published models instead.
SELECT 1;
