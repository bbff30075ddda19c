-- The tables of results/takedown.duckdb: names are the usual terms of the field, times are UTC, ids are text.

-- The local time of a UTC instant, at the offset of the configuration.
CREATE MACRO local_time(instant) AS instant + to_minutes((60 * getvariable('utc_offset_hours'))::BIGINT);

-- The post or account of a reference: its id, else its inexact reference, which is the same within one file only.
CREATE MACRO referenced(archive_id, id, inexact, file) AS
    coalesce(id, 'inexact ' || archive_id || ' ' || file || ' ' || inexact);

CREATE TABLE archive (
    archive_id VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL,
    platform VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    provenance VARCHAR NOT NULL,
    has_accounts BOOLEAN NOT NULL,
    has_posts BOOLEAN NOT NULL,
    released_on DATE NOT NULL,
    announced_accounts INTEGER,
    published_accounts INTEGER,
    published_posts INTEGER,
    attribution VARCHAR,
    source VARCHAR NOT NULL
);
COMMENT ON TABLE archive IS 'One row for each archive of the registry that the configuration names.';
COMMENT ON COLUMN archive.archive_id IS 'Id of the archive in the registry, as the platform named it.';
COMMENT ON COLUMN archive.name IS 'Name for figures and text.';
COMMENT ON COLUMN archive.platform IS 'twitter, facebook or other.';
COMMENT ON COLUMN archive.role IS 'operation, or control (a comparison population that was not accused).';
COMMENT ON COLUMN archive.provenance IS 'release: files as the platform released them; replica: simulated records; aggregate: published counts only.';
COMMENT ON COLUMN archive.has_accounts IS 'Whether account records were read.';
COMMENT ON COLUMN archive.has_posts IS 'Whether post records were read.';
COMMENT ON COLUMN archive.released_on IS 'Day of the disclosure, or of the sampling of a control.';
COMMENT ON COLUMN archive.announced_accounts IS 'Number of accounts in the platform''s announcement.';
COMMENT ON COLUMN archive.published_accounts IS 'Number of accounts in the published file.';
COMMENT ON COLUMN archive.published_posts IS 'Number of posts in the published files.';
COMMENT ON COLUMN archive.attribution IS 'State to which the platform attributed the archive.';
COMMENT ON COLUMN archive.source IS 'Source of the archive and of its counts.';

CREATE TABLE account (
    archive_id VARCHAR NOT NULL,
    account_id VARCHAR NOT NULL,
    id_is_hashed BOOLEAN NOT NULL,
    created_on DATE NOT NULL,
    created_at TIMESTAMP_MS,
    language VARCHAR,
    display_name VARCHAR,
    screen_name VARCHAR,
    reported_location VARCHAR,
    profile_description VARCHAR,
    profile_url VARCHAR,
    follower_count BIGINT,
    following_count BIGINT,
    post_count BIGINT
);
COMMENT ON TABLE account IS 'One row for each account of each archive.';
COMMENT ON COLUMN account.archive_id IS 'Archive that holds the account.';
COMMENT ON COLUMN account.account_id IS 'Id as released: digits, or a digest if the platform hashed it.';
COMMENT ON COLUMN account.id_is_hashed IS 'Whether the id is a digest.';
COMMENT ON COLUMN account.created_on IS 'UTC day of creation, as released.';
COMMENT ON COLUMN account.created_at IS 'UTC instant of creation, decoded from a snowflake id; null for hashed and sequential ids.';
COMMENT ON COLUMN account.language IS 'Interface language as released, in lower case (zh-cn and zh-CN are the same).';
COMMENT ON COLUMN account.display_name IS 'Profile name (never published by this study).';
COMMENT ON COLUMN account.screen_name IS 'Handle (never published by this study).';
COMMENT ON COLUMN account.reported_location IS 'Location stated in the profile.';
COMMENT ON COLUMN account.profile_description IS 'Profile text.';
COMMENT ON COLUMN account.profile_url IS 'Link in the profile.';
COMMENT ON COLUMN account.follower_count IS 'Number of followers at the release.';
COMMENT ON COLUMN account.following_count IS 'Number of accounts followed at the release.';
COMMENT ON COLUMN account.post_count IS 'Number of posts of the account according to the platform, if the file states it.';

