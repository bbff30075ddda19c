-- One edge for each pair of accounts with an edge in any trace. Its days are those of the trace with most days: a post can
-- be in several traces, so a sum would count its day more than once. Reposts and own posts are two kinds of post, so two
-- traces of different kinds never contain the same post. Grade and sensitivity are those of the trace with the largest
-- sensitivity. A pair that shares a schedule does so in every trace, and has neither. The first and the last joint day are
-- local days of any of its traces; the second of a joint act would tell which post it is.
WITH joint AS (
    SELECT
        number_a,
        number_b,
        local_time(min(least(time_a, time_b)))::DATE AS first_joint,
        local_time(max(greatest(time_a, time_b)))::DATE AS last_joint
    FROM joint_act($events, $window)
    GROUP BY number_a, number_b
)

SELECT
    number_a,
    number_b,
    max(days) AS days,
    string_agg(trace, ' ' ORDER BY trace) AS traces,
    count(*)::INTEGER AS trace_count,
    bool_or(list_contains($repost_traces, trace))
    AND bool_or(NOT list_contains($repost_traces, trace) AND NOT list_contains($mixed_traces, trace)) AS of_both_kinds,
    if(shared_schedule, NULL, first(grade ORDER BY sensitivity DESC, grade)) AS grade,
    max(sensitivity) AS sensitivity,
    shared_schedule,
    any_value(first_joint) AS first_joint,
    any_value(last_joint) AS last_joint
FROM network_edge
LEFT JOIN joint USING (number_a, number_b)
GROUP BY number_a, number_b, shared_schedule
ORDER BY number_a, number_b
