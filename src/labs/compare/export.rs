//! A comparison as a table for other programs: one measurement a line.

use super::chart::{Measure, left_out, measured};
use super::record::Record;

/// Comma-separated values (RFC 4180) with a head. Numbers have a point and every digit they were kept with.
pub fn csv(record: &Record, names: &[String], differences: &[String]) -> String {
    let mut text = String::from("entry,name,difference,step,tokens,flops,seconds,measure,value\n");
    for (index, track) in record.tracks.iter().enumerate() {
        let named = |texts: &[String]| quoted(texts.get(index).map_or("", |text| text));
        let head = format!("{},{},{}", index + 1, named(names), named(differences));
        let told = |measure: &Measure| left_out(record, index, *measure).is_none();
        for measure in Measure::ALL.into_iter().filter(told) {
            for (at, value) in measured(track, measure) {
                text.push_str(&format!(
                    "{head},{},{},{},{},{},{value}\n",
                    at.step,
                    at.tokens,
                    at.flops,
                    at.secs,
                    quoted(measure.key())
                ));
            }
        }
    }
    text
}

/// In quotes where it needs them.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::super::record::tests::{prepared, record, trained, validated};
    use super::*;

    #[test]
    fn every_measurement_is_a_line_that_other_programs_read() {
        let mut record = record(2);
        record.apply(&prepared(0, true));
        record.apply(&prepared(1, false));
        record.apply(&trained(0, 10, 2.5));
        record.apply(&validated(1, 20, 1.25));
        let names = ["brave fern".to_owned(), "calm, \"old\" oak".to_owned()];
        let text = csv(&record, &names, &[]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[1],
            "1,brave fern,,10,1000,10000000,5,\"training loss, nats per token\",2.5"
        );
        let validation = "2,\"calm, \"\"old\"\" oak\",,20,2000,20000000,10,\"validation loss, nats per token\",1.25";
        assert!(lines.contains(&validation), "{text}");
        // loss and norm of training; the loss alone of an objective that has neither perplexity nor bits per byte
        assert_eq!(lines.len(), 1 + 2 + 1);
    }
}
