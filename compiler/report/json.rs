//! JSON for programs. Version 1: fields may be added, none is taken away or changed.

use serde_json::{Value, json};

use crate::judge::{Assessment, Item, Num};

/// The whole assessment as a JSON document.
pub fn json(assessment: &Assessment) -> String {
    let mut document = json!({ "version": 1 });
    if let (Value::Object(document), Value::Object(fields)) = (&mut document, gate(assessment)) {
        document.extend(fields);
    }
    format!("{document:#}\n")
}

fn gate(assessment: &Assessment) -> Value {
    json!({
        "gate": assessment.gate,
        "title": assessment.title,
        "pipeline": assessment.pipeline,
        "verdict": assessment.verdict.name(),
        "score": assessment.score.map(bounds),
        "pass": assessment.pass,
        "place": assessment.place,
        "items": assessment.items.iter().map(item).collect::<Vec<_>>(),
        "advice": assessment.advice,
        "notes": assessment.notes,
    })
}

fn item(item: &Item) -> Value {
    json!({
        "id": item.id,
        "role": item.role.name(),
        "verdict": item.verdict.name(),
        "decides": item.decides,
        "asks": item.asks,
        "value": item.value,
        "limit": item.limit,
        "points": item.points.map(|(earned, full)| json!({ "earned": bounds(earned), "of": full })),
        "reasons": item.reasons,
        "place": item.place,
        "gate": item.child.as_deref().map(gate),
    })
}

fn bounds(number: Num) -> Value {
    json!({ "low": number.low, "high": number.high })
}
