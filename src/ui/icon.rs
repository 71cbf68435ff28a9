//! The page's icons: strokes on a 20 × 20 grid, drawn in the colour of the text. Decorative; the control carries the name.

use leptos::prelude::*;

/// What an icon shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IconName {
    Play,
    Pause,
    Step,
    Rewind,
    Back,
    Reseed,
    Share,
    Theme,
    Close,
    Down,
    Settings,
    Data,
    Tokens,
    Entropy,
    Model,
    Train,
    Attention,
    Generate,
    Compare,
    Stop,
    Help,
    Mark,
}

impl IconName {
    fn path(self) -> &'static str {
        match self {
            IconName::Play => "M6 4.2v11.6L15.6 10z",
            IconName::Pause => "M6.5 4.5v11M13.5 4.5v11",
            IconName::Step => "M5 4.5v11l7.5-5.5zM15 4.5v11",
            IconName::Back => "M15 4.5v11L7.5 10z",
            IconName::Rewind => "M15 4.5v11L7.500 10zM5 4.5v11",
            IconName::Reseed => {
                "M4 10a6 6 0 0 1 10.500-4M16 10a6 6 0 0 1-10.500 4M14.800 2.500V6h-3.500M5.200 17.500V14h3.500"
            }
            IconName::Share => {
                "M8.200 11.800l3.600-3.600M9 6l1.500-1.500a3.300 3.300 0 0 1 5 4.700L13.800 11M11 14l-1.500 1.500a3.300 3.300 0 0 1-4.700-4.700L6.200 9"
            }
            IconName::Theme => "M10 3.500a6.500 6.500 0 1 0 0 13zM10 3.500a6.500 6.500 0 0 1 0 13",
            IconName::Close => "M5 5l10 10M15 5L5 15",
            IconName::Down => "M5.5 8l4.5 4.5L14.5 8",
            IconName::Settings => "M3 6h8M15 6h2M3 14h2M9 14h8M13 4v4M7 12v4",
            IconName::Data => "M4 4.500h12M4 8.200h12M4 11.800h8M4 15.500h10",
            IconName::Tokens => "M3.500 6h5v8h-5zM8.500 6h3v8h-3zM11.500 6h5v8h-5z",
            IconName::Entropy => {
                "M4.500 4.500h11v11h-11zM7.500 7.500v.1M12.500 7.500v.1M10 10v.1M7.500 12.500v.1M12.500 12.500v.1"
            }
            IconName::Model => "M4 12.500l6 3 6-3M4 9.800l6 3 6-3M10 4l6 3-6 3-6-3z",
            IconName::Train => "M3.500 4v12.500h13M5.500 6c2 6 4 7.500 10.500 8",
            IconName::Attention => {
                "M2.500 10s2.800-5 7.500-5 7.500 5 7.500 5-2.800 5-7.500 5-7.500-5-7.500-5zM10 7.800a2.200 2.200 0 1 1 0 4.400 2.200 2.200 0 0 1 0-4.400z"
            }
            IconName::Generate => {
                "M4 16l.8-3.500L13.500 3.800l2.700 2.700-8.700 8.700zM11.500 5.800l2.700 2.700M10.500 16.500H16"
            }
            IconName::Compare => {
                "M3.500 4v12.500h13M5.500 5.500c1.500 5 4 6 10.500 6.500M5.500 10c2 3 5 4 10.500 4M5.500 3.500c2.500 4 5 5 10.500 5.500"
            }
            IconName::Stop => "M5.500 5.500h9v9h-9z",
            IconName::Help => {
                "M7.300 7.500a2.700 2.700 0 1 1 4 2.400c-.9.5-1.300 1-1.300 2M10 14.800v.2"
            }
            IconName::Mark => {
                "M10 17V9.500M10 11.500C10 7.500 7 5.500 3 5.500c0 4 2.500 6 7 6zM10 9.500c0-3.500 2.500-6 7-6 0 4-2.500 6-7 6z"
            }
        }
    }

    fn filled(self) -> bool {
        matches!(self, IconName::Play | IconName::Stop)
    }
}

/// An icon.
#[component]
pub fn Icon(
    /// Which one; may change, as play and pause do.
    #[prop(into)]
    name: Signal<IconName>,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" class:filled=move || name.get().filled()>
            <path d=move || name.get().path() />
        </svg>
    }
}
