//! JSON Schema, as far as `Test-Json` needs it: the drafts 6 to 2020-12 without remote references.

use psrpd_dotnet::regex::{Options, Regex};

use super::{Escapes, Node, to_text};

/// What does not fit, and where (a JSON pointer).
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) message: String,
    pub(crate) place: String,
}

/// Why a schema cannot be used.
pub(crate) type BadSchema = String;

/// How deeply schemas may refer to each other.
const MOST_DEPTH: usize = 200;

/// Checks a value: whether it fits, and the messages of the schema itself and of those one level below.
///
/// # Errors
/// A schema that is none, or that asks for what is not here.
pub(crate) fn validate(schema: &Node, value: &Node) -> Result<(bool, Vec<Failure>), BadSchema> {
    let outcome = Validator { root: schema }.check(schema, value, "", 0)?;
    let mut failures = outcome.failures;
    let valid = outcome.valid;
    for detail in outcome.details.into_iter().filter(|detail| !detail.valid) {
        failures.extend(detail.failures);
    }
    Ok((valid, if valid { Vec::new() } else { failures }))
}

struct Outcome {
    valid: bool,
    failures: Vec<Failure>,
    details: Vec<Self>,
}

impl Outcome {
    fn new() -> Self {
        Self { valid: true, failures: Vec::new(), details: Vec::new() }
    }

    fn fail(&mut self, message: impl Into<String>, place: &str) {
        self.valid = false;
        self.failures.push(Failure { message: message.into(), place: place.into() });
    }

    /// Takes over the outcome of a schema below that must hold.
    fn below(&mut self, detail: Self) {
        self.valid &= detail.valid;
        self.details.push(detail);
    }
}

struct Validator<'s> {
    root: &'s Node,
}

/// The JSON type of a value, as schemas call it.
fn kind(value: &Node) -> &'static str {
    match value {
        Node::Null => "null",
        Node::Bool(_) => "boolean",
        Node::Int(_) | Node::Big(_) => "integer",
        Node::Float(n) if n.fract() == 0.0 => "integer",
        Node::Float(_) | Node::Digits(_) => "number",
        Node::Text(_) => "string",
        Node::Array(_) => "array",
        Node::Object(_) => "object",
    }
}

fn number(value: &Node) -> Option<f64> {
    match value {
        Node::Int(n) => Some(psrpd_dotnet::cast::double(*n)),
        Node::Big(n) => num_traits::ToPrimitive::to_f64(n),
        Node::Float(n) => Some(*n),
        _ => None,
    }
}

fn shown(value: &Node) -> String {
    match value {
        Node::Float(n) => psrpd_dotnet::number_format::round_trip(*n),
        _ => to_text(value, true, Escapes::Default).to_string(),
    }
}

fn same(a: &Node, b: &Node) -> bool {
    match (a, b) {
        (Node::Object(x), Node::Object(y)) => {
            x.len() == y.len() && x.iter().all(|(name, value)| b.get(name).is_some_and(|other| same(value, other)))
        }
        (Node::Array(x), Node::Array(y)) => x.len() == y.len() && x.iter().zip(y).all(|(x, y)| same(x, y)),
        _ => match (number(a), number(b)) {
            (Some(x), Some(y)) => x == y,
            _ => a == b,
        },
    }
}

fn count(limit: &Node) -> Option<usize> {
    number(limit).map(|n| psrpd_dotnet::cast::index(psrpd_dotnet::cast::truncate(n)))
}

fn regex(pattern: &str) -> Result<Regex, BadSchema> {
    Regex::new(pattern, Options::default()).map_err(|_| format!("The pattern '{pattern}' is not valid."))
}

/// Whether a text matches a pattern.
fn fits(pattern: &Regex, text: &str) -> Result<bool, BadSchema> {
    pattern.is_match(text).map_err(|_| format!("Matching '{text}' takes too long."))
}

impl<'s> Validator<'s> {
    fn check(&self, schema: &'s Node, value: &Node, place: &str, depth: usize) -> Result<Outcome, BadSchema> {
        let mut outcome = Outcome::new();
        if depth > MOST_DEPTH {
            return Err("The schema refers to itself too often.".into());
        }
        let keywords = match schema {
            Node::Bool(true) => return Ok(outcome),
            Node::Bool(false) => {
                outcome.fail("All values fail against the false schema", place);
                return Ok(outcome);
            }
            Node::Object(keywords) => keywords,
            _ => return Err("The schema must be an object or a Boolean.".into()),
        };
        for (keyword, argument) in keywords {
            let all = Keyword { schema, argument, value, place, depth: depth.saturating_add(1) };
            match keyword.as_str() {
                "$ref" | "$dynamicRef" => {
                    let target = self.resolve(argument)?;
                    outcome.below(self.check(target, value, place, all.depth)?);
                }
                "unevaluatedItems" | "unevaluatedProperties" => {
                    return Err(format!("The keyword '{keyword}' is not available in the native engine."));
                }
                _ => {
                    simple(keyword, &all, &mut outcome)?;
                    self.applicators(keyword, &all, &mut outcome)?;
                }
            }
        }
        Ok(outcome)
    }

