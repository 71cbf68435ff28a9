//! Loops of a shader written out. Software adapters keep an array indexed by a loop variable in memory and check every
//! access; with constant indices it becomes plain registers, several times faster. Hardware compilers do this themselves.

/// Longer loops are left as they are: written out they would cost more to compile than they save.
const LONGEST: u32 = 8;

/// Replaces every loop `for (var i = 0u; i < COUNT; i++) { // unrolled`, COUNT a constant of at most eight, by COUNT blocks
/// `{ const i = 0u; … }`. The text is valid WGSL of the same meaning without this. The loop ends at the first `}` as
/// far to the left as its `for`; it must not contain `break` or `continue` of its own.
pub(super) fn unroll(text: &str, count_of: &dyn Fn(&str) -> Option<u32>) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let known = header(line).and_then(|(variable, count)| Some((variable, count_of(count)?)));
        match known {
            Some((variable, count)) if count <= LONGEST => {
                let indent = line.len() - line.trim_start().len();
                let is_end = |l: &str| l.trim() == "}" && l.len() - l.trim_start().len() == indent;
                let body: Vec<&str> = lines.by_ref().take_while(|l| !is_end(l)).collect();
                let body = unroll(&body.join("\n"), count_of);
                for n in 0..count {
                    out += &format!("{{ const {variable} = {n}u;\n{body}}}\n");
                }
            }
            _ => {
                out += line;
                out.push('\n');
            }
        }
    }
    out
}

/// Variable and count of a loop to be written out.
fn header(line: &str) -> Option<(&str, &str)> {
    let inner = line
        .trim()
        .strip_prefix("for (var ")?
        .strip_suffix("++) { // unrolled")?;
    let (variable, rest) = inner.split_once(" = 0u; ")?;
    let (_, rest) = rest.split_once(" < ")?;
    let (count, _) = rest.split_once("; ")?;
    Some((variable, count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_loops_are_written_out_and_long_ones_left() {
        let text = "\
a
  for (var i = 0u; i < TWO; i++) { // unrolled
    if x {
    }
    for (var j = 0u; j < MANY; j++) { // unrolled
      b[j]
    }
    for (var k = 0u; k < TWO; k++) { // unrolled
      c
    }
  }
z
";
        let count_of = |name: &str| match name {
            "TWO" => Some(2),
            "MANY" => Some(9),
            _ => None,
        };
        let out = unroll(text, &count_of);
        assert_eq!(out.matches("{ const i = ").count(), 2);
        assert_eq!(out.matches("{ const k = 1u;").count(), 2);
        assert_eq!(out.matches("for (var j").count(), 2);
        assert_eq!(out.matches('{').count(), out.matches('}').count());
        assert!(out.starts_with("a\n") && out.ends_with("z\n"));
    }
}
