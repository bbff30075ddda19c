"""Label posts with the listed terms and outlets that occur in them."""

import re
from collections.abc import Iterable
from glob import escape
from pathlib import Path

from takedown.content.terms import STATE_MEDIA, Outlet, Term
from takedown.core.database import open_records, read_sql
from takedown.core.working_folder import whole_file

FULL_WIDTH = "[０-９＠-Ｚ＿ａ-ｚ]"
#: Pattern that matches no text, for a study without outlets.
NOTHING = r"[^\s\S]"
#: Part of a link before the listed domain: scheme, user name with password, subdomains.
BEFORE_DOMAIN = r"^(?:https?://)?(?:[^/?#@]*@)?(?:[^/?#:@.]+\.)*?"


def label_posts(
    records: Iterable[str | Path],
    archive_id: str,
    terms: Iterable[Term],
    outlets: Iterable[Outlet],
    path: str | Path,
    *,
    shard: tuple[int, int] = (0, 1),
    threads: int = 1,
    memory_mb: int = 700,
) -> int:
    """Write the table `post_term` of one archive as Parquet, ordered by post, list and term; return its number of rows.

    `records` are the record files of the archive's posts, as for `takedown.core.database.open_records`. `shard` is the
    number of a shard, from 0, and the number of shards; each post belongs to one. Terms are searched in texts and
    hashtags, in any case and width of letters. Outlets are searched in the domains of links, subdomains included, and in
    handles: `@handle`, and `rt @handle` at the beginning of a repost.
    """
    terms, outlets = list(terms), list(outlets)
    with (
        whole_file(path) as whole,
        open_records(records, utc_offset_hours=0, threads=threads, memory_mb=memory_mb) as connection,
    ):
        connection.execute(read_sql("content/labels/macros.sql"))
        number, shards = shard
        for table in ("post", "post_hashtag", "post_url"):
            connection.execute(
                f"CREATE TEMP VIEW shard_{table} AS FROM {table} WHERE hash(post_id) % {shards:d} = {number:d}"
            )
        sought, named = sought_terms(terms), sought_outlets(outlets)
        # As tables, DuckDB can write them to disk; within one query they would have to fit in memory.
        for table, parameter in (("worded", "any_word"), ("found_in_wording", "terms")):
            query = read_sql(f"content/labels/{table}.sql")
            connection.execute(f"CREATE TEMP TABLE {table} AS {query}", {parameter: sought[parameter]})
        labels = connection.sql(
            read_sql("content/labels/post_term.sql"),
            params={"archive_id": archive_id, "outlet_list": STATE_MEDIA} | named,
        )
        labels.write_parquet(str(whole), compression="zstd")
        ((rows,),) = connection.read_parquet(escape(str(whole))).count("*").fetchall()
    return rows


def sought_terms(terms: Iterable[Term]) -> dict:
    """Return the parameters $terms and $any_word of the queries that search terms.

    A term that counts as whole words is searched with a space on each side in the output of the macro word_line, any
    other term in the plain text. The pattern $any_word matches every text with a term of words, and some others.
    """
    terms = list(terms)
    patterns = ["[^a-z0-9_]+".join(map(re.escape, term.text.split(" "))) for term in terms]
    return {
        "any_word": "|".join([*dict.fromkeys(patterns), FULL_WIDTH]),
        "terms": [
            {**vars(term), "sought": f" {term.text} " if term.is_word else term.text} for term in terms
        ],
    }


def sought_outlets(outlets: Iterable[Outlet]) -> dict:
    """Return the patterns $any_outlet, $handle, $repost and $domain of post_term.sql."""
    outlets = list(outlets)
    handles = "|".join(handle for outlet in outlets for handle in outlet.handles) or NOTHING
    domains = "|".join(re.escape(domain) for outlet in outlets for domain in outlet.domains) or NOTHING
    return {
        "any_outlet": f"@(?:{handles})|{FULL_WIDTH}",
        "handle": rf"(?:^|[^a-z0-9_])@({handles})\b",
        "repost": rf"^rt @({handles})\b",
        "domain": rf"{BEFORE_DOMAIN}({domains})\.?(?:[/:?#]|$)",
    }
