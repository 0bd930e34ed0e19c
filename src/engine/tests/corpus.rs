//! The properties of the fuzz targets.

use psrpd_engine::oracle;

#[path = "../../../tests/fuzz/corpus.rs"]
mod corpus;

targets!(oracle: script, completion, conversion, formatter, pattern, binder, evaluator);
