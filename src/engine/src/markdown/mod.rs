//! Markdown as `ConvertFrom-Markdown` makes HTML and text of it.

mod html;
mod text;

pub(crate) use html::html;
pub(crate) use text::text;