-- Texts are long and rarely repeated: zstd takes half the time and less space than DuckDB's own choice.
CREATE TABLE post (
    archive_id VARCHAR NOT NULL,
    post_id VARCHAR NOT NULL,
    account_id VARCHAR NOT NULL,
    posted_at TIMESTAMP NOT NULL,
    decoded_at TIMESTAMP_MS,
    language VARCHAR,
    text VARCHAR USING COMPRESSION zstd,
    client VARCHAR,
    is_repost BOOLEAN NOT NULL,
    reposted_post_id VARCHAR,
    reposted_account_id VARCHAR,
    reply_to_post_id VARCHAR,
    reply_to_account_id VARCHAR,
    quoted_post_id VARCHAR,
    inexact_reference STRUCT(
        file VARCHAR,
        reposted_post_id VARCHAR,
        reposted_account_id VARCHAR,
        reply_to_post_id VARCHAR,
        reply_to_account_id VARCHAR,
        quoted_post_id VARCHAR
    ),
    has_coordinates BOOLEAN,
    quote_count BIGINT,
    reply_count BIGINT,
    like_count BIGINT,
    repost_count BIGINT,
    poll_choices VARCHAR[]
);
COMMENT ON TABLE post IS 'One row for each post of each archive; reposts (retweets) are posts.';
COMMENT ON COLUMN post.archive_id IS 'Archive that holds the post.';
COMMENT ON COLUMN post.post_id IS 'Id of the post.';
COMMENT ON COLUMN post.account_id IS 'Account of the post.';
COMMENT ON COLUMN post.posted_at IS 'UTC time of the post, to the minute, as released.';
COMMENT ON COLUMN post.decoded_at IS 'UTC instant of the post, decoded from a snowflake id; null for other ids.';
COMMENT ON COLUMN post.language IS 'Language that the platform detected, lower case.';
COMMENT ON COLUMN post.text IS 'Text of the post (never published by this study).';
COMMENT ON COLUMN post.client IS 'Application that sent the post.';
COMMENT ON COLUMN post.is_repost IS 'True for a repost (retweet).';
COMMENT ON COLUMN post.reposted_post_id IS 'Post that was reposted.';
COMMENT ON COLUMN post.reposted_account_id IS 'Account that was reposted.';
COMMENT ON COLUMN post.reply_to_post_id IS 'Post that was replied to.';
COMMENT ON COLUMN post.reply_to_account_id IS 'Account that was replied to.';
COMMENT ON COLUMN post.quoted_post_id IS 'Post that was quoted.';
COMMENT ON COLUMN post.inexact_reference IS 'References that the release states as floats too large to be exact (1.1665339778024448e+18), by the column that would hold the id, and the number of the file: equal floats of one file mark one post or account. Null if there are none.';
COMMENT ON COLUMN post.has_coordinates IS 'Whether the post had coordinates (a release states only present or absent).';
COMMENT ON COLUMN post.quote_count IS 'Quotes at the release.';
COMMENT ON COLUMN post.reply_count IS 'Replies at the release.';
COMMENT ON COLUMN post.like_count IS 'Likes at the release.';
COMMENT ON COLUMN post.repost_count IS 'Reposts at the release.';
COMMENT ON COLUMN post.poll_choices IS 'Choices of a poll.';

CREATE TABLE post_hashtag (archive_id VARCHAR NOT NULL, post_id VARCHAR NOT NULL, position INTEGER NOT NULL, value VARCHAR NOT NULL);
COMMENT ON TABLE post_hashtag IS 'One row for each hashtag of each post, in the order of the post.';
COMMENT ON COLUMN post_hashtag.archive_id IS 'Archive that holds the post.';
COMMENT ON COLUMN post_hashtag.post_id IS 'Post that carries the hashtag.';
COMMENT ON COLUMN post_hashtag.position IS 'Place in the post, from 1.';
COMMENT ON COLUMN post_hashtag.value IS 'Hashtag without #, otherwise as released.';

CREATE TABLE post_url (archive_id VARCHAR NOT NULL, post_id VARCHAR NOT NULL, position INTEGER NOT NULL, value VARCHAR NOT NULL);
COMMENT ON TABLE post_url IS 'One row for each link of each post, in the order of the post.';
COMMENT ON COLUMN post_url.archive_id IS 'Archive that holds the post.';
COMMENT ON COLUMN post_url.post_id IS 'Post that carries the link.';
COMMENT ON COLUMN post_url.position IS 'Place in the post, from 1.';
COMMENT ON COLUMN post_url.value IS 'Link as released.';

