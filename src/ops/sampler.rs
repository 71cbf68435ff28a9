//! Sampling of the next token, on the device: softmax with temperature, top-k, top-p (Holtzman et al. 2020).
//!
//! At cursor p, from logits (1, V):
//!
//! ```text
//! history[p mod rows] = log softmax(logits)              temperature 1, before any truncation
//! tokens[p + 1] = the prompt's, while p + 1 < prompt_len; else drawn
//! cursor = p + 1                                         nothing happens when tokens is full
//! ```
//!
//! The draw: temperature 0 takes the most probable token. Otherwise w = exp((logit − max) / temperature); top-k keeps the k
//! most probable tokens; top-p keeps the smallest set of the most probable of those with at least this share of their
//! mass; one of them is drawn by its share, in the order of ids. Equals are ranked by id, lowest first. The random number is the
//! one at (seed, sampling, p). Logits that are not a number count as the lowest.

use std::cmp::Reverse;

use crate::graph::{
    Binding, Constant, CpuContext, DType, Globals, GradientContext, Gradients, GraphError, Launch,
    LaunchContext, Op, Shader, TensorType,
};
use crate::ops::argmax::argmax;
use crate::ops::lanes::Curves;
use crate::ops::order_key::{finite, order_key};
use crate::ops::{Fill, OpEntry, Sample, lanes};
use crate::rng;

pub const ENTRY: OpEntry = OpEntry {
    name: "sampler",
    samples,
};

/// Temperatures below it are 0: dividing by them would overflow.
const GREEDY_BELOW: f32 = 1e-5;

/// How the next token is chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DrawSettings {
    /// 0 takes the most probable token.
    pub temperature: f32,
    /// Keep the k most probable; 0 is off.
    pub top_k: u32,
    /// Keep the smallest set of most probable tokens with at least this share; 1 is off.
    pub top_p: f32,
}

impl From<&Globals> for DrawSettings {
    fn from(globals: &Globals) -> Self {
        Self {
            temperature: globals.temperature,
            top_k: globals.top_k,
            top_p: globals.top_p,
        }
    }
}

/// One token of `logits` by the file head's rules, `uniform` in [0, 1) choosing among them.
pub fn draw(logits: &[f32], settings: DrawSettings, uniform: f32) -> u32 {
    let best = argmax(logits);
    let Some(&largest) = logits.get(best as usize) else {
        return 0;
    };
    // Written so that a temperature that is not a number is greedy as well.
    let is_warm = settings.temperature >= GREEDY_BELOW;
    if !is_warm {
        return best;
    }
    let set = candidates(logits, finite(largest), settings);
    let total: f32 = set.iter().map(|c| c.weight).sum();
    let goal = uniform * total;
    let mut sum = 0.0;
    let mut token = best;
    for candidate in &set {
        token = candidate.token;
        sum += candidate.weight;
        if sum > goal {
            break;
        }
    }
    token
}

#[derive(Clone, Copy, Debug)]
struct Candidate {
    token: u32,
    key: u32,
    weight: f32,
}

/// The tokens that may be drawn, in the order of ids.
fn candidates(logits: &[f32], largest: f32, settings: DrawSettings) -> Vec<Candidate> {
    let scale = 1.0 / settings.temperature;
    let curves = Curves::load();
    let mut set: Vec<Candidate> = logits
        .iter()
        .zip(0..)
        .map(|(&logit, token)| {
            let logit = finite(logit);
            let z = (logit - largest) * scale;
            Candidate {
                token,
                key: order_key(logit),
                weight: if z < -87.0 { 0.0 } else { curves.exp(z) },
            }
        })
        .collect();
    let rank = |c: &Candidate| (Reverse(c.key), c.token);
    let k = settings.top_k as usize;
    if k > 0 && k < set.len() {
        set.select_nth_unstable_by_key(k - 1, rank);
        set.truncate(k);
    }
    set.retain(|c| c.weight > 0.0);
    if settings.top_p < 1.0 {
        set.sort_unstable_by_key(rank);
        let wanted = settings.top_p * set.iter().map(|c| c.weight).sum::<f32>();
        let mut sum = 0.0;
        let reached = set.iter().position(|c| {
            sum += c.weight;
            sum >= wanted
        });
        set.truncate(reached.map_or(set.len(), |i| i + 1));
    }
    set.sort_unstable_by_key(|c| c.token);
    set
}

/// Inputs logits (1, V), tokens (capacity), cursor (1), history (rows, V); outputs tokens, cursor, history, in place.
#[derive(Clone, Copy, Debug)]
pub struct Sampler {
    pub capacity: usize,
    /// Rows of history.
    pub history: usize,
}

