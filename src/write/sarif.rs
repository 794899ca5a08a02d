//! Findings as SARIF 2.1.0, which code hosts and editors show beside the file.
//! Source: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::disclosure::{Check, Disclosure, Verdict};
use crate::grammar::Identities;

/// What a URI writes otherwise in the name of a file.
const NOT_IN_NAMES: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The findings of some disclosures as one SARIF log. Consequences of a finding are not repeated.
pub fn sarif<'d>(disclosures: impl Iterator<Item = &'d Disclosure>, identities: &Identities) -> Value {
    let rule = |(code, zh, en)| json!({ "id": code, "shortDescription": { "text": en }, "fullDescription": { "text": zh } });
    let rules: Vec<Value> = identities.described().map(rule).collect();
    let findings = |disclosure: &'d Disclosure| {
        disclosure.checks.iter().filter(|check| check.is_finding()).map(move |check| result(check, disclosure))
    };
    let results: Vec<Value> = disclosures.flat_map(findings).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "gongkai", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results
        }]
    })
}

fn result(check: &Check, disclosure: &Disclosure) -> Value {
    let level = match check.verdict {
        Verdict::Publication => "error",
        Verdict::Extraction | Verdict::IncompleteSource => "warning",
        Verdict::Rounding => "note",
    };
    let mut physical = json!({ "artifactLocation": { "uri": utf8_percent_encode(&disclosure.source.file, NOT_IN_NAMES).to_string() } });
    // A page is no line: it goes into the logical location.
    if let (Some(line), Some(physical)) = (check.place.as_ref().and_then(|place| place.line), physical.as_object_mut()) {
        physical.insert("region".to_owned(), json!({ "startLine": line }));
    }
    let page = check.place.as_ref().and_then(|place| place.page);
    let name = page.map_or_else(|| check.scope.clone(), |page| format!("{} (page {page})", check.scope));
    json!({
        "ruleId": check.identity,
        "level": level,
        "message": { "text": format!("{}\n{}", check.message, check.message_zh) },
        "locations": [{ "physicalLocation": physical, "logicalLocations": [{ "fullyQualifiedName": name }] }],
        "properties": { "verdict": check.verdict, "scope": check.scope, "suggestion": check.suggestion }
    })
}