CREATE TABLE post_mention (archive_id VARCHAR NOT NULL, post_id VARCHAR NOT NULL, position INTEGER NOT NULL, value VARCHAR NOT NULL);
COMMENT ON TABLE post_mention IS 'One row for each account mentioned in each post, in the order of the post.';
COMMENT ON COLUMN post_mention.archive_id IS 'Archive that holds the post.';
COMMENT ON COLUMN post_mention.post_id IS 'Post that carries the mention.';
COMMENT ON COLUMN post_mention.position IS 'Place in the post, from 1.';
COMMENT ON COLUMN post_mention.value IS 'Id or name of the account mentioned, without @.';

CREATE TABLE post_term (archive_id VARCHAR NOT NULL, post_id VARCHAR NOT NULL, list VARCHAR NOT NULL, term VARCHAR NOT NULL);
COMMENT ON TABLE post_term IS 'One row for each post and each listed term in its text or hashtags, and each outlet that it links to, mentions or reposts.';
COMMENT ON COLUMN post_term.archive_id IS 'Archive that holds the post.';
COMMENT ON COLUMN post_term.post_id IS 'Post with the term.';
COMMENT ON COLUMN post_term.list IS 'List of the term: hong_kong, protest, slur, news (workflow/resources/terms.yaml) or state_media (outlets.yaml).';
COMMENT ON COLUMN post_term.term IS 'The term as listed; for an outlet the linked domain, the mentioned @handle, or rt and the reposted @handle.';

CREATE TABLE row_account (
    archive_id VARCHAR NOT NULL,
    file VARCHAR NOT NULL,
    rows_read BIGINT NOT NULL,
    rows_kept BIGINT NOT NULL,
    rows_duplicate BIGINT NOT NULL,
    rows_rejected BIGINT NOT NULL,
    rows_repeated_header BIGINT NOT NULL,
    rows_not_asked BIGINT NOT NULL,
    CHECK (rows_read = rows_kept + rows_duplicate + rows_rejected + rows_repeated_header + rows_not_asked)
);
COMMENT ON TABLE row_account IS 'Number of rows of each file by outcome: read = kept + duplicate + rejected + repeated header + not asked for.';
COMMENT ON COLUMN row_account.archive_id IS 'Archive that the file belongs to.';
COMMENT ON COLUMN row_account.file IS 'Name of the file (the member''s name inside a zip).';
COMMENT ON COLUMN row_account.rows_read IS 'Records of the file without its header, including blank lines.';
COMMENT ON COLUMN row_account.rows_kept IS 'Rows that became an account or a post.';
COMMENT ON COLUMN row_account.rows_duplicate IS 'Rows with the id of an earlier row; the first row is kept.';
COMMENT ON COLUMN row_account.rows_rejected IS 'Rows that could not be read; each is in rejected_row.';
COMMENT ON COLUMN row_account.rows_repeated_header IS 'Header rows in the middle of the file.';
COMMENT ON COLUMN row_account.rows_not_asked IS 'Rows of accounts that are not on the list of accounts asked for, or that the condition on rows in the registry leaves out; 0 if there is neither.';

CREATE TABLE rejected_row (
    archive_id VARCHAR NOT NULL,
    file VARCHAR NOT NULL,
    record BIGINT NOT NULL,
    column_name VARCHAR,
    reason VARCHAR NOT NULL,
    excerpt VARCHAR
);
COMMENT ON TABLE rejected_row IS 'One row for each record that was rejected, with the reason.';
COMMENT ON COLUMN rejected_row.archive_id IS 'Archive that the file belongs to.';
COMMENT ON COLUMN rejected_row.file IS 'Name of the file.';
COMMENT ON COLUMN rejected_row.record IS 'Number of the record in the file; a header is record 1.';
COMMENT ON COLUMN rejected_row.column_name IS 'Column at fault, if any.';
COMMENT ON COLUMN rejected_row.reason IS 'Reason for the rejection, from a fixed vocabulary (docs/data-dictionary.md).';
COMMENT ON COLUMN rejected_row.excerpt IS 'The value or the start of the record, at most 120 characters.';