impl Op for Sampler {
    fn name(&self) -> &'static str {
        "sampler"
    }

    fn infer(&self, inputs: &[TensorType]) -> Result<Vec<TensorType>, String> {
        let [logits, tokens, cursor, history] = inputs else {
            return Err("the inputs are logits, tokens, cursor, history".to_owned());
        };
        if logits.dtype != DType::F32 || logits.rows() != 1 || logits.is_empty() {
            return Err("logits are one row of f32 numbers".to_owned());
        }
        if self.capacity == 0
            || *tokens != TensorType::u32(&[self.capacity])
            || *cursor != TensorType::u32(&[1])
        {
            return Err(format!(
                "tokens are {} whole numbers, the cursor is one",
                self.capacity
            ));
        }
        if self.history == 0 || *history != TensorType::f32(&[self.history, logits.last()]) {
            return Err(format!("history has {} rows of logits", self.history));
        }
        Ok(vec![tokens.clone(), cursor.clone(), history.clone()])
    }

    fn aliases(&self) -> Vec<(usize, usize)> {
        vec![(0, 1), (1, 2), (2, 3)]
    }

    fn forward_cpu(&self, cx: &CpuContext<'_>, inputs: &[&[f32]], outputs: &mut [&mut [f32]]) {
        let logits = inputs[0];
        let [tokens, cursor, history] = outputs else {
            unreachable!("three outputs")
        };
        let at = cursor[0].to_bits() as usize;
        if at >= self.capacity - 1 {
            return;
        }
        cursor[0] = f32::from_bits(at as u32 + 1);
        let largest = finite(logits[argmax(logits) as usize]);
        let shifted = |x: f32| finite(x) - largest;
        let curves = Curves::load();
        let lse = lanes::sum1(logits, |x| curves.exp(shifted(x))).ln();
        let start = at % self.history * logits.len();
        for (log_p, &x) in history[start..].iter_mut().zip(logits) {
            *log_p = shifted(x) - lse;
        }
        if at + 1 >= cx.globals.prompt_len as usize {
            let bits = rng::random_u32(cx.globals.seed, rng::stream::SAMPLING, at as u32);
            let token = draw(logits, cx.globals.into(), rng::uniform01(bits));
            tokens[at + 1] = f32::from_bits(token);
        }
    }

    fn gradient(&self, _cx: &mut GradientContext<'_>) -> Result<Gradients, GraphError> {
        Ok(Gradients::NotDifferentiable("a drawn token has no slope"))
    }

    fn launches(&self, cx: &LaunchContext<'_>) -> Vec<Launch> {
        vec![Launch {
            shader: Shader {
                name: "sampler",
                sources: vec![
                    include_str!("../../shaders/lib/globals.wgsl"),
                    include_str!("../../shaders/lib/random.wgsl"),
                    include_str!("../../shaders/lib/order_key.wgsl"),
                    include_str!("../../shaders/sampler.wgsl"),
                ],
                entry: "forward",
                constants: vec![
                    ("SAMPLING", Constant::U32(rng::stream::SAMPLING)),
                    ("GREEDY_BELOW", Constant::U32(GREEDY_BELOW.to_bits())),
                ],
            },
            bindings: vec![
                Binding::Input(0),
                Binding::Output(0),
                Binding::Output(1),
                Binding::Output(2),
            ],
            params: vec![
                cx.inputs[0].last() as u32,
                self.capacity as u32,
                self.history as u32,
            ],
            workgroups: [1, 1, 1],
        }]
    }
}

