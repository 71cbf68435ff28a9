//! Every neural family repeats PyTorch's training run, on the CPU and on WebGPU.
#![cfg(not(target_arch = "wasm32"))]

#[path = "reference/families.rs"]
mod reference;

use std::collections::BTreeMap;

use reference::{Golden, OPTIMIZER};
use seedling::gpu::{DeviceOptions, GpuExecutor};
use seedling::graph::Graph;
use seedling::models::{
    AttentionPattern, Family, MlpKind, ModelConfig, NormKind, NormPlacement, Pass, Positions,
    Purpose, SINUSOIDAL,
};
use seedling::ops;
use seedling::ops::cross_entropy::IGNORE;
use seedling::ops::embedding::sinusoidal_table;
use seedling::plan::{Buffer, CompileOptions, CpuExecutor, Executor, Plan};
use serde_json::Value;

const STEPS: usize = 20;

/// The configuration of a golden run.
fn model(family: &str) -> ModelConfig {
    let golden = Golden::find(family);
    let base = ModelConfig {
        layers: 2,
        heads: 4,
        channels: 32,
        context: golden.config.context,
        ..ModelConfig::default()
    };
    let decoder = base.clone();
    let recurrent = |family| ModelConfig {
        family,
        ..base.clone()
    };
    let post = ModelConfig {
        norm_placement: NormPlacement::Post,
        mlp_kind: MlpKind::GeluErf,
        ..base.clone()
    };
    let both = ModelConfig {
        family: Family::EncoderDecoder,
        ..post.clone()
    };
    match family {
        "dense" => decoder,
        "gqa" => ModelConfig {
            kv_heads: 2,
            ..decoder
        },
        "mqa" => ModelConfig {
            kv_heads: 1,
            ..decoder
        },
        "qk_norm" => ModelConfig {
            qk_norm: true,
            ..decoder
        },
        "window" | "alternating" => ModelConfig {
            pattern: AttentionPattern::Window,
            span: 8,
            alternating: family == "alternating",
            ..decoder
        },
        "strided" => ModelConfig {
            pattern: AttentionPattern::Strided,
            span: 4,
            ..decoder
        },
        "parallel" => ModelConfig {
            parallel: true,
            ..decoder
        },
        "soft_cap" => ModelConfig {
            score_cap: 5.0,
            logit_cap: 30.0,
            ..decoder
        },
        "feed_forward" => ModelConfig {
            family: Family::FeedForward,
            window: 5,
            hidden_units: 48,
            direct: true,
            ..base
        },
        "rnn" => recurrent(Family::Rnn),
        "gru" => recurrent(Family::Gru),
        "lstm" => recurrent(Family::Lstm),
        "lstm_carried" => ModelConfig {
            carried_state: true,
            ..recurrent(Family::Lstm)
        },
        "encoder" => ModelConfig {
            family: Family::Encoder,
            ..post
        },
        "original" => ModelConfig {
            positions: Positions::Sinusoidal,
            mlp_kind: MlpKind::Relu,
            ..both
        },
        "bart" => both,
        "t5" => ModelConfig {
            positions: Positions::Relative,
            norm_placement: NormPlacement::Pre,
            norm: NormKind::RmsNorm,
            bias: false,
            mlp_kind: MlpKind::Relu,
            ..both
        },
        "seq2seq" => recurrent(Family::Seq2Seq),
        other => panic!("no family {other}"),
    }
}

/// One training step of a golden run.
fn plan(family: &str) -> Plan {
    let golden = Golden::find(family);
    let config = &golden.config;
    let mut graph = Graph::new();
    let pass = Pass {
        source: config.source as usize,
        has_pairs: family == "encoder",
        ..Pass::of(
            Purpose::Train,
            config.batch as usize,
            config.context as usize,
        )
    };
    let vocabulary = config.vocabulary as usize;
    let forward = model(family).forward(&mut graph, vocabulary, &pass);
    let loss = forward.unwrap().loss;
    let parameter_gradients = ops::differentiate(&mut graph, loss).unwrap();
    OPTIMIZER.append(&mut graph, 0.0).unwrap();
    Plan::compile(
        &graph,
        &CompileOptions {
            readings: vec![loss],
            parameter_gradients,
        },
    )
}

async fn check(executor: &mut dyn Executor, plan: Plan, family: &str) {
    let id = executor.install(plan).unwrap();
    if executor.plan(id).states.contains_key(SINUSOIDAL) {
        let table = sinusoidal_table(model(family).context as usize, 32);
        let state = Buffer::State(SINUSOIDAL.to_owned());
        executor.write(id, &state, 0, bytemuck::cast_slice(&table));
    }
    reference::check(executor, id, &Golden::find(family), STEPS).await;
}

fn on_cpu(plan: Plan, family: &str) {
    pollster::block_on(check(&mut CpuExecutor::new(), plan, family));
}

fn on_webgpu(plan: Plan, family: &str) {
    pollster::block_on(async {
        let options = DeviceOptions {
            default_limits: true,
        };
        let mut executor = GpuExecutor::acquire(options)
            .await
            .expect("these tests need a WebGPU adapter (install mesa-vulkan-drivers)");
        println!("adapter: {}", executor.device().adapter_name);
        check(&mut executor, plan, family).await;
    });
}

macro_rules! repeats {
    ($($family:ident)+) => {
        mod cpu_repeats {
            $(#[test]
            fn $family() {
                super::on_cpu(super::plan(stringify!($family)), stringify!($family));
            })+
        }

        mod webgpu_repeats {
            $(#[test]
            fn $family() {
                super::on_webgpu(super::plan(stringify!($family)), stringify!($family));
            })+
        }
    };
}

repeats! {
    feed_forward rnn gru lstm lstm_carried dense gqa mqa qk_norm window strided alternating parallel soft_cap encoder original bart t5 seq2seq
}

/// The two have the same parameters; only the mask differs.
#[test]
#[should_panic(expected = "step 0: loss")]
fn a_dense_decoder_is_not_a_windowed_one() {
    on_cpu(plan("dense"), "window");
}

/// The batches made here are those that PyTorch saw: rows of them are kept beside its numbers.
#[test]
fn batches_are_those_of_the_golden_runs() {
    let all: BTreeMap<String, Value> =
        serde_json::from_str(include_str!("golden/families.json")).unwrap();
    assert_eq!(all.len(), 19);
    for (family, of_json) in all {
        let golden = Golden::find(&family);
        for kept in of_json["data"].as_array().unwrap() {
            let number = |name: &str| kept[name].as_u64().unwrap() as usize;
            let batch = golden.batch(number("step") as u32);
            let rows = golden.config.batch as usize;
            for (name, expected) in kept.as_object().unwrap() {
                if name == "step" || name == "row" {
                    continue;
                }
                let words = &batch[name.as_str()];
                let width = words.len() / rows;
                let row = &words[number("row") * width..][..width];
                assert_eq!(row, whole_numbers(expected), "{family}: {name}");
            }
        }
    }
}

/// A row's numbers, or its one number. PyTorch ignores −100.
fn whole_numbers(value: &Value) -> Vec<u32> {
    let number = |v: &Value| match v.as_i64().unwrap() {
        -100 => IGNORE,
        other => other as u32,
    };
    match value.as_array() {
        Some(row) => row.iter().map(number).collect(),
        None => vec![number(value)],
    }
}
