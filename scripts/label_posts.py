"""Label the posts of an archive with the listed terms and outlets that occur in them."""

from takedown.content.labels import label_posts
from takedown.content.terms import STATE_MEDIA, load_outlets, load_terms
from takedown.core.log import start_log

log = start_log(snakemake.log[0])
params = snakemake.params
rows = label_posts(
    snakemake.input.records,
    params.archive_id,
    [term for term in load_terms(snakemake.input.terms) if term.list in params.lists],
    load_outlets(snakemake.input.outlets) if STATE_MEDIA in params.lists else [],
    snakemake.output.post_term,
    shard=(int(params.shard), params.shards),
    threads=snakemake.threads,
    memory_mb=params.memory_mb,
)
log.info("found %d listed terms and outlets in the posts of %s", rows, params.archive_id)
