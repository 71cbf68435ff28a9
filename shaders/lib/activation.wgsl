// Elementwise nonlinearities and their derivatives; ACTIVATION picks one (numbers of `Activation` in src/ops/activation.rs).

// tanh by exp of a non-positive number: some drivers' tanh overflows for large arguments.
fn safe_tanh(x: f32) -> f32 {
    let a = abs(x);
    let e = exp(-2.0 * a);
    let s = a * a;
    let small = a * (1.0 + s * (-1.0 / 3.0 + s * (2.0 / 15.0 - s * (17.0 / 315.0))));
    let magnitude = select((1.0 - e) / (1.0 + e), small, a < 0.1);
    return select(magnitude, -magnitude, x < 0.0);
}

// erf by Abramowitz and Stegun 7.1.26 (absolute error below 1.5e-7).
fn erf(x: f32) -> f32 {
    let a = abs(x);
    let t = 1.0 / (1.0 + 0.3275911 * a);
    let poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
    let magnitude = 1.0 - poly * exp(-a * a);
    return select(magnitude, -magnitude, x < 0.0);
}

const GELU_SCALE: f32 = 0.7978845608; // sqrt(2 / pi)

fn activate(x: f32) -> f32 {
    switch ACTIVATION {
        case 1u: { // GELU, tanh
            return 0.5 * x * (1.0 + safe_tanh(GELU_SCALE * (x + 0.044715 * x * x * x)));
        }
        case 2u: { // GELU, erf
            return 0.5 * x * (1.0 + erf(x * 0.7071067812));
        }
        case 3u: { // ReLU
            return max(x, 0.0);
        }
        case 4u: { // SiLU
            return x / (1.0 + exp(-x));
        }
        case 5u: { // tanh
            return safe_tanh(x);
        }
        case 6u: { // logistic
            return 0.5 + 0.5 * safe_tanh(0.5 * x);
        }
        default: {
            return x;
        }
    }
}

fn activation_slope(x: f32) -> f32 {
    switch ACTIVATION {
        case 1u: {
            let t = safe_tanh(GELU_SCALE * (x + 0.044715 * x * x * x));
            return 0.5 * (1.0 + t) + 0.5 * x * (1.0 - t * t) * GELU_SCALE * (1.0 + 0.134145 * x * x);
        }
        case 2u: {
            return 0.5 * (1.0 + erf(x * 0.7071067812)) + x * 0.3989422804 * exp(-0.5 * x * x);
        }
        case 3u: {
            return select(0.0, 1.0, x > 0.0);
        }
        case 4u: {
            let s = 1.0 / (1.0 + exp(-x));
            return s * (1.0 + x * (1.0 - s));
        }
        case 5u: {
            let t = safe_tanh(x);
            return 1.0 - t * t;
        }
        case 6u: {
            let t = safe_tanh(0.5 * x);
            return 0.25 * (1.0 - t * t);
        }
        default: {
            return 1.0;
        }
    }
}