fn samples() -> Vec<Sample> {
    let with = |label, logits: Fill, vocabulary: usize, cursor: u32, globals: Globals| {
        let (capacity, history) = (6, 3);
        let inputs = vec![
            (TensorType::f32(&[1, vocabulary]), logits),
            (TensorType::u32(&[capacity]), Fill::Below(5)),
            (TensorType::u32(&[1]), Fill::U32(vec![cursor])),
            (TensorType::f32(&[history, vocabulary]), Fill::Normal(1.0)),
        ];
        Sample::new(label, Sampler { capacity, history }, inputs)
            .differentiable(&[])
            .compared(&[0, 1, 2])
            .globals(globals)
    };
    let normal = || Fill::Normal(2.0);
    let set = |seed, temperature, top_k, top_p| Globals {
        seed,
        temperature,
        top_k,
        top_p,
        ..Globals::default()
    };
    // Quarters, so that many tokens are equal.
    let ties = |count: u32| Fill::F32((0..count).map(|i| (i * 7 % 13) as f32 * 0.25).collect());
    let odd = [
        1.0,
        f32::NAN,
        f32::INFINITY,
        f32::NEG_INFINITY,
        f32::INFINITY,
        3e38,
    ];
    let prompt = Globals {
        prompt_len: 4,
        ..Globals::default()
    };
    vec![
        with("everything", normal(), 65, 0, set(1, 1.0, 0, 1.0)),
        with("top-k", normal(), 300, 1, set(2, 0.8, 5, 1.0)),
        with("top-p", normal(), 300, 2, set(3, 1.3, 0, 0.9)),
        with("top-k and top-p", normal(), 1031, 4, set(4, 1.0, 50, 0.7)),
        with("ties across k", ties(300), 300, 3, set(5, 1.0, 40, 1.0)),
        with("ties across p", ties(300), 300, 3, set(6, 1.0, 0, 0.33)),
        with("greedy", ties(300), 300, 3, set(7, 0.0, 40, 0.5)),
        with("one token", normal(), 1, 0, set(8, 1.0, 1, 0.5)),
        with("within the prompt", normal(), 65, 2, prompt),
        with("full", normal(), 65, 5, set(9, 1.0, 0, 1.0)),
        with("cursor out of range", normal(), 65, 99, set(9, 1.0, 0, 1.0)),
        with(
            "not a number, infinite, huge",
            Fill::F32(odd.to_vec()),
            6,
            0,
            set(10, 1.0, 3, 0.9),
        ),
        with(
            "nothing but NaN",
            Fill::F32(vec![f32::NAN; 9]),
            9,
            0,
            set(11, 1.0, 4, 0.9),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPEN: DrawSettings = DrawSettings {
        temperature: 1.0,
        top_k: 0,
        top_p: 1.0,
    };

    fn tokens(logits: &[f32], settings: DrawSettings) -> Vec<u32> {
        let largest = finite(logits[argmax(logits) as usize]);
        let set = candidates(logits, largest, settings);
        set.iter().map(|c| c.token).collect()
    }

    #[test]
    fn frequencies_are_the_truncated_softmax() {
        let logits = [0.3, -1.0, 2.0, 0.3, 1.1, -0.2, 0.9, 1.6];
        let settings = DrawSettings {
            temperature: 0.7,
            top_k: 6,
            top_p: 0.9,
        };
        // The same truncation in double precision: six by rank, then by mass.
        let mut ranked: Vec<(usize, f64)> = logits
            .iter()
            .map(|&x| (f64::from(x) / 0.7).exp())
            .enumerate()
            .collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        ranked.truncate(6);
        let mass: f64 = ranked.iter().map(|r| r.1).sum();
        let mut sum = 0.0;
        let kept = ranked.iter().take_while(|r| {
            let is_needed = sum < 0.9 * mass;
            sum += r.1;
            is_needed
        });
        let kept: Vec<(usize, f64)> = kept.copied().collect();
        assert!((2..6).contains(&kept.len()), "the sample truncates by both");
        let mass: f64 = kept.iter().map(|r| r.1).sum();
        let draws = 20_000;
        let mut counts = [0u32; 8];
        for i in 0..draws {
            let uniform = rng::uniform01(rng::random_u32(3, rng::stream::SAMPLING, i));
            counts[draw(&logits, settings, uniform) as usize] += 1;
        }
        let chi_squared: f64 = kept
            .iter()
            .map(|&(token, weight)| {
                let expected = f64::from(draws) * weight / mass;
                (f64::from(counts[token]) - expected).powi(2) / expected
            })
            .sum();
        // p < 0.001 for at most four degrees of freedom.
        assert!(chi_squared < 18.5, "{chi_squared} {counts:?}");
        let drawn: u32 = kept.iter().map(|r| counts[r.0]).sum();
        assert_eq!(drawn, draws, "a token outside the set was drawn");
    }

    #[test]
    fn sets_are_exact_and_ties_go_to_the_lowest_ids() {
        let logits = [1.0, 2.0, 1.0, 0.0, 1.0, 2.0];
        let with_k = |top_k| tokens(&logits, DrawSettings { top_k, ..OPEN });
        assert_eq!(with_k(1), [1]);
        assert_eq!(with_k(3), [0, 1, 5]);
        assert_eq!(with_k(4), [0, 1, 2, 5]);
        assert_eq!(with_k(99), [0, 1, 2, 3, 4, 5]);
        let with_p = |top_p| tokens(&[0.0; 4], DrawSettings { top_p, ..OPEN });
        assert_eq!(with_p(0.0), [0]);
        assert_eq!(with_p(0.5), [0, 1]);
        assert_eq!(with_p(0.51), [0, 1, 2]);
        assert_eq!(with_p(1.0), [0, 1, 2, 3]);
        let both = DrawSettings {
            top_k: 3,
            top_p: 0.6,
            ..OPEN
        };
        // Of the mass of {1, 5, 0}: 0.42, 0.42, 0.16.
        assert_eq!(tokens(&logits, both), [1, 5]);
    }

    #[test]
    fn extremes_give_a_token() {
        let cold = DrawSettings {
            temperature: 0.0,
            ..OPEN
        };
        assert_eq!(draw(&[1.0, 3.0, 3.0], cold, 0.99), 1);
        let undefined = DrawSettings {
            temperature: f32::NAN,
            ..OPEN
        };
        assert_eq!(draw(&[1.0, 3.0, 3.0], undefined, 0.99), 1);
        assert_eq!(draw(&[f32::NEG_INFINITY, 0.0, f32::NAN], OPEN, 0.999), 1);
        assert_eq!(draw(&[f32::INFINITY, 3e38, 0.0], OPEN, 0.0), 0);
        assert!(draw(&[f32::NAN; 3], OPEN, 0.5) < 3);
        assert_eq!(draw(&[], OPEN, 0.5), 0);
    }
}
