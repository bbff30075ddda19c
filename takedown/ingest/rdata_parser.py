"""The private part of rdata that this study uses: its parser of R's binary form (XDR).

`takedown.ingest.r_data` overrides how it reads vectors, since rdata itself makes an object of each of millions of strings.
Tried with rdata 1.1.0.
"""

from takedown.core.errors import missing_part

TRIED = "1.1.0"

try:
    from rdata.parser._xdr import ParserXDR
except ImportError as error:
    raise missing_part("rdata", "rdata.parser._xdr.ParserXDR", TRIED) from error

# Without these the override would not be called, or could not read.
for part in ("_parse_vector_value", "parse_int", "parse_R_object", "parse_all"):
    if not hasattr(ParserXDR, part):
        raise missing_part("rdata", f"rdata.parser._xdr.ParserXDR.{part}", TRIED)

__all__ = ["ParserXDR"]