    /// The schema that a reference inside the document means.
    fn resolve(&self, reference: &Node) -> Result<&'s Node, BadSchema> {
        let Node::Text(reference) = reference else { return Err("A reference must be a string.".into()) };
        let missing = || format!("Could not resolve '{reference}'.");
        let pointer = reference.strip_prefix('#').ok_or_else(missing)?;
        let mut found = self.root;
        for part in pointer.split('/').skip(1) {
            let part = part.replace("~1", "/").replace("~0", "~").replace("%25", "%");
            found = match found {
                Node::Array(items) => part.parse::<usize>().ok().and_then(|at| items.get(at)),
                other => other.get(&part),
            }
            .ok_or_else(missing)?;
        }
        Ok(found)
    }

    /// The keywords that apply schemas to the value or to parts of it.
    fn applicators(&self, keyword: &str, all: &Keyword<'s, '_>, outcome: &mut Outcome) -> Result<(), BadSchema> {
        let Keyword { argument, value, place, depth, .. } = *all;
        match (keyword, argument) {
            ("allOf", Node::Array(schemas)) => {
                for schema in schemas {
                    outcome.below(self.check(schema, value, place, depth)?);
                }
            }
            ("anyOf" | "oneOf", Node::Array(schemas)) => {
                let mut details = Vec::new();
                for schema in schemas {
                    details.push(self.check(schema, value, place, depth)?);
                }
                let fitting = details.iter().filter(|detail| detail.valid).count();
                if keyword == "oneOf" && fitting != 1 {
                    outcome.fail(format!("Expected 1 matching subschema but found {fitting}"), place);
                }
                outcome.valid &= if keyword == "oneOf" { fitting == 1 } else { fitting > 0 };
                outcome.details.extend(details);
            }
            ("not", schema) => outcome.valid &= !self.check(schema, value, place, depth)?.valid,
            ("if", schema) => {
                let branch = if self.check(schema, value, place, depth)?.valid { "then" } else { "else" };
                if let Some(schema) = all.schema.get(branch) {
                    outcome.below(self.check(schema, value, place, depth)?);
                }
            }
            ("dependentSchemas" | "dependencies", Node::Object(list)) => {
                for (name, schema) in list.iter().filter(|(_, schema)| !matches!(schema, Node::Array(_))) {
                    if value.get(name).is_some() {
                        outcome.below(self.check(schema, value, place, depth)?);
                    }
                }
            }
            _ => match value {
                Node::Object(members) => self.members(keyword, all, members, outcome)?,
                Node::Array(items) => self.items(keyword, all, items, outcome)?,
                _ => {}
            },
        }
        Ok(())
    }

    fn members(
        &self,
        keyword: &str,
        all: &Keyword<'s, '_>,
        members: &[(psrpd_dotnet::Str, Node)],
        outcome: &mut Outcome,
    ) -> Result<(), BadSchema> {
        let Keyword { argument, place, depth, .. } = *all;
        let below = |name: &str| format!("{place}/{}", name.replace('~', "~0").replace('/', "~1"));
        match (keyword, argument) {
            ("properties", Node::Object(schemas)) => {
                for (name, schema) in schemas {
                    if let Some(value) = all.value.get(name) {
                        outcome.below(self.check(schema, value, &below(name), depth)?);
                    }
                }
            }
            ("patternProperties", Node::Object(schemas)) => {
                for (pattern, schema) in schemas {
                    let regex = regex(pattern)?;
                    for (name, value) in members {
                        if fits(&regex, name)? {
                            outcome.below(self.check(schema, value, &below(name), depth)?);
                        }
                    }
                }
            }
            ("additionalProperties", schema) => {
                let patterns = match all.schema.get("patternProperties") {
                    Some(Node::Object(list)) => list.iter().map(|(p, _)| regex(p)).collect::<Result<Vec<_>, _>>()?,
                    _ => Vec::new(),
                };
                let named = all.schema.get("properties");
                for (name, value) in members {
                    let mut is_known = named.is_some_and(|named| named.get(name).is_some());
                    for pattern in &patterns {
                        is_known = is_known || fits(pattern, name)?;
                    }
                    if !is_known {
                        outcome.below(self.check(schema, value, &below(name), depth)?);
                    }
                }
            }
            ("propertyNames", schema) => {
                for (name, _) in members {
                    outcome.below(self.check(schema, &Node::Text(name.clone()), &below(name), depth)?);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn items(
        &self,
        keyword: &str,
        all: &Keyword<'s, '_>,
        items: &[Node],
        outcome: &mut Outcome,
    ) -> Result<(), BadSchema> {
        let Keyword { argument, place, depth, .. } = *all;
        let skipped = match (keyword, all.schema.get("prefixItems"), all.schema.get("items")) {
            ("items", Some(Node::Array(first)), _) | ("additionalItems", _, Some(Node::Array(first))) => first.len(),
            _ => 0,
        };
        match (keyword, argument) {
            ("prefixItems" | "items", Node::Array(schemas)) => {
                for (at, (schema, item)) in schemas.iter().zip(items).enumerate() {
                    outcome.below(self.check(schema, item, &format!("{place}/{at}"), depth)?);
                }
            }
            ("additionalItems", _) if !matches!(all.schema.get("items"), Some(Node::Array(_))) => {}
            ("items" | "additionalItems", schema) => {
                for (at, item) in items.iter().enumerate().skip(skipped) {
                    outcome.below(self.check(schema, item, &format!("{place}/{at}"), depth)?);
                }
            }
            ("contains", schema) => {
                let mut fitting = 0_usize;
                for (at, item) in items.iter().enumerate() {
                    let detail = self.check(schema, item, &format!("{place}/{at}"), depth)?;
                    fitting = fitting.saturating_add(usize::from(detail.valid));
                    outcome.details.push(detail);
                }
                let least = all.schema.get("minContains").and_then(count).unwrap_or(1);
                if fitting < least {
                    outcome.fail(format!("Value should contain at least {least} matching items"), place);
                }
                if let Some(most) = all.schema.get("maxContains").and_then(count).filter(|most| fitting > *most) {
                    outcome.fail(format!("Value should contain at most {most} matching items"), place);
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// A keyword of a schema, and what it is applied to.
#[derive(Clone, Copy)]
struct Keyword<'s, 'v> {
    schema: &'s Node,
    argument: &'s Node,
    value: &'v Node,
    place: &'v str,
    depth: usize,
}

/// The keywords that look at the value alone.
fn simple(keyword: &str, all: &Keyword<'_, '_>, outcome: &mut Outcome) -> Result<(), BadSchema> {
    let Keyword { argument, value, place, .. } = *all;
    match keyword {
        "type" => types(argument, value, place, outcome)?,
        "enum" => {
            if let Node::Array(list) = argument
                && !list.iter().any(|item| same(item, value))
            {
                outcome.fail("Value should match one of the values specified by the enum", place);
            }
        }
        "const" if !same(argument, value) => {
            outcome.fail(format!("Expected \"{}\"", shown(argument).replace('"', "\\u0022")), place);
        }
        "required" => {
            if let (Node::Array(names), Node::Object(_)) = (argument, value) {
                let missing: Vec<Node> = names
                    .iter()
                    .filter(|name| matches!(name, Node::Text(name) if value.get(name).is_none()))
                    .cloned()
                    .collect();
                if !missing.is_empty() {
                    outcome
                        .fail(format!("Required properties {} are not present", shown(&Node::Array(missing))), place);
                }
            }
        }
        "dependentRequired" | "dependencies" => {
            let mut missing = Vec::new();
            if let Node::Object(list) = argument {
                for (name, needs) in list.iter().filter(|(name, _)| value.get(name).is_some()) {
                    let Node::Array(needs) = needs else { continue };
                    let absent = |need: &&Node| matches!(need, Node::Text(need) if value.get(need).is_none());
                    let absent: Vec<Node> = needs.iter().filter(absent).cloned().collect();
                    if !absent.is_empty() {
                        missing.push((name.clone(), Node::Array(absent)));
                    }
                }
            }
            if !missing.is_empty() {
                let missing = shown(&Node::Object(missing));
                outcome.fail(format!("Some required property dependencies are missing: {missing}"), place);
            }
        }
        _ => {
            numbers(keyword, all, outcome);
            sizes(keyword, all, outcome)?;
        }
    }
    Ok(())
}

fn types(wanted: &Node, value: &Node, place: &str, outcome: &mut Outcome) -> Result<(), BadSchema> {
    const KINDS: [&str; 7] = ["object", "array", "boolean", "string", "number", "integer", "null"];
    let names: Vec<String> = match wanted {
        Node::Text(name) => vec![name.to_string()],
        Node::Array(names) => names
            .iter()
            .filter_map(|name| if let Node::Text(name) = name { Some(name.to_string()) } else { None })
            .collect(),
        _ => Vec::new(),
    };
    if let Some(unknown) = names.iter().find(|name| !KINDS.contains(&name.as_str())) {
        return Err(format!("Could not find appropriate value for {unknown} in type SchemaValueType"));
    }
    let have = kind(value);
    if !names.iter().any(|name| name == have || name == "number" && have == "integer") {
        outcome.fail(format!("Value is \"{have}\" but should be \"{}\"", names.join(", ")), place);
    }
    Ok(())
}

fn numbers(keyword: &str, all: &Keyword<'_, '_>, outcome: &mut Outcome) {
    let (Some(have), Some(limit)) = (number(all.value), number(all.argument)) else { return };
    let (bad, words) = match keyword {
        "multipleOf" => ((have / limit).fract() != 0.0, "be a multiple of"),
        "maximum" => (have > limit, "be at most"),
        "exclusiveMaximum" => (have >= limit, "be less than"),
        "minimum" => (have < limit, "be at least"),
        "exclusiveMinimum" => (have <= limit, "be greater than"),
        _ => return,
    };
    if bad {
        outcome.fail(format!("{} should {words} {}", shown(all.value), shown(all.argument)), all.place);
    }
}

fn sizes(keyword: &str, all: &Keyword<'_, '_>, outcome: &mut Outcome) -> Result<(), BadSchema> {
    let place = all.place;
    let (have, of) = match (keyword, all.value, all.argument) {
        ("pattern", Node::Text(text), Node::Text(pattern)) => {
            if !fits(&regex(pattern)?, text)? {
                outcome.fail("The string value is not a match for the indicated regular expression", place);
            }
            return Ok(());
        }
        ("uniqueItems", Node::Array(items), Node::Bool(true)) => {
            let mut pairs = Vec::new();
            for (at, item) in items.iter().enumerate() {
                let repeats =
                    items.iter().enumerate().skip(at.saturating_add(1)).filter(|(_, other)| same(item, other));
                pairs.extend(repeats.map(|(other, _)| format!("({at}, {other})")));
            }
            if !pairs.is_empty() {
                let pairs = pairs.join(", ");
                outcome.fail(format!("Found duplicates at the following index pairs: \"{pairs}\""), place);
            }
            return Ok(());
        }
        ("maxLength" | "minLength", Node::Text(text), _) => (text.chars().count(), "characters"),
        ("maxItems" | "minItems", Node::Array(items), _) => (items.len(), "items"),
        ("maxProperties" | "minProperties", Node::Object(members), _) => (members.len(), "properties"),
        _ => return Ok(()),
    };
    let Some(limit) = count(all.argument) else { return Ok(()) };
    let (verb, limits) = if keyword.ends_with("Length") { ("be", keyword) } else { ("have", keyword) };
    if limits.starts_with("max") && have > limit {
        outcome.fail(format!("Value should {verb} at most {limit} {of}"), place);
    }
    if limits.starts_with("min") && have < limit {
        outcome.fail(format!("Value should {verb} at least {limit} {of}"), place);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failures(schema: &str, value: &str) -> Vec<String> {
        let read = |text: &str| super::super::read(&text.into(), 64, &|| true).unwrap().unwrap();
        let (_, found) = validate(&read(schema), &read(value)).unwrap();
        found.into_iter().map(|failure| format!("{} at '{}'", failure.message, failure.place)).collect()
    }

    #[test]
    fn messages_of_the_schema_and_of_one_level_below() {
        let schema = r#"{"type":"object","properties":{"a":{"type":"integer"}},"required":["a","b"]}"#;
        assert_eq!(
            failures(schema, r#"{"a":"x"}"#),
            [
                "Required properties [\"b\"] are not present at ''",
                "Value is \"string\" but should be \"integer\" at '/a'",
            ]
        );
        assert_eq!(
            failures(r#"{"oneOf":[{"type":"integer"},{"minimum":1}]}"#, "5"),
            ["Expected 1 matching subschema but found 2 at ''"]
        );
        assert!(
            failures(r##"{"properties":{"a":{"$ref":"#/$defs/x"}},"$defs":{"x":{"type":"null"}}}"##, r#"{"a":1}"#)
                .is_empty()
        );
    }
}