CREATE TABLE unreadable_value (archive_id VARCHAR NOT NULL, file VARCHAR NOT NULL, column_name VARCHAR NOT NULL, unreadable BIGINT NOT NULL);
COMMENT ON TABLE unreadable_value IS 'Number of values of kept rows that were not of their column''s type and were set to null.';
COMMENT ON COLUMN unreadable_value.archive_id IS 'Archive that the file belongs to.';
COMMENT ON COLUMN unreadable_value.file IS 'Name of the file.';
COMMENT ON COLUMN unreadable_value.column_name IS 'Column of the file.';
COMMENT ON COLUMN unreadable_value.unreadable IS 'Number of values set to null.';

CREATE TABLE rounded_id (archive_id VARCHAR NOT NULL, column_name VARCHAR NOT NULL, ids BIGINT NOT NULL, in_zeros BIGINT NOT NULL, merged BIGINT NOT NULL);
COMMENT ON TABLE rounded_id IS 'One row for each column of ids that were rounded, as by a spreadsheet: far more of them end in three zeros than chance allows. No instant is decoded from them.';
COMMENT ON COLUMN rounded_id.archive_id IS 'Archive of the ids.';
COMMENT ON COLUMN rounded_id.column_name IS 'account_id or post_id.';
COMMENT ON COLUMN rounded_id.ids IS 'Rows with an id of 16 to 19 digits.';
COMMENT ON COLUMN rounded_id.in_zeros IS 'Those whose id ends in three zeros.';
COMMENT ON COLUMN rounded_id.merged IS 'Accounts or posts that became one with another, because they have the same rounded id but differ in other columns.';

CREATE TABLE creation_day (archive_id VARCHAR NOT NULL, created_on DATE NOT NULL, language VARCHAR, accounts INTEGER NOT NULL, provenance VARCHAR NOT NULL);
COMMENT ON TABLE creation_day IS 'Accounts by creation day and language: from the release if there is one, else from the published aggregate, else from the replica.';
COMMENT ON COLUMN creation_day.archive_id IS 'Archive.';
COMMENT ON COLUMN creation_day.created_on IS 'UTC day.';
COMMENT ON COLUMN creation_day.language IS 'Interface language in lower case; null if not published.';
COMMENT ON COLUMN creation_day.accounts IS 'Accounts created that day.';
COMMENT ON COLUMN creation_day.provenance IS 'release, aggregate or replica.';

CREATE TABLE creation_instant (archive_id VARCHAR NOT NULL, created_at TIMESTAMP_MS NOT NULL, resolution_seconds DOUBLE NOT NULL, accounts INTEGER NOT NULL, provenance VARCHAR NOT NULL);
COMMENT ON TABLE creation_instant IS 'Accounts by decoded creation instant: to the millisecond from the release, else by five minutes from the published aggregate, else from the replica.';
COMMENT ON COLUMN creation_instant.archive_id IS 'Archive.';
COMMENT ON COLUMN creation_instant.created_at IS 'UTC instant, or start of the interval.';
COMMENT ON COLUMN creation_instant.resolution_seconds IS 'Length of the interval in seconds: 0.001 or 300.';
COMMENT ON COLUMN creation_instant.accounts IS 'Accounts created in the interval.';
COMMENT ON COLUMN creation_instant.provenance IS 'release, aggregate or replica.';

CREATE TABLE post_hour (archive_id VARCHAR NOT NULL, language VARCHAR, posted_on DATE NOT NULL, hour INTEGER NOT NULL, posts BIGINT NOT NULL, provenance VARCHAR NOT NULL);
COMMENT ON TABLE post_hour IS 'Posts by local day and hour: from the posts of the archive if it has any, else from the published aggregate.';
COMMENT ON COLUMN post_hour.archive_id IS 'Archive.';
COMMENT ON COLUMN post_hour.language IS 'Language that the platform detected, lower case.';
COMMENT ON COLUMN post_hour.posted_on IS 'Local day, at the UTC offset of the configuration (Hong Kong and Beijing: +8).';
COMMENT ON COLUMN post_hour.hour IS 'Local hour, 0 to 23.';
COMMENT ON COLUMN post_hour.posts IS 'Posts in that hour.';
COMMENT ON COLUMN post_hour.provenance IS 'release, aggregate or replica.';

