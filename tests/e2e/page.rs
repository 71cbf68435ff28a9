//! What a person does with the page, in words of the page: its parts are found by their `data-testid`.

use std::time::Duration;

use fantoccini::actions::{InputSource, MouseActions, PointerAction};
use fantoccini::elements::Element;
use serde_json::Value;

use crate::harness::Page;

/// A preset that trains within seconds on the processor.
pub const TINY: &str = "#v1/tiny-cpu";

/// CSS of a part of the page.
pub fn part(test: &str) -> String {
    format!("[data-testid=\"{test}\"]")
}

/// JavaScript of what a part says, `undefined` while it is not there.
pub fn text_of(test: &str) -> String {
    format!("document.querySelector('{}')?.innerText", part(test))
}

impl Page {
    /// Opens the page on a wide screen and waits until a step can be taken.
    pub async fn open_ready(&self, hash: &str) {
        self.resize(1440, 900).await;
        self.open(hash).await;
        self.ready().await;
    }

    /// Waits until a step can be taken.
    pub async fn ready(&self) {
        self.until(&format!(
            "!(document.querySelector('{}') ?? {{ disabled: true }}).disabled",
            part("step")
        ))
        .await;
    }

    /// Moves the pointer to the middle of an element.
    pub async fn point_at(&self, css: &str) {
        let element = self.element(css).await;
        let pointer = MouseActions::new("mouse".to_owned()).then(PointerAction::MoveToElement {
            element,
            duration: Some(Duration::from_millis(20)),
            x: 0.0,
            y: 0.0,
        });
        let moved = self.client.perform_actions(pointer).await;
        moved.expect("the pointer moves");
    }

    pub async fn find(&self, test: &str) -> Element {
        self.element(&part(test)).await
    }

    pub async fn click(&self, test: &str) {
        let element = self.find(test).await;
        element
            .click()
            .await
            .unwrap_or_else(|error| panic!("{test} cannot be clicked: {error}"));
    }

    /// Types over what a field holds, and leaves it.
    pub async fn fill(&self, test: &str, text: &str) {
        let field = self.find(test).await;
        // Emptying it first would already be an edit.
        self.evaluate(&format!(
            "document.querySelector('{}').select()",
            part(test)
        ))
        .await;
        field.send_keys(text).await.expect("the field takes text");
        self.evaluate("document.activeElement.blur()").await;
    }

    /// What a part says.
    pub async fn text(&self, test: &str) -> String {
        self.find(test).await;
        let text = self.evaluate(&text_of(test)).await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until a part says this.
    pub async fn says(&self, test: &str, wanted: &str) {
        let wanted = Value::from(wanted);
        self.until(&format!("{}?.includes({wanted})", text_of(test)))
            .await;
    }

    /// Steps done, as the top bar shows them.
    pub async fn step_count(&self) -> u64 {
        let text = self.text("step-count").await;
        text.replace(',', "").parse().expect("the step is a number")
    }

    /// Waits until at least this many steps are done.
    pub async fn reaches_step(&self, step: u64) {
        self.until(&format!(
            "Number({}?.replaceAll(',', '')) >= {step}",
            text_of("step-count")
        ))
        .await;
    }

    /// The training loss that the chart reads out for the newest step, to four digits.
    pub async fn loss(&self) -> f64 {
        let text = self.text("loss-chart-values").await;
        let loss = text.split("training ").nth(1).unwrap_or_default();
        let loss = loss.split(' ').next().unwrap_or_default();
        loss.parse()
            .unwrap_or_else(|_| panic!("no training loss in {text:?}"))
    }

    /// Takes so many single steps from step 0; the loss after each.
    pub async fn first_losses(&self, steps: u64) -> Vec<f64> {
        let mut losses = Vec::new();
        for step in 1..=steps {
            self.ready().await;
            self.click("step").await;
            self.says("loss-chart-values", &format!("step {step} "))
                .await;
            losses.push(self.loss().await);
        }
        losses
    }

    /// The address's hash.
    pub async fn hash(&self) -> String {
        let hash = self.evaluate("location.hash").await;
        hash.as_str().unwrap_or_default().to_owned()
    }
}
