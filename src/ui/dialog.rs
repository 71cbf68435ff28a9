//! A modal dialog: the platform's own element, so that focus stays inside, Escape closes it and focus returns.

use leptos::prelude::*;

use super::controls::{Button, ButtonKind};
use super::icon::IconName;

/// A dialog over the page.
#[component]
pub fn Dialog(
    #[prop(into)] title: Signal<String>,
    #[prop(into)] close_label: Signal<String>,
    open: RwSignal<bool>,
    test: &'static str,
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<leptos::html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = node.get() else { return };
        if open.get() && !dialog.open() {
            // Fails only when the element is not in the document; then there is nothing to show.
            let _ = dialog.show_modal();
        } else if !open.get() && dialog.open() {
            dialog.close();
        }
    });
    view! {
        <dialog
            node_ref=node
            class="dialog"
            data-testid=test
            aria-label=move || title.get()
            on:close=move |_| open.set(false)
            on:click=move |event| {
                // A press on the backdrop is a press on the element itself.
                let target = event_target::<web_sys::Element>(&event);
                if node.get_untracked().is_some_and(|dialog| target.is_same_node(Some(&dialog))) {
                    open.set(false);
                }
            }
        >
            <div class="dialog-body">
                <header class="row spread">
                    <h2>{move || title.get()}</h2>
                    <Button
                        label=close_label
                        kind=ButtonKind::Icon
                        icon=Signal::from(IconName::Close)
                        press=move |()| open.set(false)
                        test="close-dialog"
                    />
                </header>
                <Show when=move || open.get()>{children()}</Show>
            </div>
        </dialog>
    }
    .into_any()
}
