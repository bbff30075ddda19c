"""Label the posts of an archive with the terms and outlets that they hold."""

from takedown.labels import label_posts
from takedown.log import start_log
from takedown.terms import load_outlets, load_terms

log = start_log(snakemake.log[0])
rows = label_posts(
    {table: snakemake.input[table] for table in ("post", "post_hashtag", "post_url")},
    snakemake.params.archive_id,
    load_terms(snakemake.input.terms),
    load_outlets(snakemake.input.outlets),
    snakemake.output.post_term,
    threads=snakemake.threads,
    memory_mb=snakemake.params.memory_mb,
)
log.info("%d terms of the lists stand in posts of %s", rows, snakemake.params.archive_id)
