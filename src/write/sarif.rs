//! Findings as SARIF 2.1.0, which code hosts and editors show beside the file.
//! Source: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0.

use serde_json::{Value, json};

use crate::disclosure::{Check, Disclosure, Verdict};
use crate::grammar::Identities;

/// The findings of some disclosures, each with its file, as one SARIF log. Consequences of a finding are not repeated.
pub fn sarif(disclosures: &[(String, Disclosure)], identities: &Identities) -> Value {
    let rules = identities.rules.iter().map(|rule| (&rule.code, &rule.en, &rule.zh));
    let written = identities.identities.iter().map(|identity| (&identity.code, &identity.en, &identity.zh));
    let rules: Vec<Value> = rules
        .chain(written)
        .map(|(code, en, zh)| json!({ "id": code, "shortDescription": { "text": en }, "fullDescription": { "text": zh } }))
        .collect();
    let results: Vec<Value> = disclosures
        .iter()
        .flat_map(|(_, disclosure)| {
            disclosure.checks.iter().filter(|check| check.because_of.is_none()).map(|check| result(check, disclosure))
        })
        .collect();
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
    let mut physical = json!({ "artifactLocation": { "uri": disclosure.source.file } });
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
