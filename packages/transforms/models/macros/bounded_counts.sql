-- @description Counts by key, of which the first {{visit_counts_max}} keys are kept. A key is texts with NUL between them; the rest is added up by the first texts of its keys, and beyond as many of those under an empty key. Counts that were bounded before may be added to others and bounded again, with the same result.
-- @parameters counts, texts, first_texts
if(
    length($counts) <= {{visit_counts_max}},
    $counts,
    arrayMap(
        kept -> arrayMap(
            rest -> arrayConcat(
                kept,
                rest,
                arrayFilter(one -> one.2 > 0, [('', toUInt64(arraySum($counts.2) - arraySum(kept.2) - arraySum(rest.2)))])
            ),
            [
                arraySlice(
                    arrayFilter(
                        one -> one.1 != '',
                        arrayMap(
                            sums -> arrayZip(sums.1, sums.2),
                            [
                                arrayReduce(
                                    'sumMap',
                                    [arrayMap(one -> substringIndex(one.1, '\0', $first_texts), arrayFilter(one -> countSubstrings(one.1, '\0') < $texts - 1 OR one.1 > kept[-1].1, $counts))],
                                    [arrayMap(one -> one.2, arrayFilter(one -> countSubstrings(one.1, '\0') < $texts - 1 OR one.1 > kept[-1].1, $counts))]
                                )
                            ]
                        )[1]
                    ),
                    1,
                    {{visit_counts_max}}
                )
            ]
        )[1],
        [arraySlice(arrayFilter(one -> countSubstrings(one.1, '\0') >= $texts - 1, $counts), 1, {{visit_counts_max}})]
    )[1]
)