CREATE TABLE published_creation_day (archive_id VARCHAR NOT NULL, created_on DATE NOT NULL, language VARCHAR, accounts INTEGER NOT NULL);
COMMENT ON TABLE published_creation_day IS 'Published aggregate: accounts by creation day and language.';
COMMENT ON COLUMN published_creation_day.archive_id IS 'Archive.';
COMMENT ON COLUMN published_creation_day.created_on IS 'UTC day.';
COMMENT ON COLUMN published_creation_day.language IS 'Interface language in lower case; null for the control.';
COMMENT ON COLUMN published_creation_day.accounts IS 'Accounts created that day.';

CREATE TABLE published_creation_clock (archive_id VARCHAR NOT NULL, created_at TIMESTAMP NOT NULL, accounts INTEGER NOT NULL);
COMMENT ON TABLE published_creation_clock IS 'Published aggregate: accounts with a decodable id by five minutes of creation.';
COMMENT ON COLUMN published_creation_clock.archive_id IS 'Archive.';
COMMENT ON COLUMN published_creation_clock.created_at IS 'UTC start of the five minutes.';
COMMENT ON COLUMN published_creation_clock.accounts IS 'Accounts created in the five minutes.';

CREATE TABLE published_profile_quantile (archive_id VARCHAR NOT NULL, measure VARCHAR NOT NULL, percentile INTEGER, value DOUBLE NOT NULL);
COMMENT ON TABLE published_profile_quantile IS 'Published aggregate: quantiles of follower and following counts, and the share of hashed ids.';
COMMENT ON COLUMN published_profile_quantile.archive_id IS 'Archive.';
COMMENT ON COLUMN published_profile_quantile.measure IS 'follower_count, following_count or hashed_id_share.';
COMMENT ON COLUMN published_profile_quantile.percentile IS '0 to 100; null for a share.';
COMMENT ON COLUMN published_profile_quantile.value IS 'Accounts, or a share of 1.';

CREATE TABLE published_post_hour (archive_id VARCHAR NOT NULL, language VARCHAR NOT NULL, posted_on DATE NOT NULL, hour INTEGER NOT NULL, posts INTEGER NOT NULL);
COMMENT ON TABLE published_post_hour IS 'Published aggregate: posts by Hong Kong day and hour (a subset of the archive''s posts).';
COMMENT ON COLUMN published_post_hour.archive_id IS 'Archive.';
COMMENT ON COLUMN published_post_hour.language IS 'en or zh.';
COMMENT ON COLUMN published_post_hour.posted_on IS 'Hong Kong day.';
COMMENT ON COLUMN published_post_hour.hour IS 'Hong Kong hour, 0 to 23.';
COMMENT ON COLUMN published_post_hour.posts IS 'Posts in that hour.';

CREATE TABLE reported_number (
    archive_id VARCHAR NOT NULL,
    measure VARCHAR NOT NULL,
    population VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    unit VARCHAR NOT NULL,
    low DOUBLE,
    high DOUBLE,
    definition VARCHAR NOT NULL,
    version VARCHAR NOT NULL,
    derived BOOLEAN NOT NULL,
    source VARCHAR NOT NULL,
    locator VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    note VARCHAR NOT NULL
);
COMMENT ON TABLE reported_number IS 'One row for each number that others published after reading real records (workflow/resources/reported), of all archives.';
COMMENT ON COLUMN reported_number.archive_id IS 'Archives that the number is about, joined by +; empty for a number about no archive of the registry.';
COMMENT ON COLUMN reported_number.measure IS 'Name of a definition, with a point and a key where the definition has keys.';
COMMENT ON COLUMN reported_number.population IS 'What was counted, in the words of whoever read the source.';
COMMENT ON COLUMN reported_number.value IS 'The number as printed; a date, a month, a time or a name where it is one.';
COMMENT ON COLUMN reported_number.unit IS 'Unit of value, low and high.';
COMMENT ON COLUMN reported_number.low IS 'Lower end of what the words or the chart of the source allow; null where the number is exact.';
COMMENT ON COLUMN reported_number.high IS 'Upper end of it.';
COMMENT ON COLUMN reported_number.definition IS 'What the measure is.';
COMMENT ON COLUMN reported_number.version IS 'Download of the files that the source read: 2019, 2020, unknown, or any where it makes no difference.';
COMMENT ON COLUMN reported_number.derived IS 'Whether the number follows by arithmetic from printed numbers, or was counted in the data of a chart.';
COMMENT ON COLUMN reported_number.source IS 'Key of the bibliography.';
COMMENT ON COLUMN reported_number.locator IS 'Place in the source.';
COMMENT ON COLUMN reported_number.url IS 'Address of the source.';
COMMENT ON COLUMN reported_number.note IS 'What a reader has to know of the number.';

