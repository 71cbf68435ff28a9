//! Fewer points with the same shape: each bucket of a long curve keeps its lowest and its highest point.
//!
//! A curve of a hundred thousand steps is drawn as a few hundred points; peaks, the thing a person looks for, survive.

/// A point of a curve.
pub type Point = (f64, f64);

/// At most about `2 × buckets` points of `points`, in order. Non-finite values are left out.
pub fn decimate(points: impl ExactSizeIterator<Item = Point>, buckets: usize) -> Vec<Point> {
    let length = points.len();
    let finite = points.filter(|(x, y)| x.is_finite() && y.is_finite());
    if length <= 2 * buckets {
        return finite.collect();
    }
    let width = length.div_ceil(buckets.max(1));
    let mut kept = Vec::with_capacity(2 * buckets + 2);
    let mut bucket: Option<(Point, Point)> = None;
    let mut last = None;
    for (index, point) in finite.enumerate() {
        if index % width == 0 {
            flush(&mut kept, bucket.take());
        }
        bucket = Some(match bucket {
            None => (point, point),
            Some((low, high)) => (
                if point.1 < low.1 { point } else { low },
                if point.1 > high.1 { point } else { high },
            ),
        });
        last = Some(point);
    }
    flush(&mut kept, bucket);
    if let Some(last) = last
        && kept.last() != Some(&last)
    {
        kept.push(last);
    }
    kept
}

fn flush(kept: &mut Vec<Point>, bucket: Option<(Point, Point)>) {
    let Some((low, high)) = bucket else { return };
    let (first, second) = if low.0 <= high.0 {
        (low, high)
    } else {
        (high, low)
    };
    kept.push(first);
    if second != first {
        kept.push(second);
    }
}

/// Exponential moving average with bias correction, as Adam's first moment: early values are not drawn toward zero.
pub fn smooth(values: &[f64], beta: f64) -> Vec<f64> {
    let (mut mean, mut weight) = (0.0, 0.0);
    values
        .iter()
        .map(|&value| {
            if value.is_finite() {
                mean = beta * mean + (1.0 - beta) * value;
                weight = beta * weight + (1.0 - beta);
            }
            if weight > 0.0 { mean / weight } else { value }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_curves_are_kept_whole() {
        let points: Vec<Point> = (0..10).map(|i| (f64::from(i), 1.0)).collect();
        assert_eq!(decimate(points.iter().copied(), 10), points);
    }

    #[test]
    fn a_single_spike_survives() {
        let points: Vec<Point> = (0..100_000)
            .map(|i| (f64::from(i), if i == 54_321 { 99.0 } else { 1.0 }))
            .collect();
        let kept = decimate(points.iter().copied(), 300);
        assert!(kept.len() <= 602);
        assert!(kept.contains(&(54_321.0, 99.0)));
        assert_eq!(kept.last(), points.last());
        assert!(kept.windows(2).all(|pair| pair[0].0 <= pair[1].0));
    }

    #[test]
    fn gaps_do_not_poison_the_curve() {
        let kept = decimate([(0.0, 1.0), (1.0, f64::NAN), (2.0, 3.0)].into_iter(), 10);
        assert_eq!(kept, vec![(0.0, 1.0), (2.0, 3.0)]);
        assert_eq!(smooth(&[f64::NAN, 2.0], 0.9)[1], 2.0);
    }

    #[test]
    fn smoothing_starts_at_the_first_value() {
        assert!((smooth(&[4.0, 4.0, 4.0], 0.9)[0] - 4.0).abs() < 1e-12);
    }
}
