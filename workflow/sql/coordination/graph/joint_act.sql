-- The joint acts of the pairs of network_edge: each two acts on one object of the trace that are at most `seconds` apart. Cells of
-- time as long as that keep the join short.
CREATE OR REPLACE TEMP MACRO joint_act(events, seconds) AS TABLE (
    WITH act AS (
        SELECT trace, number, object, event.archive_id, post_id, time, epoch(time)::BIGINT // seconds AS cell
        FROM read_parquet(events) AS event
        JOIN network_account USING (account)
        SEMI JOIN (SELECT trace, unnest([number_a, number_b]) AS number FROM network_edge) AS joined USING (trace, number)
    )

    SELECT
        one.trace,
        one.object,
        one.number AS number_a,
        other.number AS number_b,
        one.archive_id AS archive_a,
        other.archive_id AS archive_b,
        one.post_id AS post_a,
        other.post_id AS post_b,
        one.time AS time_a,
        other.time AS time_b
    FROM (SELECT *, cell + step AS adjacent FROM act CROSS JOIN (VALUES (-1), (0), (1)) AS steps (step)) AS one
    JOIN act AS other
        ON other.trace = one.trace AND other.object = one.object AND other.cell = one.adjacent
        AND other.number > one.number
        AND other.time BETWEEN one.time - to_seconds(seconds) AND one.time + to_seconds(seconds)
    SEMI JOIN network_edge
        ON network_edge.trace = one.trace AND network_edge.number_a = one.number AND network_edge.number_b = other.number
)