CREATE TABLE reproduced_number (
    archive_id VARCHAR NOT NULL,
    measure VARCHAR NOT NULL,
    population VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    locator VARCHAR NOT NULL,
    observed VARCHAR,
    agrees VARCHAR,
    observed_provenance VARCHAR
);
COMMENT ON TABLE reproduced_number IS 'One row for each reported number about archives of this study that its records can answer (results/tables/reproduced_numbers.csv).';
COMMENT ON COLUMN reproduced_number.archive_id IS 'As in reported_number.';
COMMENT ON COLUMN reproduced_number.measure IS 'As in reported_number.';
COMMENT ON COLUMN reproduced_number.population IS 'As in reported_number.';
COMMENT ON COLUMN reproduced_number.source IS 'As in reported_number.';
COMMENT ON COLUMN reproduced_number.locator IS 'As in reported_number.';
COMMENT ON COLUMN reproduced_number.observed IS 'What this study counts; null where it has no records to count.';
COMMENT ON COLUMN reproduced_number.agrees IS 'exactly, within rounding, or no; null where nothing was counted.';
COMMENT ON COLUMN reproduced_number.observed_provenance IS 'Weakest provenance of what was counted: release or aggregate.';

-- Numbers that others published, each replaced by what this study counts where it has the records; `source` is null there.
-- Archives and measures may be patterns of GLOB.
CREATE MACRO published_number(archives, measures, reporter) AS TABLE
    SELECT DISTINCT
        archive_id,
        measure,
        try_cast(coalesce(observed, value) AS DOUBLE) AS value,
        coalesce(observed_provenance, 'reported') AS provenance,
        CASE WHEN observed IS NULL THEN source END AS source
    FROM reported_number
    LEFT JOIN reproduced_number USING (archive_id, measure, population, source, locator)
    WHERE archive_id GLOB archives AND measure GLOB measures AND source = reporter;

CREATE TABLE measure (
    measure VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    value DOUBLE,
    low DOUBLE,
    high DOUBLE,
    p_value DOUBLE,
    p_adjusted DOUBLE,
    family VARCHAR,
    n BIGINT,
    n_unit VARCHAR,
    unit VARCHAR NOT NULL,
    method VARCHAR NOT NULL,
    archives VARCHAR,
    provenance VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    id VARCHAR NOT NULL,
    PRIMARY KEY (measure, subject)
);
COMMENT ON TABLE measure IS 'One row for each number that the study reports (results/measures.csv).';
COMMENT ON COLUMN measure.measure IS 'Name of the measure: topic.name.';
COMMENT ON COLUMN measure.subject IS 'Population or series that was measured.';
COMMENT ON COLUMN measure.value IS 'The number, six significant digits.';
COMMENT ON COLUMN measure.low IS 'Lower end of the interval.';
COMMENT ON COLUMN measure.high IS 'Upper end of the interval.';
COMMENT ON COLUMN measure.p_value IS 'p-value of the test that the method names; null if there is no valid test.';
COMMENT ON COLUMN measure.p_adjusted IS 'p-value after Holm''s correction over its family.';
COMMENT ON COLUMN measure.family IS 'Family of tests over which the p-value is corrected; tests on simulated and on real records are in separate families.';
COMMENT ON COLUMN measure.n IS 'Number of units of evidence.';
COMMENT ON COLUMN measure.n_unit IS 'What n counts.';
COMMENT ON COLUMN measure.unit IS 'Unit of value, low and high.';
COMMENT ON COLUMN measure.method IS 'Estimator, interval and test in words.';
COMMENT ON COLUMN measure.archives IS 'Archives of the populations that the number rests on, joined by +; which of their records, the method says.';
COMMENT ON COLUMN measure.provenance IS 'Weakest provenance of the data behind the number: release, aggregate, reported or replica, from strongest to weakest.';
COMMENT ON COLUMN measure.rule IS 'Rule of the workflow that computed the number.';
COMMENT ON COLUMN measure.id IS 'Name of the number''s page, results/audit/numbers/<id>.html.';
