"""Label posts with the terms and outlets that they hold."""

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
#: What stands before a host in a link: a scheme, a name with its password, subdomains.
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
    """Write table `post_term` of one archive as Parquet, sorted by post, list and term; return its rows.

    `records` are the record files of the archive's posts, as `takedown.core.database.open_records` takes them. `shard` is the
    number of the shard of posts that are looked at, from 0, and how many there are: each post is in one. Terms are sought in texts and hashtags, in
    any case and width of letters; outlets in the domains of links and in handles (`@handle`, and `rt @handle` where
    the text begins with a repost). A domain's subdomains count and other domains that end alike do not.
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
        labels = connection.sql(
            read_sql("content/labels/post_term.sql"),
            params={"archive_id": archive_id, "outlet_list": STATE_MEDIA}
            | sought_terms(terms)
            | sought_outlets(outlets),
        )
        labels.write_parquet(str(whole), compression="zstd")
        ((rows,),) = connection.read_parquet(escape(str(whole))).count("*").fetchall()
    return rows


def sought_terms(terms: Iterable[Term]) -> dict:
    """Return the parameters $terms and $any_word of the queries that seek terms.

    A term of words is sought in the line of words (macro word_line), with a space on each side; any other in the plain
    text. $any_word finds every text in which one of them may stand, and more.
    """
    terms = list(terms)
    patterns = ["[^a-z0-9_]+".join(map(re.escape, term.text.split(" "))) for term in terms]
    return {
        "any_word": "|".join([*dict.fromkeys(patterns), FULL_WIDTH]),
        "terms": [
            {
                "list": term.list,
                "text": term.text,
                "is_word": term.is_word,
                "sought": f" {term.text} " if term.is_word else term.text,
            }
            for term in terms
        ],
    }


def sought_outlets(outlets: Iterable[Outlet]) -> dict:
    """Return the patterns $any_outlet, $handle, $repost and $domain."""
    outlets = list(outlets)
    handles = "|".join(handle for outlet in outlets for handle in outlet.handles) or NOTHING
    domains = "|".join(re.escape(domain) for outlet in outlets for domain in outlet.domains) or NOTHING
    return {
        "any_outlet": f"@(?:{handles})|{FULL_WIDTH}",
        "handle": rf"(?:^|[^a-z0-9_])@({handles})\b",
        "repost": rf"^rt @({handles})\b",
        "domain": rf"{BEFORE_DOMAIN}({domains})\.?(?:[/:?#]|$)",
    }
