//! Scales of the activations as rows of dots on one logarithmic axis.

use super::asked::Measured;
use crate::ui::scale::{Scale, ScaleKind, steady};

/// A layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub name: String,
    /// Root mean square.
    pub value: f32,
    /// Of the layer of this name before.
    pub before: Option<f32>,
}

impl Row {
    /// How many times what it was; none where either is nothing.
    pub fn ratio(&self) -> Option<f32> {
        let before = self.before.filter(|before| *before > 0.0)?;
        let ratio = self.value / before;
        (ratio.is_finite() && ratio > 0.0).then_some(ratio)
    }
}

/// The rows in the order of the layers, and their axis.
pub fn rows(now: &Measured, before: Option<&Measured>) -> (Vec<Row>, Scale) {
    let before_of = |name: &str| {
        let layers = &before?.layers;
        let found = layers.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| *value)
    };
    let rows: Vec<Row> = now
        .layers
        .iter()
        .map(|(name, value)| Row {
            name: name.clone(),
            value: *value,
            before: before_of(name),
        })
        .collect();
    let values = rows.iter().flat_map(|row| [Some(row.value), row.before]);
    let axis = steady(values.flatten().map(f64::from), ScaleKind::Log);
    (rows, axis)
}

/// What a layer is: of an encoder or a decoder, or of the only stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    Embedding,
    /// Counted from 1.
    Block(u32),
    Hidden,
}

/// Stack and layer of a name as the engine gives it: `embedding`, `h.0`, `rnn.1`, `encoder.embedding`, `decoder.h.0`, `hidden`.
pub fn layer(name: &str) -> Option<(Option<&str>, Layer)> {
    let (stack, own) = match name.split_once('.') {
        Some((stack @ ("encoder" | "decoder"), own)) => (Some(stack), own),
        _ => (None, name),
    };
    let number = own.rsplit('.').next().and_then(|it| it.parse::<u32>().ok());
    let layer = match (own, number) {
        ("embedding", _) => Layer::Embedding,
        ("hidden", _) => Layer::Hidden,
        (_, Some(number)) => Layer::Block(number.checked_add(1)?),
        _ => return None,
    };
    Some((stack, layer))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labs::model::asked::Start;
    use crate::labs::model::state::tests::playground;

    fn measured(layers: &[(&str, f32)]) -> Measured {
        let named = layers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), *value));
        Measured {
            start: Start::of(&playground()),
            layers: named.collect(),
        }
    }

    #[test]
    fn layers_find_themselves_before_by_name_and_the_axis_holds_both() {
        let now = measured(&[("embedding", 0.03), ("h.0", 0.5), ("h.1", 0.0)]);
        let before = measured(&[("embedding", 0.03), ("h.0", 0.005)]);
        let (rows, axis) = rows(&now, Some(&before));
        let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, ["embedding", "h.0", "h.1"]);
        assert_eq!(rows[1].before, Some(0.005));
        assert_eq!(rows[2].before, None);
        assert!((rows[1].ratio().unwrap() - 100.0).abs() < 1e-3);
        assert_eq!(rows[2].ratio(), None);
        assert!(axis.low <= 0.005 && axis.high >= 0.5);
        // On the edge, not outside: a layer that hands on nothing has no place on such an axis.
        assert_eq!(axis.place(0.0), 0.0);
        let places: Vec<f64> = rows
            .iter()
            .map(|row| axis.place(f64::from(row.value)))
            .collect();
        assert!(places[0] < places[1]);
    }

    #[test]
    fn names_of_the_engine_are_told_apart() {
        assert_eq!(layer("embedding"), Some((None, Layer::Embedding)));
        assert_eq!(layer("h.0"), Some((None, Layer::Block(1))));
        assert_eq!(layer("rnn.2"), Some((None, Layer::Block(3))));
        assert_eq!(layer("hidden"), Some((None, Layer::Hidden)));
        let encoder = Some("encoder");
        assert_eq!(
            layer("encoder.embedding"),
            Some((encoder, Layer::Embedding))
        );
        assert_eq!(layer("encoder.h.1"), Some((encoder, Layer::Block(2))));
        assert_eq!(layer("decoder.0"), Some((Some("decoder"), Layer::Block(1))));
        assert_eq!(layer("something"), None);
    }
}
