//! Numbers as text, by locale: grouped integers, compact counts, significant digits, bytes, durations.
//!
//! Pure functions, so that every figure on the page is tested natively. Chinese counts in 万 (10⁴) and 亿 (10⁸) where
//! English counts in k, M and G.

use crate::words::Language;

/// Groups the digits of an integer by thousands: `1240` → `1,240`.
pub fn integer(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count in at most three significant digits: `41,200` → `41.2k` or `4.12万`.
pub fn compact(value: f64, language: Language) -> String {
    if !value.is_finite() {
        return "–".into();
    }
    let units: &[(f64, &str)] = match language {
        Language::English => &[(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")],
        Language::Chinese => &[(1e12, "万亿"), (1e8, "亿"), (1e4, "万")],
    };
    for &(size, unit) in units {
        // 999.5k would print as "1,000k", so the next unit takes over a little early.
        if value.abs() >= size * 0.9995 {
            return format!("{}{unit}", significant(value / size, 3));
        }
    }
    if value.fract() == 0.0 || value.abs() >= 100.0 {
        integer(value.round().max(0.0) as u64)
    } else {
        significant(value, 3)
    }
}

/// Floating-point operations: `1.03 GFLOP`, or `10.3 亿 FLOP`.
pub fn operations(value: f64, language: Language) -> String {
    let text = compact(value, language);
    let end = text.find(|it: char| it != '.' && it != ',' && !it.is_ascii_digit());
    let (number, unit) = text.split_at(end.unwrap_or(text.len()));
    match language {
        Language::Chinese if !unit.is_empty() => format!("{number} {unit} FLOP"),
        _ => format!("{number} {unit}FLOP"),
    }
}

/// A figure of a chart as it is read off: counts whole and grouped, anything else to four significant digits.
pub fn figure(value: f64) -> String {
    const MOST: f64 = 1e15;
    if value.fract() == 0.0 && (0.0..MOST).contains(&value) {
        integer(value as u64)
    } else {
        significant(value, 4)
    }
}

/// `digits` significant digits without an exponent between 10⁻⁴ and 10⁶, with one outside.
pub fn significant(value: f64, digits: usize) -> String {
    if value.is_nan() {
        return "NaN".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "∞" } else { "−∞" }.into();
    }
    if value == 0.0 {
        return "0".into();
    }
    let scientific = format!("{value:.precision$e}", precision = digits.saturating_sub(1));
    // The exponent after rounding: 0.9999 to three digits is 1.00, not 1.000.
    let magnitude: i32 = scientific
        .rsplit_once('e')
        .and_then(|(_, exponent)| exponent.parse().ok())
        .unwrap_or(0);
    let text = if (-4..6).contains(&magnitude) {
        let decimals = (digits as i32 - 1 - magnitude).max(0) as usize;
        format!("{value:.decimals$}")
    } else {
        scientific
    };
    text.replace('-', "−")
}

/// The shortest text of a setting: `0.0003` → `3e-4`, `0.1` → `0.1`. A person can type every form it prints.
pub fn setting(value: f64) -> String {
    // Whole numbers keep every digit: a seed is a name, not a measure.
    if value.fract() == 0.0 && value.abs() < 1e15 {
        return format!("{value:.0}");
    }
    if value != 0.0 && (value.abs() < 1e-3 || value.abs() >= 1e7) {
        let text = format!("{:.3e}", value);
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let mantissa = mantissa.trim_end_matches('0').trim_end_matches('.');
        return format!("{mantissa}e{exponent}");
    }
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// The number a person typed: as [`setting`] or [`integer`] prints it, or with a decimal comma.
pub fn typed(text: &str) -> Option<f64> {
    let text = text.trim().replace('−', "-");
    let number = if is_grouped(&text) {
        text.replace(',', "")
    } else {
        text.replace(',', ".")
    };
    number
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite())
}

/// Whether the commas of a number part its thousands: `2,000` does, `0,125` does not.
fn is_grouped(text: &str) -> bool {
    let whole = text.split('.').next().unwrap_or_default();
    let mut groups = whole.trim_start_matches(['+', '-']).split(',');
    let is_digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let first = groups.next().unwrap_or_default();
    let mut rest = groups.peekable();
    (1..=3).contains(&first.len())
        && is_digits(first)
        && !first.starts_with('0')
        && rest.peek().is_some()
        && rest.all(|group| group.len() == 3 && is_digits(group))
}

/// Bytes in binary units: `3.4 MiB`.
pub fn bytes(value: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut scaled = value as f64;
    let mut unit = 0;
    while scaled >= 1000.0 && unit + 1 < UNITS.len() {
        scaled /= 1024.0;
        unit += 1;
    }
    if unit == 0 {
        format!("{value} B")
    } else {
        format!("{} {}", significant(scaled, 3), UNITS[unit])
    }
}

/// Seconds as a clock: `0:52`, `12:05`, `1:02:03`.
pub fn clock(secs: f64) -> String {
    if !secs.is_finite() || secs < 0.0 {
        return "–".into();
    }
    let secs = secs.round() as u64;
    let (hours, minutes, secs) = (secs / 3600, secs / 60 % 60, secs % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{secs:02}")
    } else {
        format!("{minutes}:{secs:02}")
    }
}

/// A time to wait: a clock up to two days, then `755 days`.
pub fn wait(secs: f64, language: Language) -> String {
    const DAY: f64 = 86_400.0;
    let days = integer((secs / DAY).round() as u64);
    match language {
        _ if secs < 2.0 * DAY => clock(secs),
        Language::English => format!("{days} days"),
        Language::Chinese => format!("{days} 天"),
    }
}

/// The time of one step, exact: `64.9 ms`, `3.20 s`, `12:05`.
pub fn duration(secs: f64, language: Language) -> String {
    let (milliseconds, seconds) = match language {
        Language::English => ("ms", "s"),
        Language::Chinese => ("毫秒", "秒"),
    };
    if secs < 1.0 {
        format!("{} {milliseconds}", significant(secs * 1000.0, 3))
    } else if secs < 60.0 {
        format!("{} {seconds}", significant(secs, 3))
    } else {
        wait(secs, language)
    }
}

/// A probability as a percentage that never rounds a possible token to zero: `12.3 %`, `< 0.1 %`.
pub fn percent(probability: f64) -> String {
    let value = probability * 100.0;
    if !value.is_finite() {
        "–".into()
    } else if value > 0.0 && value < 0.1 {
        "<\u{2009}0.1\u{2009}%".into()
    } else {
        format!("{value:.1}\u{2009}%")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_grouped() {
        assert_eq!(integer(0), "0");
        assert_eq!(integer(999), "999");
        assert_eq!(integer(1_240), "1,240");
        assert_eq!(integer(12_345_678), "12,345,678");
    }

    #[test]
    fn counts_follow_the_locale() {
        assert_eq!(compact(41_200.0, Language::English), "41.2k");
        assert_eq!(compact(41_200.0, Language::Chinese), "4.12万");
        assert_eq!(compact(999_999.0, Language::English), "1.00M");
        assert_eq!(compact(870.0, Language::English), "870");
        assert_eq!(compact(8.25, Language::Chinese), "8.25");
        assert_eq!(compact(2.5e8, Language::Chinese), "2.50亿");
        assert_eq!(operations(1.031e9, Language::English), "1.03 GFLOP");
        assert_eq!(operations(1.031e9, Language::Chinese), "10.3 亿 FLOP");
        assert_eq!(operations(870.0, Language::Chinese), "870 FLOP");
    }

    #[test]
    fn counts_are_read_off_whole() {
        assert_eq!(figure(360_041.0), "360,041");
        assert_eq!(figure(9.0), "9");
        assert_eq!(figure(1.832_14), "1.832");
        assert_eq!(figure(-2.0), "−2.000");
    }

    #[test]
    fn significant_digits_stay_readable() {
        assert_eq!(significant(1.8321, 3), "1.83");
        assert_eq!(significant(0.0003, 2), "0.00030");
        assert_eq!(significant(-2.5, 2), "−2.5");
        assert_eq!(significant(12_345.0, 3), "12345");
        assert_eq!(significant(1.5e-7, 2), "1.5e−7");
        assert_eq!(significant(f64::NAN, 3), "NaN");
    }

    #[test]
    fn a_printed_setting_reads_back_as_the_same_number() {
        for value in [0.0, 0.1, 3e-4, 1e-8, 1.0, 0.95, 5000.0, 0.001] {
            assert_eq!(setting(value).parse::<f64>().unwrap(), value);
        }
        assert_eq!(setting(3e-4), "3e-4");
        assert_eq!(setting(0.95), "0.95");
    }

    #[test]
    fn a_typed_number_is_read_as_it_was_meant() {
        assert_eq!(typed("2,000"), Some(2000.0));
        assert_eq!(typed(&integer(12_345_678)), Some(12_345_678.0));
        assert_eq!(typed(" 1,234.5 "), Some(1234.5));
        assert_eq!(typed("0,125"), Some(0.125));
        assert_eq!(typed("0,9"), Some(0.9));
        assert_eq!(typed("2,75"), Some(2.75));
        assert_eq!(typed("3e-4"), Some(3e-4));
        assert_eq!(typed("−2"), Some(-2.0));
        for text in ["", "fast", "1,2,3", "1,23,456", "inf", "NaN", ",123,456"] {
            assert_eq!(typed(text), None, "{text}");
        }
    }

    #[test]
    fn sizes_times_and_probabilities() {
        assert_eq!(bytes(512), "512 B");
        assert_eq!(bytes(3_565_158), "3.40 MiB");
        assert_eq!(clock(52.4), "0:52");
        assert_eq!(clock(3723.0), "1:02:03");
        assert_eq!(duration(0.0649, Language::English), "64.9 ms");
        assert_eq!(duration(3.2, Language::Chinese), "3.20 秒");
        assert_eq!(duration(725.0, Language::English), "12:05");
        assert_eq!(wait(31.0, Language::English), "0:31");
        assert_eq!(duration(6.52e7, Language::English), "755 days");
        assert_eq!(percent(0.1234), "12.3\u{2009}%");
        assert_eq!(percent(0.0001), "<\u{2009}0.1\u{2009}%");
        assert_eq!(percent(0.0), "0.0\u{2009}%");
    }
}
