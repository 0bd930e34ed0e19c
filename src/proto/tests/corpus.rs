//! The properties of the fuzz targets.

use psrp_proto::oracle;

#[path = "../../../tests/fuzz/corpus.rs"]
mod corpus;

targets!(oracle: framing, fragments, message, pools);
