//! The `switch` statement.

use psrpd_dotnet::{collation, regex::Options};

use super::{Flow, Output, R, Runspace, stmt::is_mine};
use crate::{
    convert,
    ir::{Expr, Switch},
    ops::patterns,
    types,
    value::{Enumerator, Items, Value, items_or_one},
};

impl Runspace {
    pub(super) fn run_switch(&mut self, switch: &Switch, out: &mut dyn Output) -> R<()> {
        let span = if switch.flags.file { None } else { self.span_of(&switch.condition)? };
        let condition = if span.is_none() { self.source_of(&switch.condition)? } else { Value::Null };
        let mut of = types::array_enumerator();
        let items = if let Some(span) = span {
            of = types::known(span.enumerator());
            Items::Span(span)
        } else if switch.flags.file {
            let path = self.text(&condition)?;
            let full = crate::providers::file_path(self, &path)?;
            if self.platform.stat(&full).is_err() {
                return Err(crate::providers::Problem::Missing(full).flow());
            }
            crate::providers::read_lines(self, &path)?.into()
        } else {
            items_or_one(condition)
        };
        let name = super::Automatic::Switch.name();
        let saved = self.lookup(name);
        let enumerator = std::sync::Arc::new(Enumerator::new(of, items));
        self.set_automatic(name, Value::Object(enumerator.clone()))?;
        let underscore = self.take_underscore();
        let mut result = Ok(());
        while let Some(item) = enumerator.advance() {
            match self.switch_item(switch, &item, out) {
                Ok(()) => {}
                Err(Flow::Break(to)) if is_mine(switch.label.as_ref(), to.as_deref()) => break,
                Err(Flow::Continue(to)) if is_mine(switch.label.as_ref(), to.as_deref()) => {}
                Err(flow) => {
                    result = Err(flow);
                    break;
                }
            }
        }
        self.restore_underscore(underscore);
        self.set_automatic(name, saved.unwrap_or_default())?;
        result
    }

    fn switch_item(&mut self, switch: &Switch, item: &Value, out: &mut dyn Output) -> R<()> {
        self.check_stop()?;
        let mut matched = false;
        for (test, body) in &switch.clauses {
            self.set_underscore(item.clone());
            if self.switch_test(switch, test, item)? {
                matched = true;
                self.set_underscore(item.clone());
                self.run_block(body, out)?;
            }
        }
        if !matched && let Some(body) = &switch.default {
            self.set_underscore(item.clone());
            self.run_block(body, out)?;
        }
        Ok(())
    }

    fn switch_test(&mut self, switch: &Switch, test: &Expr, item: &Value) -> R<bool> {
        self.position = test.extent;
        let value = self.eval(test)?;
        let ignore_case = !switch.flags.case_sensitive;
        if let Some(block) = self.as_block(&value) {
            let results = self.call_block_with(&block, Some(item.clone()), &[])?;
            return Ok(convert::to_bool(&Value::collected(results)));
        }
        if switch.flags.regex {
            let regex = if value.downcast::<types::regex::RegexObject>().is_some() {
                patterns::regex(self, &value, ignore_case)?
            } else {
                let pattern = self.text(&value)?;
                let options = Options { ignore_case, ..Options::default() };
                self.regex(&pattern, options).map_err(|_| patterns::invalid_pattern(&pattern))?
            };
            let subject = self.text(item)?;
            let found = self.find_match(&regex, &subject, 0)?;
            if let Some(found) = &found {
                patterns::set_matches(self, &regex, &subject, found)?;
            }
            return Ok(found.is_some());
        }
        if switch.flags.wildcard {
            let pattern = self.text(&value)?;
            let subject = self.text(item)?;
            return Ok(patterns::wildcard(&pattern, ignore_case)?.is_match(&subject));
        }
        if value.is_null() {
            return Ok(item.is_null());
        }
        // What is tested and what is expected are compared as texts.
        let (expected, subject) = (self.text(&value)?, self.text(item)?);
        Ok(collation::eq(&subject, &expected, ignore_case))
    }
}
